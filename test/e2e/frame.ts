/**
 * The frame of the tests in a browser: Weir as `serve` runs it, with the built interface, on ports of its own and
 * with a folder of its own, and a page of an installed browser that looks at it. Whatever the page complains about
 * (errors, broken policy, requests to elsewhere) is kept, so that a test can demand silence.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type Page } from 'playwright-core';
import { generateTo } from '../../main/sample-network/generate.ts';
import { findBrowser } from '../../scripts/browsers.mjs';

export const projectRoot = join(import.meta.dirname, '../..');

/** Browser for the tests, or null: then they skip. */
export const browserPath = findBrowser();

/** Whether the tests in a browser can run: there is a browser, and there is a build. */
export const canOpenWindows = browserPath !== null && existsSync(join(projectRoot, 'dist/built'));

export type Served = {
  /** Address of the interface. */
  address: string;
  /** What the server has printed, both streams. */
  output(): string;
  /** Ends the server as its user would, and gives its exit code. */
  stop(): Promise<number | null>;
};

/** Runs `weir serve` with `words` after its own; it listens for sFlow on a free port of loopback, if at all. */
export async function serveWeir(words: readonly string[] = []): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-serve-'));
  const live = words.includes('--no-live') || words.includes('--sflow') ? [] : ['--sflow', '127.0.0.1:0'];
  const child = spawn(
    process.execPath,
    ['main/hosts/cli.ts', 'serve', '--http', '127.0.0.1:0', '--data', folder, ...live, ...words],
    { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output += String(text);
    });
  const address = await firstAddress(child, () => output);
  return {
    address,
    output: () => output,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
      return child.exitCode;
    },
  };
}

/** The first address that a program prints; fails with all it printed where it ends without one. */
export async function firstAddress(child: ChildProcess, output: () => string): Promise<string> {
  const found = Promise.withResolvers<string>();
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const address = /https?:\/\/\S+/.exec(line)?.[0];
    if (address !== undefined) found.resolve(address);
  });
  child.once('exit', (code) =>
    found.reject(new Error(`It ended with ${code} before it gave an address:\n${output()}`)),
  );
  return found.promise;
}

/** Starts the installed browser; one is enough for a file of tests. */
export function startBrowser(): Promise<Browser> {
  if (browserPath === null) throw new Error('No browser of the Chromium family is installed.');
  return chromium.launch({ executablePath: browserPath, chromiumSandbox: process.getuid?.() !== 0 });
}

export type WatchedPage = { page: Page; complaints: string[] };

/** Opens Weir in a new page of its own profile, and keeps what the page complains about. */
export async function openPage(
  browser: Browser,
  address: string,
  look: { width?: number; height?: number; colorScheme?: 'dark' | 'light' } = {},
): Promise<WatchedPage> {
  const { width = 1280, height = 800, colorScheme = 'dark' } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    acceptDownloads: true,
    timezoneId: 'UTC',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.host !== new URL(address).host)
      complaints.push(`The page asked for ${request.url()}.`);
  });
  await page.goto(address);
  return { page, complaints };
}

/** Writes a minute of the sample network, the same each time, and gives its path. */
export async function sampleCapture(folder: string, seconds = 60): Promise<string> {
  const path = join(folder, 'sample-network.pcap');
  await generateTo({ out: path, seconds, seed: 7, startMs: Date.UTC(2026, 0, 5, 12) });
  return path;
}
