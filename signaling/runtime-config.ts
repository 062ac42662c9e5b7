/** What the page asks the server before it connects: `GET /config.json`. It depends on the name by which the server was reached. */
import { isLoopback, parseHostHeader } from './addresses';

/** As in WebRTC's RTCIceServer (https://www.w3.org/TR/webrtc/#rtciceserver-dictionary). */
export interface IceServer {
  readonly urls: string | readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** The body of /config.json. */
export interface RuntimeConfig {
  readonly iceServers: readonly IceServer[];
  /** Where a phone on this network finds the same page; only told to this machine itself. */
  readonly phoneOrigin?: string;
  /** Where the same page is a secure context; only told to a page that is not. */
  readonly secureOrigin?: string;
}

export interface Reachability {
  readonly lanAddresses: readonly string[];
  /** Undefined when there is no https. */
  readonly httpsPort: number | undefined;
  /** Undefined when STUN is off. */
  readonly stunPort: number | undefined;
  /** Further servers of the operator, from ICE_SERVERS. */
  readonly iceServers: readonly IceServer[];
}

/** `host` is the request's Host header; undefined when that is not one. */
export function runtimeConfig(host: string | undefined, isEncrypted: boolean, reachability: Reachability): RuntimeConfig | undefined {
  const own = parseHostHeader(host);
  if (!own) return undefined;
  const { lanAddresses, httpsPort, stunPort } = reachability;
  // `localhost` may mean ::1 to a browser, where STUN doesn't listen.
  const stunHost = own.hostname === 'localhost' ? '127.0.0.1' : own.hostname;
  const ownStun = stunPort === undefined ? [] : [{ urls: `stun:${stunHost}:${stunPort}` }];
  const iceServers = [...ownStun, ...reachability.iceServers];
  if (httpsPort === undefined) return { iceServers };
  if (isLoopback(own.hostname)) return lanAddresses[0] ? { iceServers, phoneOrigin: `https://${lanAddresses[0]}:${httpsPort}` } : { iceServers };
  return isEncrypted ? { iceServers } : { iceServers, secureOrigin: `https://${own.hostname}:${httpsPort}` };
}

/** The page takes 8 servers with 8 URLs of 200 characters each; one place is for our own STUN. */
const furtherServers = 7;
const urlsPerServer = 8;
const urlPattern = /^(stun|turns?):[^\s/]{1,190}$/;

/** Reads ICE_SERVERS: a JSON array of {urls, username?, credential?}. Other fields are left out; `problem` is a sentence. */
export function parseIceServers(text: string): { readonly iceServers: readonly IceServer[] } | { readonly problem: string } {
  const problem = 'ICE_SERVERS must be a JSON array like [{"urls":"turn:turn.example.org","username":"…","credential":"…"}].';
  const value = parseJson(text);
  if (!Array.isArray(value)) return { problem };
  if (value.length > furtherServers) return { problem: `ICE_SERVERS may name ${furtherServers} servers at most.` };
  const iceServers = value.map(readIceServer);
  return iceServers.every((server) => server !== undefined) ? { iceServers } : { problem };
}

function readIceServer(value: unknown): IceServer | undefined {
  if (typeof value !== 'object' || value === null || !('urls' in value)) return undefined;
  const { urls } = value;
  const list: readonly unknown[] = Array.isArray(urls) ? urls : [urls];
  if (list.length === 0 || list.length > urlsPerServer || !list.every(isIceUrl)) return undefined;
  const username = 'username' in value ? value.username : undefined;
  const credential = 'credential' in value ? value.credential : undefined;
  if (!isTextOrMissing(username) || !isTextOrMissing(credential)) return undefined;
  // Browsers refuse every connection that is given such a server (WebRTC 1.0 §4.4.1.6).
  if (list.some((url) => url.startsWith('turn')) && (username === undefined || credential === undefined)) return undefined;
  return { urls: Array.isArray(urls) ? list.filter(isIceUrl) : String(urls), ...(username !== undefined && { username }), ...(credential !== undefined && { credential }) };
}

function isIceUrl(value: unknown): value is string {
  return typeof value === 'string' && urlPattern.test(value);
}

function isTextOrMissing(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
