/**
 * The certificate for phones on the network, which get camera and microphone over https only. Nobody vouches for it, so the browser
 * warns once; it is kept on the disk, so that this stays once.
 */
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Both as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const fileName = 'https.pem';
const dayMs = 24 * 60 * 60 * 1000;
/** Apple refuses more than 825 days for a server's certificate (https://support.apple.com/en-us/103769). */
const validMs = 365 * dayMs;
const renewBeforeMs = 30 * dayMs;
const ownNames = ['localhost'];
const ownAddresses = ['127.0.0.1', '::1'];

/**
 * Takes the certificate kept in `directory`, or makes a new one when there is none, when it lacks one of `addresses` (IP addresses of
 * the LAN), or when it ends within 30 days. Key and certificate share one file, readable by its owner only. Rejects when the folder
 * can't be written.
 */
export async function loadCertificate(directory: string, addresses: readonly string[], nowMs: number): Promise<Certificate> {
  const file = join(directory, fileName);
  const kept = await readCertificate(file);
  if (kept && isFit(kept, addresses, nowMs)) return kept;
  const made = await makeCertificate(addresses, nowMs);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // A new file, then a rename: `mode` counts for new files only, and nobody ever reads half a key.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, made.key + made.cert, { mode: 0o600 });
  await rename(unfinished, file);
  return made;
}

async function readCertificate(file: string): Promise<Certificate | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/.exec(text.replaceAll('\r', ''))?.[0];
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/.exec(text.replaceAll('\r', ''))?.[0];
  return key && cert ? { key, cert } : undefined;
}

function isFit({ cert }: Certificate, addresses: readonly string[], nowMs: number): boolean {
  try {
    const parsed = new X509Certificate(cert);
    return Date.parse(parsed.validTo) - nowMs > renewBeforeMs && addresses.every((address) => parsed.checkIP(address) !== undefined);
  } catch {
    // Whatever stands in the file is no certificate: a new one takes its place.
    return false;
  }
}

async function makeCertificate(addresses: readonly string[], nowMs: number): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'Mindmeet on this network' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // A phone's clock may be behind ours.
    notBeforeDate: new Date(nowMs - dayMs),
    notAfterDate: new Date(nowMs + validMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [...ownNames.map((value) => ({ type: 2 as const, value })), ...[...new Set([...ownAddresses, ...addresses])].map((ip) => ({ type: 7 as const, ip }))],
      },
    ],
  });
  return { key: withNewline(made.private), cert: withNewline(made.cert) };
}

function withNewline(pem: string): string {
  return `${pem.replaceAll('\r', '').trim()}\n`;
}
