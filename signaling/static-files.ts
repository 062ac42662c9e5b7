/**
 * The built app, held in memory: what is requested never becomes a path on the disk, and a rebuild under a running server can't mix
 * two versions. (sirv 3.0.2 ends the process on `Range: bytes=9-1` and on a file that a rebuild removed.)
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** One representation of a file (RFC 9110 §8.8.3: each has its own entity tag). */
export interface Representation {
  readonly body: Buffer;
  readonly contentType: string;
  readonly contentEncoding: 'br' | 'gzip' | undefined;
  readonly etag: string;
}

export interface StaticFiles {
  /** The file at a URL path in the best encoding that `acceptEncoding` (a request header) allows. */
  find(pathname: string, acceptEncoding: string | undefined): Representation | undefined;
}

type Encoding = 'br' | 'gzip' | 'identity';

const suffixes: Readonly<Record<string, Encoding>> = { '.br': 'br', '.gz': 'gzip' };

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mp3': 'audio/mpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Reads a folder with its subfolders. `name.br` and `name.gz` beside `name` are its compressed forms. Rejects when there is no folder. */
export async function readStaticFiles(directory: string): Promise<StaticFiles> {
  const encodingsByPath = new Map<string, Map<Encoding, Representation>>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const file = join(entry.parentPath, entry.name);
    const encoding = suffixes[extname(file)] ?? 'identity';
    const pathname = `/${relative(directory, encoding === 'identity' ? file : file.slice(0, -extname(file).length)).split(sep).join('/')}`;
    const encodings = encodingsByPath.get(pathname) ?? new Map<Encoding, Representation>();
    encodings.set(encoding, represent(await readFile(file), pathname, encoding));
    encodingsByPath.set(pathname, encodings);
  }
  return {
    find(pathname, acceptEncoding) {
      const encodings = encodingsByPath.get(pathname);
      const accepted = acceptedEncodings(acceptEncoding);
      return (['br', 'gzip', 'identity'] as const).filter((encoding) => accepted.has(encoding)).map((encoding) => encodings?.get(encoding)).find(Boolean);
    },
  };
}

function represent(body: Buffer, pathname: string, encoding: Encoding): Representation {
  return {
    body,
    contentType: contentTypes[extname(pathname)] ?? 'application/octet-stream',
    contentEncoding: encoding === 'identity' ? undefined : encoding,
    etag: `"${createHash('sha256').update(encoding).update(body).digest('base64url').slice(0, 22)}"`,
  };
}

/** RFC 9110 §12.5.3, as far as browsers go: names, and `q=0` to refuse one. */
function acceptedEncodings(header = ''): ReadonlySet<Encoding> {
  const accepted = new Set<Encoding>(['identity']);
  for (const part of header.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    if ((name === 'br' || name === 'gzip') && !parameters.some((text) => /^q=0(\.0*)?$/.test(text))) accepted.add(name);
  }
  return accepted;
}
