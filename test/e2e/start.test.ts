/**
 * `npm start`, from the command to the window: each of the ways a computer may or may not have to show one. What
 * is not on every computer (Electron, a display, a browser) is stood in for by small programs of the test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browserPath, canOpenWindows, firstAddress, projectRoot, sampleCapture } from './frame.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-start-'));
const running: Started[] = [];

type Started = { child: ChildProcess; output(): string; ended: Promise<number | null> };

function start(words: string[], environment: NodeJS.ProcessEnv): Started {
  const child = spawn(process.execPath, [join(projectRoot, 'scripts/start.mjs'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder, ...environment },
    cwd: folder,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output += String(text);
    });
  const started = {
    child,
    output: () => output,
    ended: new Promise<number | null>((resolve) => child.on('exit', resolve)),
  };
  running.push(started);
  return started;
}

async function outputHas(started: Started, text: string): Promise<void> {
  while (!started.output().includes(text)) {
    if (started.child.exitCode !== null) throw new Error(`It ended without "${text}":\n${started.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A program of the test, in the place of one that is not on every computer. */
function standIn(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const noDisplay = { DISPLAY: '', WAYLAND_DISPLAY: '' };
const noElectron = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'no electron') };

describe.skipIf(!canOpenWindows || process.platform !== 'linux')('npm start', () => {
  let capture = '';
  beforeAll(async () => {
    capture = await sampleCapture(folder, 20);
  });
  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('prints the address where there is no display, and ends with code 0 when asked', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const started = start(['--sflow=127.0.0.1:0'], { ...noDisplay, ELECTRON_OVERRIDE_DIST_PATH: '' });
      const address = await firstAddress(started.child, started.output);
      expect(started.output()).toContain('There is no display here');
      expect((await fetch(address)).status).toBe(200);
      started.child.kill(signal);
      expect(await started.ended).toBe(0);
      await expect(fetch(address)).rejects.toThrow();
    }
  });

  it('opens an app window where there is no Electron, says why, and ends with it', async () => {
    const said = join(folder, 'browser-words');
    const browser = standIn(
      'browser',
      // Moved to its place once it is whole: a busy computer looks at it between its making and its writing.
      `printf '%s\\n' "$@" > "${said}.part"; mv "${said}.part" "${said}"; while [ ! -e "${said}.close" ]; do sleep 0.05; done`,
    );
    const started = start(['--sflow=127.0.0.1:0'], { ...noElectron, DISPLAY: ':77', WEIR_BROWSER: browser });
    await outputHas(started, 'Weir opens in a window of');
    expect(started.output()).toContain('ELECTRON_OVERRIDE_DIST_PATH is set, and there is no electron in');
    while (!existsSync(said)) await new Promise((resolve) => setTimeout(resolve, 20));
    const words = readFileSync(said, 'utf8');
    expect(words).toMatch(/^--app=http:\/\/127\.0\.0\.1:\d+/m);
    expect(words).toContain('--user-data-dir=');
    writeFileSync(`${said}.close`, '');
    expect(await started.ended).toBe(0);
  });

  it('opens Electron where there is one, with the files it was given', async () => {
    const runtime = mkdtempSync(join(folder, 'runtime-'));
    const run = join(projectRoot, 'test/electron/double/run.ts');
    writeFileSync(join(runtime, 'electron'), `#!/bin/sh\nexec "${process.execPath}" "${run}" "$@"\n`);
    chmodSync(join(runtime, 'electron'), 0o755);
    const started = start([capture, '--listen=127.0.0.1:0'], {
      ELECTRON_OVERRIDE_DIST_PATH: runtime,
      ELECTRON_DOUBLE_BROWSER: browserPath ?? '',
      ELECTRON_DOUBLE_ECHO: '1',
    });
    await outputHas(started, 'Weir opens in Electron from ELECTRON_OVERRIDE_DIST_PATH');
    await outputHas(started, `recent-document ${JSON.stringify(capture)}`);
    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(0);
  });
});
