/**
 * Starts the built desktop program on the double of Electron and drives it: the test's side of
 * `double/control.ts`. Nothing here looks inside the program; it sees what a user sees, and what Electron would.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type BrowserServer, chromium } from 'playwright-core';
import { afterAll } from 'vitest';
import { findBrowser } from '../../scripts/browsers.mjs';
import { controlVariable } from './double/control.ts';

export const projectRoot = join(import.meta.dirname, '../..');
const runner = join(import.meta.dirname, 'double/run.ts');

/** Browser for the windows, or null: then the tests skip. */
export const browserPath = findBrowser();

export type Report = { report: string; data: unknown };

export type DialogReport = { kind: string; options: Record<string, unknown>; answered: boolean };

export type StartOptions = {
  /** Folder of the application; Weir itself unless told otherwise. */
  application?: string;
  words?: string[];
  /** Kept across starts by tests of what is remembered; else each start has a fresh one. */
  dataDirectory?: string;
};

/** One run of the program. */
export class Desktop {
  readonly reports: Report[] = [];
  output = '';
  readonly #child: ChildProcess;
  readonly #server: Server;
  readonly #socket: Promise<Socket>;
  readonly #pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly #watchers = new Set<() => void>();
  readonly #exit: Promise<number | null>;
  #nextId = 1;

  private constructor(child: ChildProcess, server: Server) {
    this.#child = child;
    this.#server = server;
    this.#exit = new Promise((resolve) => {
      child.on('exit', (code) => {
        for (const { reject } of this.#pending.values())
          reject(new Error(`The program ended with ${code}:\n${this.output}`));
        this.#server.close();
        resolve(code);
        this.#wake();
      });
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text) => {
        this.output += String(text);
        this.#wake();
      });
    this.#socket = once(server, 'connection').then(([socket]: Socket[]) => {
      createInterface({ input: socket! }).on('line', (line) => this.#hear(line));
      return socket!;
    });
  }

  /** Starts the program and returns at once. */
  static async start(options: StartOptions = {}): Promise<Desktop> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const dataDirectory = options.dataDirectory ?? temporaryFolder();
    const words = [
      options.application ?? projectRoot,
      `--data-directory=${dataDirectory}`,
      '--listen=127.0.0.1:0',
      ...(options.words ?? []),
    ];
    const child = spawn(process.execPath, [runner, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        [controlVariable]: String(port),
        ELECTRON_DOUBLE_BROWSER: browserPath === null ? '' : (await browserOfFile()).wsEndpoint(),
        NODE_OPTIONS: '',
      },
    });
    return new Desktop(child, server);
  }

  /** Asks the double to do something. */
  async do(name: string, ...args: unknown[]): Promise<unknown> {
    const socket = await this.#socket;
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      socket.write(`${JSON.stringify({ id, name, args })}\n`);
    });
  }

  /** Drives the page: see the double's `page` command. */
  page(
    verb: 'click' | 'waitFor' | 'text' | 'count' | 'press' | 'evaluate',
    argument: string,
  ): Promise<unknown> {
    return this.do('page', verb, argument);
  }

  /** Waits for the first report of a name that `fits`; fails when the program ends before. */
  async reported(name: string, fits: (data: unknown) => boolean = () => true): Promise<unknown> {
    for (;;) {
      const found = this.reports.find((report) => report.report === name && fits(report.data));
      if (found) return found.data;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`The program ended before it told "${name}":\n${this.output}`);
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  /** Waits until the program has printed a text. */
  async outputHas(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (this.#child.exitCode !== null)
        throw new Error(`The program ended without "${text}":\n${this.output}`);
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  /** Everything reported under a name. */
  told(name: string): unknown[] {
    return this.reports.filter((report) => report.report === name).map((report) => report.data);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The exit code, once the program has ended. */
  ended(): Promise<number | null> {
    return this.#exit;
  }

  /** Ends what a failed test has left. */
  async dispose(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#exit;
  }

  #hear(line: string): void {
    const message = JSON.parse(line) as Report | { id: number; value?: unknown; error?: string };
    if ('report' in message) {
      this.reports.push(message);
      this.#wake();
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.error === undefined) pending?.resolve(message.value);
    else pending?.reject(new Error(message.error));
  }

  #wake(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher();
  }
}

let browser: Promise<BrowserServer> | null = null;

/** One browser for all starts of a file of tests; each window is a profile of its own in it. */
function browserOfFile(): Promise<BrowserServer> {
  browser ??= chromium.launchServer({
    executablePath: browserPath!,
    chromiumSandbox: process.getuid?.() !== 0,
    host: '127.0.0.1',
  });
  return browser;
}

afterAll(async () => {
  await (await browser)?.close();
  browser = null;
});

const folders: string[] = [];

/** A folder of its own for a test; `removeTemporaryFolders` takes it away. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-desktop-'));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
