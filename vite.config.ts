/** Builds the app into dist/app and, with `--ssr signaling/server.ts`, the server into dist/server; serves both in development. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig, runnerImport, type Plugin, type UserConfig } from 'vite';
import type { signalingPlugin } from './signaling/vite-plugin';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig(async ({ command, isSsrBuild }) => {
  if (isSsrBuild) return server();
  return app(command === 'serve' ? await signaling() : precompress());
});

function app(plugin: Plugin): UserConfig {
  return {
    root,
    resolve: {
      alias: {
        'webrtc-adapter': resolve(root, 'src/network/webrtc-adapter-stub.ts'),
      },
    },
    plugins: [plugin],
    worker: { format: 'es' },
    build: {
      outDir: 'dist/app',
      // Chromium 94, Firefox 93, Safari 16.4: what WebRTC and IndexedDB ask for is younger than ES2022.
      target: 'es2022',
      sourcemap: true,
      // A data: URL would need a hole in the CSP.
      assetsInlineLimit: 0,
      // Every target browser preloads modules; the polyfill would be an inline script.
      modulePreload: { polyfill: false },
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
