/**
 * Lets web-test-runner serve tests through Vite, so that components are tested as Vite compiles them.
 *
 * The runner's own esbuild plugin fails on CommonJS packages and loses decorators set through tsconfig `extends`.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { createServer } from 'vite';
import { filesOf, root } from '../../scripts/files.mjs';

/** Keys for the runner's configuration. Starts Vite at once; `serverStop` closes it. */
export async function viteBridge() {
  const vite = await createServer({
    root,
    configFile: join(root, 'vite.config.ts'),
    appType: 'custom',
    cacheDir: join(root, '.cache/vite-component'),
    logLevel: 'warn',
    // No reload in the midst of a test: the runner owns the page.
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    // Found late, a package would be bundled late, and Vite would reload the page under the test.
    optimizeDeps: { noDiscovery: true, include: await importedPackages() },
  });

  /** @type {import('@web/test-runner').TestRunnerConfig['middleware']} */
  const middleware = [
    async (context, next) => {
      if (context.path === '/' || context.path.startsWith('/__web')) return next();
      const request = context.req;
      request.url = withoutRunnerParameters(context.url);
      // Koa starts with 404 and Vite leaves a status that is set alone.
      context.status = 200;
      const handled = await new Promise((resolve, reject) => {
        context.res.once('finish', () => resolve(true));
        context.res.once('close', () => resolve(true));
        vite.middlewares(request, context.res, (/** @type {unknown} */ error) => (error === undefined ? resolve(false) : reject(new Error(`Vite could not serve ${request.url}`, { cause: error }))));
      });
      if (handled) context.respond = false;
      else context.status = 404;
      return undefined;
    },
  ];

  return { middleware, plugins: [{ name: 'vite-bridge', serverStop: () => vite.close() }] };
}

/** `?wtr-session-id=…` on a module would make it another module to the browser than the one its importers get. */
function withoutRunnerParameters(/** @type {string} */ address) {
  const url = new URL(address, 'http://runner');
  for (const name of [...url.searchParams.keys()]) if (name.startsWith('wtr-')) url.searchParams.delete(name);
  // `?worker&url` must not become `?worker=&url=`.
  const query = [...url.searchParams].map(([name, value]) => (value === '' ? name : `${name}=${encodeURIComponent(value)}`)).join('&');
  return query === '' ? url.pathname : `${url.pathname}?${query}`;
}

/** Every package that the app and the component tests import, as they name it (`lit/decorators.js`). */
async function importedPackages() {
  const sources = await filesOf((path) => /^(src|test\/(component|suites|support\/browser))\/.*\.ts$/.test(path));
  /** @type {Set<string>} */
  const names = new Set();
  for (const path of sources) {
    const { importedFiles } = ts.preProcessFile(await readFile(join(root, path), 'utf8'), true, true);
    for (const { fileName } of importedFiles) if (!/^[./]|^(node|virtual):|\?/.test(fileName)) names.add(fileName);
  }
  return [...names];
}
