/**
 * What an installer would carry, and nothing beside it: the archive is taken apart into a folder of its own, and the
 * program in it runs on the double. So a package that was left out of the bundle is missed here, not by a user.
 */
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { extractAll } from '@electron/asar';
import { afterAll, describe, expect, it } from 'vitest';
import { VENDOR_FILE } from '../../main/names/vendor-table.ts';
import { sampleCapture } from '../e2e/frame.ts';
import { packFolder } from '../pack.ts';
import { browserPath, Desktop, projectRoot, removeTemporaryFolders, temporaryFolder } from './driver.ts';

const able =
  process.platform === 'linux' &&
  process.arch === 'x64' &&
  browserPath !== null &&
  existsSync(join(projectRoot, 'dist/built'));
afterAll(removeTemporaryFolders);

describe.skipIf(!able)('the packed program', () => {
  it('runs by itself: opens a capture, stores what it hears, ends', async () => {
    const scratch = temporaryFolder();
    const archive = await packFolder(projectRoot, scratch);
    const application = join(temporaryFolder(), 'application');
    extractAll(archive, application);
    cpSync(`${archive}.unpacked`, application, { recursive: true });
    expect(existsSync(join(application, 'dist/shell', VENDOR_FILE)), 'the makers of network cards').toBe(
      true,
    );
    const dataDirectory = temporaryFolder();
    const capture = await sampleCapture(temporaryFolder(), 20);
    const desktop = await Desktop.start({ application, dataDirectory, words: [capture] });
    try {
      await desktop.reported('loaded');
      await desktop.page('waitFor', 'tbody tr.row');
      await desktop.do('closeWindow');
      expect(await desktop.ended(), desktop.output).toBe(0);
      expect(desktop.told('problem')).toEqual([]);
      // The native module was found where the archive leaves it.
      expect(readdirSync(dataDirectory)).toContain('weir.sqlite');
    } finally {
      await desktop.dispose();
    }
  });
});
