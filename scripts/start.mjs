// `npm start [-- FILE...]`: builds Weir where needed and opens it in the best window this computer has. In order:
// Electron; an app window of an installed Chromium, Chrome or Edge; the default browser; the address alone, where
// there is no display. One line says which of them, and why not the one before. `--browser` leaves Electron out.
// SIGINT and SIGTERM end everything that was started, with exit code 0.
import './right-node.mjs';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { findBrowser } from './browsers.mjs';
import { buildAll, isBuilt } from './build.mjs';
import { downloadElectron, findElectron } from './electron-runtime.mjs';
import { projectRoot } from './right-node.mjs';

/** Longest that a child may take to end by itself. */
const endLimitMs = 8_000;

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();
let ending = false;

/**
 * Starts a program that ends with this one.
 * @param {string} command
 * @param {string[]} words
 * @param {import('node:child_process').StdioOptions} stdio
 */
function start(command, words, stdio = 'inherit') {
  const child = spawn(command, words, { stdio, cwd: projectRoot });
  children.add(child);
  child.on('exit', () => children.delete(child));
  child.on('error', () => children.delete(child));
  return child;
}

/**
 * How a program ended: its code, 1 for a signal or where it could not be started.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
function ended(child) {
  return new Promise((done) => {
    child.on('error', () => done(1));
    child.on('exit', (code) => done(code ?? 1));
  });
}

/** Ends what was started, by force after a while. */
async function endAll() {
  ending = true;
  const waits = [...children].map((child) => {
    const wait = ended(child);
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), endLimitMs);
    return wait.finally(() => clearTimeout(timer));
  });
  await Promise.all(waits);
}

/** @param {string[]} words */
async function runElectron(words) {
  let runtime = findElectron(projectRoot);
  if (runtime.path === null && !process.env.ELECTRON_OVERRIDE_DIST_PATH) {
    console.log('Fetching the Electron runtime; this happens once.');
    const problem = await downloadElectron(projectRoot);
    runtime = problem === '' ? findElectron(projectRoot) : { path: null, why: `${runtime.why}, ${problem}` };
  }
  if (runtime.path === null) return runtime.why;
  console.log(`Weir opens in ${runtime.why}.`);
  const code = await ended(start(runtime.path, [...(isRoot ? ['--no-sandbox'] : []), projectRoot, ...words]));
  if (ending) return null;
  process.exit(code);
}

/**
 * Runs the interface as a local server and gives its address, with the token that opens it.
 * @param {string[]} words
 */
async function runServer(words) {
  const server = start(
    process.execPath,
    ['main/hosts/cli.ts', 'serve', '--http', '127.0.0.1:0', ...words],
    ['ignore', 'pipe', 'inherit'],
  );
  const end = ended(server);
  void end.then((code) => {
    if (!ending) process.exit(code);
  });
  if (!server.stdout) throw new Error('The server gave no output.');
  for await (const line of createInterface({ input: server.stdout })) {
    const address = /https?:\/\/\S+/.exec(line)?.[0];
    if (address !== undefined) {
      server.stdout.resume();
      return address;
    }
    console.log(line);
  }
  process.exit(await end);
}

/**
 * An app window of an installed browser: no tabs, no address bar, a profile of its own. Ends with its window.
 * @param {string} browser
 * @param {string} address
 */
async function runAppWindow(browser, address) {
  const profile = mkdtempSync(join(tmpdir(), 'weir-window-'));
  const words = [
    `--app=${address}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    ...(isRoot ? ['--no-sandbox'] : []),
  ];
  await ended(start(browser, words, 'ignore'));
  rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
}

/** @param {string} address */
async function openDefaultBrowser(address) {
  /** @type {Partial<Record<NodeJS.Platform, [string, string[]]>>} */
  const openers = { darwin: ['open', [address]], win32: ['cmd', ['/c', 'start', '', address]] };
  const [command, words] = openers[process.platform] ?? ['xdg-open', [address]];
  return (await ended(start(command, words, 'ignore'))) === 0;
}

async function main() {
  const words = process.argv.slice(2);
  const browserOnly = words.includes('--browser');
  const files = words
    .filter((word) => word !== '--browser')
    .map((word) => (word.startsWith('-') ? word : resolve(process.env.INIT_CWD ?? process.cwd(), word)));
  if (!isBuilt()) {
    console.log('Building Weir.');
    await buildAll({ quiet: true });
  }
  const display =
    process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
  // A runtime that somebody chose by hand is trusted to know what it does without a display.
  const chosen = Boolean(process.env.ELECTRON_OVERRIDE_DIST_PATH);
  let why = 'as asked';
  if (!browserOnly && (display || chosen)) {
    const problem = await runElectron(files);
    if (problem === null) return;
    why = problem;
  }
  const address = await runServer(files);
  if (!display) {
    console.log(`There is no display here; open Weir in a browser: ${address}`);
    await new Promise(() => {});
  }
  const browser = findBrowser();
  if (browser !== null) {
    console.log(`Weir opens in a window of ${browser} (${why}); its address is ${address}`);
    await runAppWindow(browser, address);
    return;
  }
  if (await openDefaultBrowser(address))
    console.log(`Weir opens in the default browser (${why}): ${address}`);
  else console.log(`No browser could be started (${why}); open Weir at ${address}`);
  await new Promise(() => {});
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    if (ending) return;
    void endAll().then(() => process.exit(0));
  });
}

try {
  await main();
  await endAll();
  process.exit(0);
} catch (error) {
  await endAll();
  console.error(`Weir could not be started: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
