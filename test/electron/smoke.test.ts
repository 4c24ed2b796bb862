/**
 * The one test in a real Electron: it opens the window with a capture and closes it again. It runs by itself where a
 * runtime and a display are present; elsewhere the double has to do.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { findElectron } from '../../scripts/electron-runtime.mjs';
import { sampleCapture } from '../e2e/frame.ts';
import { projectRoot, removeTemporaryFolders, temporaryFolder } from './driver.ts';

const runtime = findElectron(projectRoot);
const linux = process.platform === 'linux';
const display = !linux || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
const why =
  runtime.path === null
    ? runtime.why
    : !display
      ? 'there is no display'
      : existsSync(join(projectRoot, 'dist/built'))
        ? ''
        : 'there is no build';
if (why !== '') console.log(`Skipped: nothing runs in a real Electron here, because ${why}.`);

afterAll(removeTemporaryFolders);

describe.skipIf(why !== '')('a real Electron', () => {
  it('opens a window that shows a capture, and ends with it', async () => {
    const capture = await sampleCapture(temporaryFolder(), 20);
    const application = await _electron.launch({
      executablePath: runtime.path!,
      args: [
        ...(linux && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        projectRoot,
        `--data-directory=${temporaryFolder()}`,
        '--listen=127.0.0.1:0',
        capture,
      ],
    });
    const page = await application.firstWindow();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.locator('tbody tr.row').first().waitFor();
    expect(await page.evaluate('window.weir.host')).toBe('electron');
    expect(await page.evaluate('typeof require')).toBe('undefined');
    expect(complaints).toEqual([]);
    const ended = new Promise((resolve) => application.process().on('exit', resolve));
    await page.close();
    expect(await ended).toBe(0);
  });
});
