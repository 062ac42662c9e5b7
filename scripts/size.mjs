/**
 * Says how many bytes of JavaScript a visitor waits for, and fails above the limits.
 *
 * Builds into a folder of its own, since only the bundler knows which chunk imports which and what is in it; the sizes are
 * those of the brotli files that the server sends. Home-ready is the entry with all it imports statically. Chat-ready adds
 * what is imported on demand, except what `comesLater` names: so a new chunk counts until somebody says why it need not.
 * `--modules` also lists what is in each chunk.
 */
import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';
import { root } from './files.mjs';

/** Bytes, 1 KB = 1,000: what is aimed at, and what must hold. A limit stands just above the present size, so that only a decision makes it grow. */
const sizes = { 'home-ready': { goal: 15_000, limit: 17_600 }, 'chat-ready': { goal: 45_000, limit: 120_500 } };

/** Libraries that must not be waited for; a chunk imported on demand that brings one along comes later. */
const lateLibraries = ['marked', 'dompurify', 'qrcode', 'hark', 'fflate'];

/** Further modules imported on demand that a chat doesn't need, each with its reason. */
const comesLater = [
  // Only a visitor who speaks another language loads it, beside the rest.
  /^src\/ui\/i18n\/localization\b/,
  // Opened by a button.
  /^src\/ui\/mm-(settings|invite|room-settings|person|remove-person|call|search|history)\.ts/,
  /^src\/ui\/zip-export\b/,
  /^src\/session\/(archive|message-search|room-search)\b/,
  // Opened on a message, or shown for one that has something to show.
  /^src\/ui\/mm-(message-actions|message-menu|selection|pinned|versions|confirm)\.ts/,
  // Tools of the composer, loaded when they are first wanted.
  /^src\/ui\/(mm-(emoji-picker|formatting|help|suggestions)|commands|composer-tools|text-editing)\.ts/,
  // What is dragged over the room, and why a file is refused.
  /^src\/ui\/(file-drop|i18n\/(tray|offer)-texts)\.ts/,
  /^node_modules\/emojibase-data\//,
  // Shown when something happens, or is wrong.
  /^src\/ui\/(mm-(overlay|explain|before-room)|outside)\.ts/,
  // The home page's own; a room opened by a link does without.
  /^src\/ui\/(mm-(your-name|your-rooms|join-room|phone-link)|home-parts|field-styles)\b/,
  /^src\/ui\/i18n\/join-texts\b/,
  // The owner's side of the door: the guest, who waits for the link to open, has the other.
  /^src\/session\/(reception|ring-desk)\b/,
  // Wanted by a room's name, or by a password.
  /^src\/compose-names\b/,
  // Wanted by the first file, or asked for when the first member is here.
  /^src\/session\/files\/files-desk\b/,
  /^src\/storage\/(open-file-store|erase-files)\b/,
  /^src\/media\/(prepare-file|picture-workshop|inspect-file|voice-recorder)\b/,
  /^src\/network\/file-lanes\b/,
  /^src\/ui\/mm-(tray|drop-zone|offers|voice-recorder|message-files|picture|file-card|player|video|voice|lightbox)\.ts/,
  // Wanted by a ring or a call.
  /^src\/media\/(sounds|capture)\b/,
  // Stands instead of the app where there can be none.
  /^src\/ui\/insecure\b/,
  // Takes the place of IndexedDB where that is blocked.
  /^src\/storage\/memory-/,
];

/** @typedef {import('vite').Rolldown.OutputChunk} Chunk */

const outDir = join(root, '.cache/size');
const built = await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn', build: { outDir, emptyOutDir: true, sourcemap: false } });
/** @type {Map<string, Chunk>} */
const chunks = new Map();
for (const bundle of Array.isArray(built) ? built : [built]) {
  if ('output' in bundle) for (const file of bundle.output) if (file.type === 'chunk') chunks.set(file.fileName, file);
}

const entries = [...chunks.values()].filter((chunk) => chunk.isEntry);
if (entries.length !== 1) throw new Error(`size: expected one entry, found ${entries.length}`);
const home = staticClosure(entries);
const chat = chatClosure(home);

const rows = await Promise.all(
  [...chunks.values()].map(async (chunk) => ({
    at: home.has(chunk) ? 'home-ready' : chat.has(chunk) ? 'chat-ready' : 'later',
    file: chunk.fileName,
    bytes: await brotliBytes(chunk),
    holds: contents(chunk),
  })),
);
const order = ['home-ready', 'chat-ready', 'later'];
rows.sort((a, b) => order.indexOf(a.at) - order.indexOf(b.at) || b.bytes - a.bytes);
for (const { at, file, bytes, holds } of rows) {
  console.log(`${at.padEnd(10)}  ${format(bytes).padStart(8)}  ${file.padEnd(44)}  ${holds}`);
  if (process.argv.includes('--modules')) for (const id of chunks.get(file)?.moduleIds ?? []) console.log(`${' '.repeat(22)}${relative(root, id)}`);
}

const homeBytes = sum(home);
const chatBytes = sum(chat);
console.log('');
let failed = false;
for (const [name, bytes, { goal, limit }] of /** @type {const} */ ([
  ['home-ready', homeBytes, sizes['home-ready']],
  ['chat-ready', chatBytes, sizes['chat-ready']],
])) {
  const fits = bytes <= limit;
  failed ||= !fits;
  console.log(`${fits ? 'ok    ' : 'FAILED'} ${name}: ${format(bytes)} brotli of at most ${format(limit)} (goal ${format(goal)})`);
}
for (const library of lateLibraries) {
  const early = [...chat].find((chunk) => libraries(chunk).includes(library));
  if (early === undefined) continue;
  failed = true;
  console.log(`FAILED ${library} is loaded before the chat is ready, in ${early.fileName}`);
}
process.exitCode = failed ? 1 : 0;

/** The chunks and all that they import statically. */
function staticClosure(/** @type {Iterable<Chunk>} */ start) {
  /** @type {Set<Chunk>} */
  const closure = new Set();
  const waiting = [...start];
  for (let chunk = waiting.pop(); chunk !== undefined; chunk = waiting.pop()) {
    if (closure.has(chunk)) continue;
    closure.add(chunk);
    waiting.push(...existing(chunk.imports));
  }
  return closure;
}

function chatClosure(/** @type {Set<Chunk>} */ base) {
  const closure = new Set(base);
  const waiting = [...base];
  for (let chunk = waiting.pop(); chunk !== undefined; chunk = waiting.pop()) {
    for (const wanted of existing(chunk.dynamicImports)) {
      const group = staticClosure([wanted]);
      if (closure.has(wanted) || isLater(wanted, group)) continue;
      for (const member of group) {
        if (closure.has(member)) continue;
        closure.add(member);
        waiting.push(member);
      }
    }
  }
  return closure;
}

function isLater(/** @type {Chunk} */ wanted, /** @type {Set<Chunk>} */ group) {
  const source = wanted.facadeModuleId === null ? '' : relative(root, wanted.facadeModuleId).replaceAll('\\', '/');
  if (comesLater.some((pattern) => pattern.test(source))) return true;
  // What stands in the entry already is not brought along.
  return [...group].some((chunk) => !home.has(chunk) && libraries(chunk).some((library) => lateLibraries.includes(library)));
}

/** @returns {Chunk[]} */
function existing(/** @type {string[]} */ names) {
  return names.flatMap((name) => chunks.get(name) ?? []);
}

/** Names of the packages whose code is in the chunk. @returns {string[]} */
function libraries(/** @type {Chunk} */ chunk) {
  const names = chunk.moduleIds.map((id) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id.replaceAll('\\', '/'))?.[1] ?? '');
  return [...new Set(names)].filter((name) => name !== '');
}

function contents(/** @type {Chunk} */ chunk) {
  const own = chunk.moduleIds.filter((id) => !id.includes('node_modules')).length;
  return [...libraries(chunk), `${own} own modules`].join(', ');
}

async function brotliBytes(/** @type {Chunk} */ chunk) {
  const path = join(outDir, chunk.fileName);
  const precompressed = await stat(`${path}.br`).catch(() => undefined);
  return precompressed?.size ?? brotliCompressSync(await readFile(path)).length;
}

function sum(/** @type {Set<Chunk>} */ wanted) {
  const names = new Set([...wanted].map((chunk) => chunk.fileName));
  return rows.filter(({ file }) => names.has(file)).reduce((total, { bytes }) => total + bytes, 0);
}

function format(/** @type {number} */ bytes) {
  return `${(bytes / 1000).toFixed(1)} KB`;
}
