/** Packs a project as electron-builder would for Linux, around a runtime that is a stand-in of empty files. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');

/** electron-builder.yml without the fuses: a stand-in has none to set. */
function configWithoutFuses(): string {
  const text = readFileSync(join(root, 'electron-builder.yml'), 'utf8');
  const without = text.replace(/^electronFuses:\n(?: {2}.*\n)+/m, '');
  if (without.includes('runAsNode'))
    throw new Error('The fuses in electron-builder.yml are not where they were.');
  return without;
}

/** Packs `project` into a folder below `scratch` and gives the path of its archive. */
export async function packFolder(project: string, scratch: string): Promise<string> {
  const config = join(scratch, 'electron-builder.yml');
  writeFileSync(config, configWithoutFuses());
  const runtime = join(scratch, 'runtime');
  mkdirSync(join(runtime, 'resources'), { recursive: true });
  mkdirSync(join(runtime, 'locales'));
  for (const name of ['electron', 'LICENSE', 'version', 'locales/en-US.pak'])
    writeFileSync(join(runtime, name), '');
  await promisify(execFile)(
    process.execPath,
    [
      join(root, 'node_modules/electron-builder/cli.js'),
      '--linux',
      '--dir',
      '--x64',
      '--publish=never',
      `--config=${config}`,
      `-c.electronDist=${runtime}`,
      `-c.directories.output=${join(scratch, 'out')}`,
    ],
    { cwd: project, timeout: 100_000 },
  );
  return join(scratch, 'out/linux-unpacked/resources/app.asar');
}
