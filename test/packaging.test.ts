/**
 * The installers, as far as they can be checked without a runtime and without a network: electron-builder's own
 * reading of its file, and a folder packed around a stand-in runtime, whose archive is listed. The program in that
 * archive is a stand-in too; test/electron/packed.test.ts packs and runs the real one.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listPackage, statFile } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packFolder } from './pack.ts';

const root = join(import.meta.dirname, '..');
const configText = readFileSync(join(root, 'electron-builder.yml'), 'utf8');
const require = createRequire(join(root, 'node_modules/electron-builder/package.json'));
const folder = mkdtempSync(join(tmpdir(), 'weir-packaging-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('electron-builder.yml', () => {
  const { load } = require('js-yaml') as { load(text: string): Record<string, unknown> };
  const { validateConfiguration } = require('app-builder-lib/out/util/config/config') as {
    validateConfiguration(config: unknown, logger: unknown): Promise<void>;
  };
  const { DebugLogger } = require('builder-util') as { DebugLogger: new (enabled: boolean) => unknown };

  it('is understood whole by electron-builder', async () => {
    await expect(validateConfiguration(load(configText), new DebugLogger(false))).resolves.toBeUndefined();
    const misspelt = { ...load(configText), asarUnpak: [] };
    await expect(validateConfiguration(misspelt, new DebugLogger(false))).rejects.toThrow('asarUnpak');
  });

  it('sets every fuse to its safe side', () => {
    expect(load(configText).electronFuses).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
      enableCookieEncryption: true,
    });
  });

  it('names icons that are there, in the sizes of each system', () => {
    expect(readFileSync(join(root, 'resources/icon.icns')).toString('latin1', 0, 4)).toBe('icns');
    expect([...readFileSync(join(root, 'resources/icon.ico')).subarray(0, 4)]).toEqual([0, 0, 1, 0]);
    for (const size of [16, 32, 48, 64, 128, 256, 512]) {
      const png = readFileSync(join(root, `resources/icons/${size}x${size}.png`));
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
    }
  });

  it('associates both kinds of capture', () => {
    const associations = load(configText).fileAssociations as { ext: string }[];
    expect(associations.map((association) => association.ext)).toEqual(['pcap', 'pcapng']);
  });
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'a folder packed around a stand-in',
  () => {
    const project = join(folder, 'project');
    let archive = '';
    let listed: string[] = [];

    beforeAll(async () => {
      mkdirSync(join(project, 'dist/shell'), { recursive: true });
      mkdirSync(join(project, 'main'), { recursive: true });
      for (const name of ['package.json', 'package-lock.json', 'resources'])
        cpSync(join(root, name), join(project, name), { recursive: true });
      symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
      writeFileSync(join(project, 'dist/shell/index.js'), 'export {};\n');
      writeFileSync(join(project, 'dist/shell/index.js.map'), '');
      writeFileSync(join(project, 'dist/built'), '');
      writeFileSync(join(project, 'main/source.ts'), '');
      archive = await packFolder(project, folder);
      listed = listPackage(archive, { isPack: false });
    }, 120_000);

    it('holds the built program, and nothing that it was made of', () => {
      expect(listed).toContain('/dist/shell/index.js');
      expect(listed).toContain('/package.json');
      expect(listed).toContain('/resources/icons/256x256.png');
      const top = new Set(listed.map((path) => path.split('/')[1]));
      expect([...top].toSorted()).toEqual(['dist', 'node_modules', 'package.json', 'resources']);
      expect(listed.filter((path) => path.endsWith('.map') || path === '/dist/built')).toEqual([]);
    });

    it('holds the packages that are needed at run time, and no other', () => {
      const packages = listed.flatMap((path) => /^\/node_modules\/([^/]+)$/.exec(path)?.[1] ?? []);
      expect(packages.toSorted()).toEqual(['better-sqlite3', 'dgram-as-promised']);
    });

    it('has one native file, of this system, outside the archive', () => {
      const native = listed.filter((path) => path.endsWith('.node'));
      expect(native).toEqual(['/node_modules/better-sqlite3/prebuilds/linux-x64.node']);
      const entry = statFile(archive, native[0]!.slice(1), false);
      expect('unpacked' in entry && entry.unpacked).toBe(true);
      expect(existsSync(join(`${archive}.unpacked`, native[0]!))).toBe(true);
    });
  },
);
