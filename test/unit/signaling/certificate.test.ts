/** The https certificate: made once, kept, renewed when it must be. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCertificate } from '../../../signaling/certificate';
import { temporaryFolder } from './support';

const dayMs = 24 * 60 * 60 * 1000;
const now = Date.parse('2026-01-01T00:00:00Z');

test('it names this machine and its addresses, for a year', async () => {
  const { cert, key } = await loadCertificate(await temporaryFolder(), ['192.168.1.5', '10.0.0.7'], now);
  const parsed = new X509Certificate(cert);
  expect(parsed.checkHost('localhost')).toBe('localhost');
  for (const address of ['127.0.0.1', '::1', '192.168.1.5', '10.0.0.7']) expect(parsed.checkIP(address)).toBe(address);
  expect(parsed.checkIP('192.168.1.6')).toBeUndefined();
  expect(parsed.ca).toBe(false);
  expect(Date.parse(parsed.validTo) - now).toBe(365 * dayMs);
  expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
});

test('it is kept, readable by its owner only', async () => {
  const folder = join(await temporaryFolder(), 'cache');
  const first = await loadCertificate(folder, ['192.168.1.5'], now);
  expect(await loadCertificate(folder, ['192.168.1.5'], now + dayMs)).toEqual(first);
  expect(await readdir(folder)).toEqual(['https.pem']);
  expect((await stat(join(folder, 'https.pem'))).mode & 0o777).toBe(0o600);
});

test('it is renewed when an address came, not when one went', async () => {
  const folder = await temporaryFolder();
  const first = await loadCertificate(folder, ['192.168.1.5', '10.0.0.7'], now);
  expect(await loadCertificate(folder, ['10.0.0.7'], now)).toEqual(first);
  const second = await loadCertificate(folder, ['192.168.1.9'], now);
  expect(second.cert).not.toBe(first.cert);
  expect(new X509Certificate(second.cert).checkIP('192.168.1.9')).toBe('192.168.1.9');
});

test('it is renewed within a month of its end', async () => {
  const folder = await temporaryFolder();
  const first = await loadCertificate(folder, [], now);
  expect(await loadCertificate(folder, [], now + 334 * dayMs)).toEqual(first);
  expect(await loadCertificate(folder, [], now + 336 * dayMs)).not.toEqual(first);
});

test('a file that is no certificate is replaced', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'https.pem');
  for (const nonsense of ['', 'nonsense', '-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n']) {
    await writeFile(file, nonsense);
    const { cert } = await loadCertificate(folder, [], now);
    expect(new X509Certificate(cert).checkHost('localhost')).toBe('localhost');
    expect(await readFile(file, 'utf8')).toContain(cert);
  }
});
