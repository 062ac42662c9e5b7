/** Lists the source files of this repository, so that a new file or project is checked without being named anywhere. */
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const skipped = new Set(['node_modules', 'dist', 'test-results', 'coverage']);

/** Paths, relative to the root with forward slashes, of every file that `accepts` takes. */
export async function filesOf(/** @type {(path: string) => boolean} */ accepts) {
  /** @type {string[]} */
  const found = [];
  await walk(root);
  return found.sort();

  async function walk(/** @type {string} */ folder) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      // Dot folders hold caches and what other tools keep.
      if (entry.name.startsWith('.') || skipped.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await walk(path);
      else {
        const name = relative(root, path).replaceAll('\\', '/');
        if (accepts(name)) found.push(name);
      }
    }
  }
}
