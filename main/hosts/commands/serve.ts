/** `weir serve`: the same program without a window, its interface served on loopback. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command } from '../cli.ts';
import { startHost } from '../host.ts';
import { openDoor, UPLOAD_LIMIT_OCTETS } from '../http.ts';
import { programRoot, version } from '../program.ts';
import { parseEndpoint, stopSignal, UsageError } from './usage.ts';

/** Where a program keeps its data on this system. */
function defaultDataDirectory(): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Weir');
  if (process.platform === 'win32')
    return join(process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Weir');
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'weir');
}

export const serve: Command = {
  name: 'serve',
  usage:
    'serve [FILE…] [--http 127.0.0.1:8008] [--sflow [ADDRESS:]PORT]… [--data DIR] [--no-live] [--sample]',
  about: 'Listens for sFlow, opens captures, and serves the interface on loopback until it is stopped.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        http: { type: 'string', default: '127.0.0.1:8008' },
        sflow: { type: 'string', multiple: true },
        data: { type: 'string' },
        'no-live': { type: 'boolean', default: false },
        sample: { type: 'boolean', default: false },
      },
    });
    const http = parseEndpoint(values.http, '--http');
    if (values['no-live'] && (values.sflow || values.sample))
      throw new UsageError(
        '--no-live leaves out the live workspace, so --sflow and --sample do not go with it.',
      );
    const listeners = values.sflow?.map((text) => {
      const { host, port } = parseEndpoint(text, '--sflow', '');
      return { address: host, port };
    });
    const stop = stopSignal();
    const host = await startHost({
      kind: 'serve',
      version: version(),
      dataDirectory: values.data ?? defaultDataDirectory(),
      ...(listeners ? { listeners } : {}),
      live: !values['no-live'],
      captures: positionals,
      uploadLimitOctets: UPLOAD_LIMIT_OCTETS,
    });
    try {
      const door = await openDoor(host, join(programRoot(), 'dist', 'renderer'), http.host, http.port);
      for (const notice of host.notices) process.stderr.write(`${notice}\n`);
      if (values.sample) await host.startSampleNetwork();
      process.stdout.write(`Weir is ready at ${door.address}\n`);
      if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve));
      await door.stop();
    } finally {
      await host.stop();
    }
  },
};
