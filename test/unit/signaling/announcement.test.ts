/** What the operator reads after the start. */
import { expect, test } from 'vitest';
import { announce } from '../../../signaling/announcement';

async function linesOf(server: Parameters<typeof announce>[0], isTerminal = false): Promise<readonly string[]> {
  const lines: string[] = [];
  await announce(server, (line) => lines.push(line), isTerminal);
  return lines;
}

test('the address of this machine, then the one for phones', async () => {
  expect(await linesOf({ host: '0.0.0.0', port: 9000, httpsPort: 9443, lanAddresses: ['192.168.1.5', '10.0.0.7'] })).toEqual([
    'Mindmeet is up: http://localhost:9000',
    'For a phone on this network: https://192.168.1.5:9443 (the browser warns once about the certificate)',
  ]);
});

test('a QR code for the phone, in a terminal', async () => {
  const lines = await linesOf({ host: '0.0.0.0', port: 9000, httpsPort: 9443, lanAddresses: ['192.168.1.5'] }, true);
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatch(/[▀▄█]/);
});

test('one line without https or without a network', async () => {
  expect(await linesOf({ host: '127.0.0.1', port: 9000, httpsPort: undefined, lanAddresses: [] }, true)).toEqual(['Mindmeet is up: http://localhost:9000']);
  expect(await linesOf({ host: '0.0.0.0', port: 9000, httpsPort: 9443, lanAddresses: [] }, true)).toHaveLength(1);
});

test('the address that HOST names', async () => {
  expect(await linesOf({ host: '10.0.0.7', port: 80, httpsPort: undefined, lanAddresses: ['10.0.0.7'] })).toEqual(['Mindmeet is up: http://10.0.0.7:80']);
});
