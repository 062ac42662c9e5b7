/** Builds the app into dist/app and, with `--ssr signaling/server.ts`, the server into dist/server; serves both in development. */
import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig, runnerImport, type Plugin, type UserConfig } from 'vite';
import { emojiData } from './scripts/emoji-data.mjs';
import type { signalingPlugin } from './signaling/vite-plugin';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig(async ({ command, isSsrBuild }) => {
  if (isSsrBuild) return server();
  return app(command === 'serve' ? await signaling() : precompress());
});

/** All that stands before the link can be seen and copied. */
const homeFile = { name: 'home', tags: ['$initial' as const], priority: 2 };

/** All that stands before the first message: a page opened by a link wants it in one piece, and the home page fetches it next. */
const roomFile = {
  name: 'room',
  priority: 1,
  test: (id: string) => roomModules.some((pattern) => pattern.test(id)),
};

const roomModules = [
  /\/src\/(core\/(?!room-|chunk-set)|network\/(?!file-lane)|protocol\/(?!file-id))/,
  /\/src\/session\/(?!files\/|reception|ring-desk|named-room|password-key|archive|message-search|room-search)/,
  /\/src\/session\/files\/(room-files|tray|fitting)/,
  /\/src\/compose-room/,
  /\/src\/storage\/(open-room-stores|erase-room|idb-|room-lock|fallback-log-store|body-text|directory|event-codec|feed-row|leaf-codec|log-|ordered-events|sealed-log|sealing|text-folder)/,
  /\/src\/ui\/(mm-(room|people|conversation|composer|messages?|typing|avatar|status-pill|icon)(-styles)?|list-place|arrivals|message-line|load-file-code|picture-frame|styled|message-(parts|intent|groups)|mentions|long-press|amounts|dates|plain-text|unseen-styles|i18n\/(room|message|composer|file-kind)-texts)\.ts/,
  /\/node_modules\/(valibot|peerjs|eventemitter3)\//,
  // But for those that only files need (src/ui/file-icons.ts).
  /\/node_modules\/lucide\/(?!.*\/icons\/(chevron|download|file-|pause|play|save|zoom))/,
  /\/node_modules\/lit-html\/(directive|directive-helpers|directives\/repeat)\.js/,
];

function app(plugin: Plugin): UserConfig {
  return {
    root,
    resolve: {
      alias: {
        'webrtc-adapter': resolve(root, 'src/network/stand-ins/webrtc-adapter.ts'),
        'peerjs-js-binarypack': resolve(root, 'src/network/stand-ins/peerjs-js-binarypack.ts'),
      },
    },
    plugins: [plugin, emojiData(), plainImports(), compactStyles(), workerLicenses()],
    worker: { format: 'es' },
    build: {
      outDir: 'dist/app',
      // Every browser that cssTarget names is younger than ES2022.
      target: 'es2022',
      // What theme.css asks for: light-dark(). Lowered, it would be decided once on the root, and the call's stage could not be dark by itself.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      sourcemap: true,
      // A data: URL would need a hole in the CSP.
      assetsInlineLimit: 0,
      // Nothing to preload: what the home page needs is one file, and so is what a room needs.
      modulePreload: false,
      // The notices that the comments of libraries held, without their weight in every file.
      license: { fileName: 'licenses.md' },
      rolldownOptions: { output: { comments: false, codeSplitting: { groups: [homeFile, roomFile] } } },
    },
  };
}

/** Node 20 runs no TypeScript. Packages stay in node_modules. */
function server(): UserConfig {
  return {
    root,
    build: { outDir: 'dist/server', target: 'node20', sourcemap: true, copyPublicDir: false },
  };
}

/** By a runner of its own, so that builds don't load the server, and its imports needn't carry file extensions for Vite's config loader. */
async function signaling(): Promise<Plugin> {
  const { module } = await runnerImport<{ signalingPlugin: typeof signalingPlugin }>(resolve(root, 'signaling/vite-plugin.ts'));
  return module.signalingPlugin(process.env);
}

/** Vite wraps each `import()` so that it can preload what the chunk needs; ours need nothing (`modulePreload` above), and the wrapper weighs 0.7 KB. */
function plainImports(): Plugin {
  return {
    name: 'mindmeet-plain-imports',
    apply: 'build',
    enforce: 'pre',
    load: (id) => (id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : undefined),
  };
}

/** Vite lists the licences of the page's packages; those of the workers' are added here. */
function workerLicenses(): Plugin {
  return {
    name: 'mindmeet-worker-licenses',
    apply: 'build',
    async closeBundle() {
      const list = resolve(root, 'dist/app/licenses.md');
      if (!existsSync(list)) return;
      for (const name of ['hash-wasm', 'marked']) await appendFile(list, `\n## ${name}\n\n${await readFile(resolve(root, 'node_modules', name, 'LICENSE'), 'utf8')}`);
    },
  };
}

/** White space and comments of the elements' style sheets, which are template literals and so beyond every minifier: 0.25 KB of the home page, as much of a room. */
function compactStyles(): Plugin {
  const compact = (sheet: string) =>
    sheet
      .replace(/\/\*[^]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,>]) ?/g, '$1')
      .replace(/: /g, ':')
      .replace(/;\}/g, '}');
  return {
    name: 'mindmeet-compact-styles',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: /\/src\/ui\/[\w-]+\.ts$/ },
      handler: (code) => ({ code: code.replace(/\bcss`[^`]*`/g, compact), map: null }),
    },
  };
}

/** Writes NAME.br and NAME.gz beside each text file of the build, once and at the highest level, instead of at each request. */
function precompress(): Plugin {
  const texts = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.webmanifest']);
  let directory = '';
  return {
    name: 'mindmeet-precompress',
    configResolved(config) {
      directory = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && texts.has(extname(entry.name))).map((entry) => join(entry.parentPath, entry.name));
      await Promise.all(files.map(compress));
    },
  };
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length, [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${file}.br`, brotli), writeFile(`${file}.gz`, gzipped)]);
}
