/** Which web pages may open a socket here: those of this very server, by whatever name it goes. */
import { isLoopback, parseHostHeader } from './addresses';

/**
 * `origin` and `host` are request headers. Let in are the server's own host over http or https; any port of the loopback names when the
 * server itself is addressed by one (a development server beside it); and `lanOrigins`, e.g. `https://192.168.1.5:9443`.
 * Without an Origin header the request doesn't come from a web page, and there is no visitor whose browser could be misused.
 */
export function isOriginAllowed(origin: string | undefined, host: string | undefined, lanOrigins: readonly string[]): boolean {
  if (origin === undefined) return true;
  const page = readOrigin(origin);
  const own = parseHostHeader(host);
  if (!page || !own) return false;
  if (isLoopback(page.hostname) && isLoopback(own.hostname)) return true;
  if (lanOrigins.includes(page.origin)) return true;
  // Browsers leave a scheme's own port out of both headers; a proxy may write it into Host.
  return page.hostname === own.hostname && page.port === withoutSchemePort(own.port, page.protocol);
}

function readOrigin(origin: string): URL | undefined {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return undefined;
  const url = new URL(origin);
  return url.origin === origin ? url : undefined;
}

function withoutSchemePort(port: string, protocol: string): string {
  return (protocol === 'https:' && port === '443') || (protocol === 'http:' && port === '80') ? '' : port;
}
