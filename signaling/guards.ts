/**
 * Everything a client says is checked here before `peer` sees it: the address it connects to, and each frame it sends.
 *
 * A client connects to `/sig/<tag>/peerjs?key=peerjs&id=<tag>-<session>&token=<token>&version=…`, where tag and session are 26 base32
 * characters each. The tag names a room; ids are global in one `peer` instance, so the tag stands in the id as well, and nobody reaches
 * an id whose tag is not the path's. Then it may send two kinds of text frame:
 *
 *     {"type":"HEARTBEAT"}
 *     {"type":"OFFER","dst":"<tag>-<session>","payload":"<base64url>"}      (a `src` is let through and overwritten)
 */

/** Who a socket says it is. `token` tells a reconnect from somebody else who wants the same id. */
export interface Identity {
  readonly tag: string;
  readonly id: string;
  readonly token: string;
}

export type ClientFrame = { readonly type: 'HEARTBEAT' } | { readonly type: 'OFFER'; readonly dst: string; readonly payload: string };

/** Why a frame closes its socket: a WebSocket close code (RFC 6455 §7.4.1) and a reason of at most 123 bytes. */
export interface Violation {
  readonly code: 1003 | 1007 | 1008 | 1009;
  readonly reason: string;
}

export type Checked = { readonly frame: ClientFrame } | { readonly violation: Violation };

const tagPattern = /^[a-z2-7]{26}$/;
const idPattern = /^[a-z2-7]{26}-[a-z2-7]{26}$/;
const tokenPattern = /^[A-Za-z0-9_-]{1,64}$/;
const pathPattern = /^\/sig\/([^/]+)\/peerjs$/;
const base64UrlPattern = /^[A-Za-z0-9_-]+$/;
const peerKey = 'peerjs';

/** True for 26 characters of a-z and 2-7 (RFC 4648 §6, lower case, no padding). */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** True for `<tag>-<26 base32 characters>`. */
export function isIdOf(tag: string, text: string): boolean {
  return idPattern.test(text) && text.startsWith(`${tag}-`);
}

/** True when the request is meant for the signaling server at all; others (Vite's hot reload) are none of its business. */
export function isSignalingUrl(url: string | undefined): boolean {
  return url?.startsWith('/sig/') ?? false;
}

/** Reads the identity from a request's URL; undefined when anything about it is wrong. */
export function readIdentity(url: string): Identity | undefined {
  const parsed = parseRelativeUrl(url);
  const tag = parsed && pathPattern.exec(parsed.pathname)?.[1];
  if (!parsed || !tag || !isTag(tag)) return undefined;
  const id = onlyValue(parsed.searchParams, 'id');
  const token = onlyValue(parsed.searchParams, 'token');
  if (onlyValue(parsed.searchParams, 'key') !== peerKey) return undefined;
  if (!id || !isIdOf(tag, id) || !token || !tokenPattern.test(token)) return undefined;
  return { tag, id, token };
}

/** The URL that `peer` gets to see instead of the client's: nothing but what was checked. */
export function urlForPeer(identity: Identity): string {
  return `/?${new URLSearchParams({ key: peerKey, id: identity.id, token: identity.token }).toString()}`;
}

/** Checks one text frame of a client in the room `tag`. */
export function readClientFrame(text: string, tag: string, payloadCharacters: number): Checked {
  const parsed = parseObject(text);
  if (!parsed) return violation(1007, 'not a JSON object');
  const { type, dst, payload } = parsed;
  if (type === 'HEARTBEAT') return hasOnly(parsed, ['type']) ? { frame: { type } } : violation(1008, 'malformed heartbeat');
  if (type !== 'OFFER') return violation(1008, 'type not allowed');
  if (!hasOnly(parsed, ['type', 'src', 'dst', 'payload'])) return violation(1008, 'unknown field');
  if (typeof dst !== 'string' || !isIdOf(tag, dst)) return violation(1008, 'dst is not in this room');
  if (typeof payload !== 'string' || !base64UrlPattern.test(payload)) return violation(1008, 'payload is not base64url');
  if (payload.length > payloadCharacters) return violation(1009, 'payload too long');
  return { frame: { type, dst, payload } };
}

function violation(code: Violation['code'], reason: string): Checked {
  return { violation: { code, reason } };
}

function parseRelativeUrl(url: string): URL | undefined {
  return URL.canParse(url, 'http://server') ? new URL(url, 'http://server') : undefined;
}

/** A parameter given twice is read differently by `get` and by `peer`: neither reading is taken. */
function onlyValue(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

function parseObject(text: string): Readonly<Record<'type' | 'dst' | 'payload', unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return { type: undefined, dst: undefined, payload: undefined, ...value };
  } catch {
    return undefined;
  }
}

function hasOnly(value: object, names: readonly string[]): boolean {
  return Object.entries(value).every(([name, content]) => content === undefined || names.includes(name));
}
