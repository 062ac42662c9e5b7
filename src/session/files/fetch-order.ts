/** Which files are fetched first: small ones before large ones, of each those that were wanted first; and not all at once. */
import { limits } from '../../config';
import type { FileEntry } from './file-entry';

/** Files that are fetched at the same time: those that come by themselves, and larger ones. */
const atOnce = { small: 12, large: 3 };

/** Those wanted, in their order. */
export function inOrder(entries: Iterable<FileEntry>): readonly FileEntry[] {
  return [...entries].filter(({ isWanted }) => isWanted).sort((a, b) => Number(isLarge(a)) - Number(isLarge(b)) || rankOf(a) - rankOf(b));
}

/** Of those, in their order, which can begin now. Who waits for a source keeps nobody else waiting. */
export function toStart(wanted: readonly FileEntry[], hasSource: (entry: FileEntry) => boolean): readonly FileEntry[] {
  const free = { ...atOnce };
  for (const entry of wanted) if (isRunning(entry)) free[kindOf(entry)] -= 1;
  return wanted.filter((entry) => {
    const { wish } = entry;
    if (!wish || wish.download || wish.isStarting || free[kindOf(entry)] <= 0 || !hasSource(entry)) return false;
    free[kindOf(entry)] -= 1;
    return true;
  });
}

function isRunning({ wish }: FileEntry): boolean {
  return wish !== undefined && !wish.isStarved && (wish.download !== undefined || wish.isStarting);
}

function isLarge({ sizeBytes }: FileEntry): boolean {
  return sizeBytes > limits.autoFileBytes;
}

function kindOf(entry: FileEntry): keyof typeof atOnce {
  return isLarge(entry) ? 'large' : 'small';
}

function rankOf({ wish }: FileEntry): number {
  return wish?.rank ?? 0;
}
