/** Files in one zip, made as they are written: neither they nor it stand in memory whole. The one place that knows fflate. */
import { strToU8, Zip, ZipDeflate, ZipPassThrough } from 'fflate';

/** `pieces`: of a text, which is packed. `content`: stored as it is, since pictures and films are packed already. */
export type ZipEntry = { readonly name: string; readonly pieces: AsyncIterable<string> } | { readonly name: string; readonly content: Blob };

/** Bytes of a file that are read at once. */
const readBytes = 1024 ** 2;

/** Not packed in workers: fflate makes them of blobs, which the page's Content-Security-Policy forbids. Between pieces the page has its turn. */
export async function* zipOf(entries: readonly ZipEntry[]): AsyncIterable<Uint8Array<ArrayBuffer>> {
  let packed: Uint8Array<ArrayBuffer>[] = [];
  let failure: Error | undefined;
  const zip = new Zip((error, bytes) => {
    if (error) failure = error;
    // A view on what fflate goes on writing to, in places: a copy is ours.
    else packed.push(bytes.slice());
  });
  function* taken() {
    if (failure) throw failure;
    yield* packed;
    packed = [];
  }
  for (const entry of entries) {
    const file = 'content' in entry ? new ZipPassThrough(entry.name) : new ZipDeflate(entry.name, { level: 6 });
    zip.add(file);
    for await (const bytes of bytesOf(entry)) {
      file.push(bytes);
      yield* taken();
    }
    file.push(new Uint8Array(), true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}

async function* bytesOf(entry: ZipEntry): AsyncIterable<Uint8Array> {
  if ('content' in entry) {
    const { content } = entry;
    for (let at = 0; at < content.size; at += readBytes) yield new Uint8Array(await content.slice(at, at + readBytes).arrayBuffer());
  } else for await (const piece of entry.pieces) yield strToU8(piece);
}
