/** Files made of text in one zip, packed as they are written: neither they nor it stand in memory whole. The one place that knows fflate. */
import { strToU8, Zip, ZipDeflate } from 'fflate';

export interface ZipEntry {
  readonly name: string;
  readonly pieces: AsyncIterable<string>;
}

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
  for (const { name, pieces } of entries) {
    const file = new ZipDeflate(name, { level: 6 });
    zip.add(file);
    for await (const piece of pieces) {
      file.push(strToU8(piece));
      yield* taken();
    }
    file.push(new Uint8Array(), true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}
