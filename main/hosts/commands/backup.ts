/** `weir backup`: a consistent copy of the trends and of what the user made, whether a Weir runs on them or not. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { figureText, formatOctets } from '../../../shared/format/rates.ts';
import { backUpFile } from '../../store/backup.ts';
import type { Command } from '../cli.ts';
import { defaultDataDirectory } from '../data-directory.ts';
import { UsageError } from './usage.ts';

export const backup: Command = {
  name: 'backup',
  usage: 'backup FILE [--data DIR]',
  about:
    'Copies the database of a data directory to FILE, also while Weir runs. To restore: stop Weir, put FILE in the place of weir.sqlite, and remove weir.sqlite-wal and -shm beside it.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { data: { type: 'string' } },
    });
    if (positionals.length !== 1)
      throw new UsageError('backup takes the file to write: weir backup weir-today.sqlite.');
    const directory = values.data ?? defaultDataDirectory();
    const { path, octets } = await backUpFile(join(directory, 'weir.sqlite'), resolve(positionals[0]!));
    process.stdout.write(`${figureText(formatOctets(octets))} were written to ${path}.\n`);
  },
};
