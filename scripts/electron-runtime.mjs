// Finds the Electron runtime without ever importing the package `electron`, whose import downloads it at once and
// without a limit of time. `npm ci` runs no install scripts, so the first start is when it is fetched.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Longest that a first start waits for the download. */
export const downloadLimitMs = 120_000;

/** @type {Partial<Record<NodeJS.Platform, string>>} */
const executables = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/**
 * @typedef {{ path: string, why: string } | { path: null, why: string }} Runtime `why` is a sentence without its
 *   full stop, for the line that says what is being started.
 */

/**
 * The runtime that is on this computer: the one ELECTRON_OVERRIDE_DIST_PATH names, or the one of the right version
 * beside the package.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} environment
 * @param {NodeJS.Platform} platform
 * @returns {Runtime}
 */
export function findElectron(root, environment = process.env, platform = process.platform) {
  const name = executables[platform] ?? 'electron';
  const chosen = environment.ELECTRON_OVERRIDE_DIST_PATH;
  if (chosen) {
    const path = join(chosen, name);
    if (existsSync(path)) return { path, why: 'Electron from ELECTRON_OVERRIDE_DIST_PATH' };
    return { path: null, why: `ELECTRON_OVERRIDE_DIST_PATH is set, and there is no ${name} in ${chosen}` };
  }
  const folder = join(root, 'node_modules', 'electron');
  const version = read(join(folder, 'package.json'), (text) => String(JSON.parse(text).version));
  if (version === null) return { path: null, why: 'the package electron is not installed; run npm ci' };
  const present = read(join(folder, 'dist', 'version'), (text) => text.trim().replace(/^v/, ''));
  const path = join(folder, 'dist', name);
  if (present === version && existsSync(path)) return { path, why: `Electron ${version}` };
  return { path: null, why: `the Electron ${version} runtime is not on this computer` };
}

/**
 * Fetches the runtime as the package's own installer does, in a process that can be ended. ELECTRON_MIRROR is
 * honoured by it. Answers '' or the reason why there is still none.
 * @param {string} root
 * @param {number} limitMs
 * @returns {Promise<string>}
 */
export async function downloadElectron(root, limitMs = downloadLimitMs) {
  const installer = join(root, 'node_modules', 'electron', 'install.js');
  if (!existsSync(installer)) return 'the package electron is not installed; run npm ci';
  const child = spawn(process.execPath, [installer], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint = (complaint + text).slice(0, 20_000);
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, limitMs);
  const stop = () => child.kill('SIGKILL');
  process.once('exit', stop);
  /** @type {number | null} */
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', resolve);
  });
  clearTimeout(timer);
  process.off('exit', stop);
  if (code === 0) return '';
  if (late) return `its download did not end within ${limitMs / 1000} s`;
  return reasonIn(complaint);
}

/**
 * The first line of a stack that says something to a person.
 * @param {string} complaint
 */
export function reasonIn(complaint) {
  const line = complaint.split('\n').find((text) => /Error\b|\bE[A-Z]{4,}\b/.test(text)) ?? '';
  const reason = line.replace(/^.*?Error: /, '').trim();
  if (reason === '') return 'its download failed';
  // All that Node's fetch says of a name that is not found, a refused connection or a proxy that is in the way.
  if (reason === 'fetch failed') return 'its server could not be reached';
  return `its download failed: ${reason}`;
}

/**
 * @param {string} path
 * @param {(text: string) => string} take
 * @returns {string | null}
 */
function read(path, take) {
  try {
    return take(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
