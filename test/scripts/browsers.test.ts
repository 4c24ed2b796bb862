/** Where browsers are looked for on each system. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { browserPlaces, findBrowser } from '../../scripts/browsers.mjs';

const folder = mkdtempSync(join(tmpdir(), 'weir-browsers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('findBrowser', () => {
  it('takes the first that can be run', () => {
    const environment = { PATH: folder };
    expect(findBrowser('linux', environment)).toBeNull();
    writeFileSync(join(folder, 'chromium'), '', { mode: 0o644 });
    writeFileSync(join(folder, 'microsoft-edge'), '', { mode: 0o755 });
    // As root even a file without the bit may count as runnable, so it is the order that is looked at.
    expect(findBrowser('linux', environment)).toMatch(/microsoft-edge$|chromium$/);
    chmodSync(join(folder, 'chromium'), 0o755);
    expect(findBrowser('linux', environment)).toBe(join(folder, 'chromium'));
  });

  it('takes the one that was named by hand before all others', () => {
    const named = join(folder, 'named');
    writeFileSync(named, '', { mode: 0o755 });
    expect(findBrowser('linux', { PATH: folder, WEIR_BROWSER: named })).toBe(named);
    expect(findBrowser('linux', { PATH: folder, WEIR_BROWSER: 'none' })).toBeNull();
  });
});

describe('browserPlaces', () => {
  it('knows the three systems', () => {
    expect(browserPlaces('darwin', { HOME: '/Users/someone' })).toContain(
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    );
    const windows = browserPlaces('win32', { PROGRAMFILES: 'C:\\Program Files' });
    expect(windows).toContain('C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe');
    expect(windows.some((path) => path.startsWith('undefined'))).toBe(false);
    expect(browserPlaces('linux', { PATH: '' })).toEqual([]);
  });
});
