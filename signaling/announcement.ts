/** What stands in the terminal after the start: where to go, and a QR code for the phone. */
import { toString as drawQrCode } from 'qrcode';
import { isLoopback } from './addresses';
import type { RunningServer } from './start-server';

/** Says one line after the other; draws the QR code only where a person looks on (`isTerminal`). */
export async function announce(
  server: Pick<RunningServer, 'host' | 'port' | 'httpsPort' | 'lanAddresses'>,
  say: (text: string) => void,
  isTerminal: boolean,
): Promise<void> {
  say(`Mindmeet is up: http://${localName(server.host)}:${server.port}`);
  const [address] = server.lanAddresses;
  if (server.httpsPort === undefined || address === undefined) return;
  const phoneUrl = `https://${address}:${server.httpsPort}`;
  say(`For a phone on this network: ${phoneUrl} (the browser warns once about the certificate)`);
  if (isTerminal) say(await drawQrCode(phoneUrl, { type: 'terminal', small: true }));
}

function localName(host: string): string {
  return host === '0.0.0.0' || host === '::' || isLoopback(host) ? 'localhost' : host;
}
