/** The room that the files of a message take before they are here, so that nothing jumps when they come. */
import type { FileEntry, FileLook, FileManifest } from '../core/file';
import { limits } from '../config';

/** Of a picture in the list, in rem. */
const longestSide = 20;
const shortestSide = 6;
/** Of everything else, with its gap. */
const cardHeight = 4;

/** What is shown as a picture, unless its bytes turn out to be something else. */
export interface SeenFile extends FileManifest {
  readonly look: Extract<FileLook, { kind: 'picture' | 'video' }>;
}

/** Pictures beyond the limit are not decoded: they stand as files. */
export function isSeen(file: FileEntry): file is SeenFile {
  if (file === 'broken') return false;
  const { look } = file;
  return look.kind === 'video' || (look.kind === 'picture' && look.width * look.height <= limits.picturePixels);
}

/** Of all pictures of a message together, in rem: one as it is, within bounds; two side by side; three as one and two; four in a square, and more behind the last. */
export function frameOf(files: readonly SeenFile[]): { readonly width: number; readonly height: number } {
  const [first] = files;
  if (!first) return { width: 0, height: 0 };
  if (files.length > 1) return { width: longestSide, height: files.length === 2 ? longestSide / 2 : files.length === 3 ? longestSide / 1.5 : longestSide };
  const { width, height } = first.look;
  const scale = Math.min(1, longestSide / (width / 16), longestSide / (height / 16));
  const side = (pixels: number) => Math.max(shortestSide, (scale * pixels) / 16);
  return { width: side(width), height: side(height) };
}

/** Of all files of a message, in rem. */
export function reservedHeight(files: readonly FileEntry[]): number {
  const seen = files.filter(isSeen);
  return frameOf(seen).height + (files.length - seen.length) * cardHeight;
}
