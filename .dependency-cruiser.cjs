/** Who may import whom (the edges between the folders); run through scripts/check-layers.mjs, which proves every rule first. */

const layers = ['core', 'protocol', 'network', 'media', 'storage', 'session', 'ui'];

/** Local code that a layer may import beside itself and, but for core, src/config.ts. */
const allowed = {
  core: [],
  protocol: ['core'],
  network: ['protocol', 'core'],
  media: ['core'],
  storage: ['core'],
  session: ['protocol', 'core', 'network', 'media', 'storage'],
  ui: ['session', 'core'],
};

/** One owner a library: the layer that may import it. scripts/check-layers.mjs adds: in one file only. */
const owners = {
  peerjs: 'network',
  idb: 'storage',
  comlink: 'storage',
  hark: 'media',
  'image-size': 'media',
  qrcode: 'ui',
  marked: 'ui',
  dompurify: 'ui',
  'hash-wasm': 'protocol',
  fflate: 'ui',
};

const library = (name) => `(^|/)node_modules/(@types/)?${name}/`;

const layerRules = layers.map((layer) => ({
  name: `${layer}-imports-only-what-it-may`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: {
    // Packages and node: built-ins are other rules' business.
    path: '^(src|signaling|test|scripts)/',
    pathNot: [`^src/(${[layer, ...allowed[layer]].join('|')})/`, ...(layer === 'core' ? [] : ['^src/config\\.ts$'])],
  },
}));

const ownerRules = Object.entries(owners).map(([name, layer]) => ({
  name: `${name}-belongs-to-${layer}`,
  severity: 'error',
  // The server's QR code in the terminal is its own.
  from: { path: '^src/', pathNot: `^src/${layer}/` },
  to: { path: library(name) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    ...ownerRules,
    {
      name: 'core-imports-nothing',
      comment: 'Values and rules: no package, no built-in, no configuration.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/' },
    },
    {
      name: 'session-knows-adapters-by-type-only',
      comment: 'main.ts picks the adapters; session would otherwise pull sockets and databases into every test.',
      severity: 'error',
      from: { path: '^src/session/' },
      to: { path: '^src/(network|media|storage)/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'config-imports-nothing', severity: 'error', from: { path: '^src/config\\.ts$' }, to: { path: '.' } },
    {
      name: 'nobody-imports-main',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^src/main\\.ts$' },
    },
    {
      name: 'src-and-signaling-share-only-the-wire',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^signaling/' },
    },
    {
      name: 'signaling-and-src-share-only-the-wire',
      severity: 'error',
      from: { path: '^signaling/' },
      to: { path: '^src/' },
    },
    {
      name: 'no-test-in-the-app',
      severity: 'error',
      from: { path: '^(src|signaling)/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'no-lit-below-ui',
      comment: 'Only elements render.',
      severity: 'error',
      from: { path: '^src/(protocol|network|media|storage|session)/' },
      to: { path: '(^|/)node_modules/(lit|lit-html|lit-element|@lit|lucide)/' },
    },
    {
      name: 'no-built-in-in-the-browser',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: { path: '^(src|signaling)/' },
      // Types are gone at run time; @types/ packages are development dependencies by nature.
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'nothing-unresolvable',
      severity: 'error',
      from: {},
      // Vite's virtual modules have no file.
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan',
      comment: 'A file that nothing imports and that imports nothing is dead. Type declarations are read by tsc alone, the stub is named in vite.config.ts.',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '^src/network/stand-ins/', '^signaling/(server|worker)\\.ts$', '^src/main\\.ts$'] },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types count: a layer that knows another's types depends on it.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'browser', 'module', 'default', 'types'], extensions: ['.ts', '.mjs', '.js', '.d.ts'] },
  },
};
