// The browser of the tests that open windows: one that is installed; else, on Debian and as root, the package
// chromium; else what playwright-core downloads. Each attempt has a limit of time, and to have none is no failure:
// those tests are skipped then, with the reason.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browsers.mjs';
import { projectRoot } from './right-node.mjs';

/**
 * Whether a program ended well within its time.
 * @param {string} command
 * @param {string[]} words
 * @param {number} limitMs
 * @returns {Promise<boolean>}
 */
function succeeds(command, words, limitMs) {
  return new Promise((resolve) => {
    const child = spawn(command, words, {
      stdio: 'ignore',
      cwd: projectRoot,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

/**
 * Path of a browser, or null and why.
 * @returns {Promise<{ path: string, why: '' } | { path: null, why: string }>}
 */
export async function browserForTests() {
  if (process.env.WEIR_BROWSER === 'none') return { path: null, why: 'WEIR_BROWSER is "none"' };
  const installed = findBrowser();
  if (installed !== null) return { path: installed, why: '' };
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    console.log('No browser is installed; asking apt-get for chromium.');
    await succeeds('apt-get', ['update', '-qq'], 60_000);
    const words = ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'];
    if (await succeeds('apt-get', words, 180_000)) {
      const path = findBrowser();
      if (path !== null) return { path, why: '' };
    }
  }
  console.log('No browser is installed; asking playwright-core for one.');
  const cli = join(projectRoot, 'node_modules/playwright-core/cli.js');
  await succeeds(process.execPath, [cli, 'install', 'chromium-headless-shell'], 120_000);
  const { chromium } = await import('playwright-core');
  const downloaded = chromium.executablePath();
  if (existsSync(downloaded)) return { path: downloaded, why: '' };
  return { path: null, why: 'no Chromium, Chrome or Edge is installed, and none could be downloaded' };
}
