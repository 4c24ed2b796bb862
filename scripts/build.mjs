// Builds the three parts of the desktop program into dist/: the main process with its worker threads, the preload
// and the interface. One Vite, three calls: they differ in what runs them (Node 24 in Electron, a sandboxed
// CommonJS preload, Chromium). Promise: after it returns, dist/ is whole, and `isBuilt()` says so until a source
// changes.
import './right-node.mjs';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './right-node.mjs';

const sources = [
  'main',
  'shared',
  'renderer',
  'resources',
  'vite.config.ts',
  'scripts/build.mjs',
  'package.json',
];

/** Worker threads are files of their own; the main process starts them from beside itself. */
const workerFolder = 'main/hosts';

/**
 * Time of the newest change under `path`, in milliseconds since 1970; 0 where there is nothing.
 * @param {string} path
 * @returns {number}
 */
function newestChange(path) {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info) return 0;
  if (!info.isDirectory()) return info.mtimeMs;
  let newest = info.mtimeMs;
  for (const name of readdirSync(path)) newest = Math.max(newest, newestChange(join(path, name)));
  return newest;
}

/**
 * Whether dist/ holds a build that is newer than every source.
 * @param {string} root
 */
export function isBuilt(root = projectRoot) {
  const stamp = statSync(join(root, 'dist', 'built'), { throwIfNoEntry: false });
  if (!stamp) return false;
  return sources.every((name) => newestChange(join(root, name)) <= stamp.mtimeMs);
}

/**
 * The entries of the main build: the shell, and every worker thread of the hosts.
 * @param {string} root
 */
function mainEntries(root) {
  /** @type {Record<string, string>} */
  const entries = { index: join(root, 'main/shell/index.ts') };
  for (const name of readdirSync(join(root, workerFolder))) {
    const worker = /^((?:[a-z]+-)?worker)\.ts$/.exec(name)?.[1];
    if (worker) entries[worker] = join(root, workerFolder, name);
  }
  return entries;
}

/**
 * Prefixes of MAC addresses and who they were assigned to.
 * @param {string} root
 * @returns {Record<string, string>}
 */
function macAssignments(root) {
  return JSON.parse(readFileSync(join(root, 'node_modules/oui-data/index.json'), 'utf8'));
}

/**
 * Builds everything. Throws where a part does not build; what a half-done build left is not taken for a whole.
 * @param {{ quiet?: boolean }} options
 */
export async function buildAll({ quiet = false } = {}) {
  const { build } = await import('vite');
  const root = projectRoot;
  const logLevel = quiet ? 'error' : 'warn';
  const startedMs = Date.now();
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const external = ['electron', ...Object.keys(packageFile(root).dependencies)];

  await build({
    configFile: false,
    root,
    logLevel,
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    ssr: { noExternal: true, external },
    build: {
      ssr: true,
      target: 'node24',
      outDir: 'dist/shell',
      sourcemap: true,
      rolldownOptions: {
        input: mainEntries(root),
        external: [...external, /^node:/],
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          // Beside the entries, so that `import.meta.url` means the same folder wherever code ends up.
          chunkFileNames: '[name]-[hash].js',
        },
      },
    },
  });
  await build({
    configFile: false,
    root,
    logLevel,
    publicDir: false,
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ssr: true,
      target: 'node24',
      outDir: 'dist/preload',
      sourcemap: false,
      rolldownOptions: {
        input: { index: join(root, 'main/shell/preload/index.ts') },
        external: ['electron'],
        // A sandboxed preload must be CommonJS and may require nothing but electron.
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  });
  // Loaded here: a Node that does not read TypeScript must still get as far as being replaced.
  const { compactVendors, VENDOR_FILE } = await import('../main/names/vendor-table.ts');
  writeFileSync(join(root, 'dist/shell', VENDOR_FILE), compactVendors(macAssignments(root)));
  if (existsSync(join(root, 'vite.config.ts'))) {
    await build({ configFile: join(root, 'vite.config.ts'), logLevel });
  }
  writeFileSync(join(root, 'dist', 'built'), '');
  if (!quiet) console.log(`Built dist/ in ${((Date.now() - startedMs) / 1000).toFixed(1)} s.`);
}

/**
 * @param {string} root
 * @returns {{ version: string, dependencies: Record<string, string>, devDependencies: Record<string, string> }}
 */
export function packageFile(root = projectRoot) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

if (import.meta.filename === process.argv[1]) await buildAll();
