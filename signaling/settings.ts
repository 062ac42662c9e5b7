/** What the operator sets, read from environment variables. */
import { parseIceServers, type IceServer } from './runtime-config';

/** A UDP or TCP port; 0 takes a free one. */
export type PortChoice = number | 'off';

export interface Settings {
  /** HOST, the address to bind to; default 0.0.0.0, all IPv4 addresses of this machine. `::` takes IPv6 too. */
  readonly host: string;
  /** PORT, default 9000. */
  readonly port: number;
  /** HTTPS_PORT, default 9443, or `off`. Unused when HOST is loopback: http is a secure context there. */
  readonly httpsPort: PortChoice;
  /** STUN_PORT on UDP, default 3478 (RFC 8489 §18.6), or `off`. */
  readonly stunPort: PortChoice;
  /** ICE_SERVERS, a JSON array of further STUN and TURN servers; default none. */
  readonly iceServers: readonly IceServer[];
}

/** A missing or empty variable takes its default. `problem` is a sentence for the operator. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): { readonly settings: Settings } | { readonly problem: string } {
  const port = readPort(env['PORT'], 9000);
  const httpsPort = env['HTTPS_PORT'] === 'off' ? 'off' : readPort(env['HTTPS_PORT'], 9443);
  const stunPort = env['STUN_PORT'] === 'off' ? 'off' : readPort(env['STUN_PORT'], 3478);
  if (port === undefined) return { problem: `PORT must be a number from 0 to 65535, not "${env['PORT']}".` };
  if (httpsPort === undefined) return { problem: `HTTPS_PORT must be a number from 0 to 65535 or "off", not "${env['HTTPS_PORT']}".` };
  if (stunPort === undefined) return { problem: `STUN_PORT must be a number from 0 to 65535 or "off", not "${env['STUN_PORT']}".` };
  const parsed = parseIceServers(env['ICE_SERVERS'] || '[]');
  if ('problem' in parsed) return parsed;
  return { settings: { host: env['HOST'] || '0.0.0.0', port, httpsPort, stunPort, iceServers: parsed.iceServers } };
}

function readPort(text: string | undefined, otherwise: number): number | undefined {
  if (!text) return otherwise;
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port <= 65535 ? port : undefined;
}
