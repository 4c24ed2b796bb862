/** Where the Electron runtime is looked for, and what is said when it cannot be had. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { downloadElectron, findElectron, reasonIn } from '../../scripts/electron-runtime.mjs';

const folder = mkdtempSync(join(tmpdir(), 'weir-runtime-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let root = '';
let count = 0;

function put(path: string, content: string): void {
  const whole = join(root, path);
  mkdirSync(join(whole, '..'), { recursive: true });
  writeFileSync(whole, content);
}

beforeEach(() => {
  root = join(folder, String(count++));
  put('node_modules/electron/package.json', '{"version":"45.4.1"}');
});

describe('findElectron', () => {
  it('takes the runtime of the right version, and no other', () => {
    put('node_modules/electron/dist/electron', '');
    put('node_modules/electron/dist/version', 'v45.4.1\n');
    expect(findElectron(root, {}, 'linux').path).toBe(join(root, 'node_modules/electron/dist/electron'));
    put('node_modules/electron/dist/version', '44.0.0');
    expect(findElectron(root, {}, 'linux')).toEqual({
      path: null,
      why: 'the Electron 45.4.1 runtime is not on this computer',
    });
  });

  it('knows what the program is called on each system', () => {
    put('node_modules/electron/dist/version', '45.4.1');
    put('node_modules/electron/dist/electron.exe', '');
    put('node_modules/electron/dist/Electron.app/Contents/MacOS/Electron', '');
    expect(findElectron(root, {}, 'win32').path).toMatch(/electron\.exe$/);
    expect(findElectron(root, {}, 'darwin').path).toMatch(/MacOS\/Electron$/);
    expect(findElectron(root, {}, 'linux').path).toBeNull();
  });

  it('takes the one that was chosen by hand, and says when it is not there', () => {
    put('chosen/electron', '');
    const environment = { ELECTRON_OVERRIDE_DIST_PATH: join(root, 'chosen') };
    expect(findElectron(root, environment, 'linux').path).toBe(join(root, 'chosen/electron'));
    const wrong = findElectron(root, { ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' }, 'linux');
    expect(wrong).toEqual({
      path: null,
      why: 'ELECTRON_OVERRIDE_DIST_PATH is set, and there is no electron in /nowhere',
    });
  });

  it('says when npm ci has not run', () => {
    expect(findElectron(join(folder, 'empty'), {}, 'linux').why).toContain('run npm ci');
  });
});

describe('downloadElectron', () => {
  it('says nothing when the installer did its work', async () => {
    put('node_modules/electron/install.js', '');
    expect(await downloadElectron(root)).toBe('');
  });

  it('tells the reason of a failure in one line', async () => {
    put(
      'node_modules/electron/install.js',
      'console.error("RequestError: getaddrinfo ENOTFOUND github.com\\n    at ClientRequest"); process.exit(1);',
    );
    expect(await downloadElectron(root)).toBe('its download failed: getaddrinfo ENOTFOUND github.com');
  });

  it('ends an installer that waits for ever', async () => {
    put('node_modules/electron/install.js', 'setInterval(() => {}, 1000);');
    expect(await downloadElectron(root, 200)).toBe('its download did not end within 0.2 s');
  });

  it('says when there is no installer', async () => {
    expect(await downloadElectron(join(folder, 'empty'))).toContain('run npm ci');
  });
});

describe('reasonIn', () => {
  it('finds a sentence in a stack, or says that there is none', () => {
    expect(reasonIn('AggregateError [ETIMEDOUT]: \n  at x')).toBe(
      'its download failed: AggregateError [ETIMEDOUT]:',
    );
    expect(reasonIn('TypeError: fetch failed\n    at node:internal')).toBe('its server could not be reached');
    expect(reasonIn('')).toBe('its download failed');
  });
});
