/** `weir serve`: the same program without a window, its interface served on loopback. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_CLICKHOUSE } from '../../../shared/model/clickhouse.ts';
import type { Command } from '../cli.ts';
import { defaultDataDirectory } from '../data-directory.ts';
import { startHost } from '../host.ts';
import { openDoor, UPLOAD_LIMIT_OCTETS } from '../http.ts';
import { playCaptures } from '../play.ts';
import { programRoot, version } from '../program.ts';
import { parseEndpoint, stopSignal, UsageError } from './usage.ts';

/** The token of a file or of the environment; null where there is none. Throws UsageError. */
function readToken(path: string | undefined): string | null {
  if (path === undefined) return process.env.WEIR_TOKEN || null;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new UsageError(`The token cannot be read from ${path}; give a file that holds it alone.`);
  }
}

export const serve: Command = {
  name: 'serve',
  usage:
    'serve [FILE…] [--http 127.0.0.1:8008] [--token-file FILE] [--sflow [ADDRESS:]PORT]… [--data DIR] [--no-live] [--clickhouse URL [--clickhouse-database weir] [--clickhouse-user default]] [--sample] [--replay [--speed 10] [--loop]]',
  about:
    'Listens for sFlow, opens captures, and serves the interface and REST until it is stopped. Another address than loopback needs a token (--token-file, or WEIR_TOKEN). --replay plays the captures. --clickhouse sends what is stored to a server as well, with the password of WEIR_CLICKHOUSE_PASSWORD.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        http: { type: 'string', default: '127.0.0.1:8008' },
        'token-file': { type: 'string' },
        sflow: { type: 'string', multiple: true },
        data: { type: 'string' },
        'no-live': { type: 'boolean', default: false },
        clickhouse: { type: 'string' },
        'clickhouse-database': { type: 'string', default: DEFAULT_CLICKHOUSE.database },
        'clickhouse-user': { type: 'string', default: DEFAULT_CLICKHOUSE.user },
        sample: { type: 'boolean', default: false },
        replay: { type: 'boolean', default: false },
        speed: { type: 'string', default: '1' },
        loop: { type: 'boolean', default: false },
      },
    });
    const http = parseEndpoint(values.http, '--http');
    if (values['no-live'] && (values.sflow || values.sample))
      throw new UsageError(
        '--no-live leaves out the live workspace, so --sflow and --sample do not go with it.',
      );
    const speed = Number(values.speed);
    if (!(speed >= 0.1 && speed <= 1000))
      throw new UsageError(`--speed takes a number from 0.1 to 1000; “${values.speed}” is not that.`);
    if ((values.loop || values.speed !== '1') && !values.replay)
      throw new UsageError('--speed and --loop say how captures are played, so they go with --replay.');
    if (values.replay && positionals.length === 0)
      throw new UsageError('--replay plays captures; name one, as in “weir serve FILE.pcap --replay”.');
    const listeners = values.sflow?.map((text) => {
      const { host, port } = parseEndpoint(text, '--sflow', '');
      return { address: host, port };
    });
    const token = readToken(values['token-file']);
    const stop = stopSignal();
    const host = await startHost({
      kind: 'serve',
      version: version(),
      dataDirectory: values.data ?? defaultDataDirectory(),
      ...(listeners ? { listeners } : {}),
      ...(values.clickhouse === undefined
        ? {}
        : {
            clickHouse: {
              settings: {
                enabled: true,
                address: values.clickhouse,
                database: values['clickhouse-database'],
                user: values['clickhouse-user'],
              },
              secret: process.env.WEIR_CLICKHOUSE_PASSWORD ?? '',
            },
          }),
      live: !values['no-live'],
      captures: positionals,
      uploadLimitOctets: UPLOAD_LIMIT_OCTETS,
    });
    try {
      const door = await openDoor({
        host,
        version: version(),
        rendererRoot: join(programRoot(), 'dist', 'renderer'),
        address: http.host,
        port: http.port,
        token,
        withInterface: true,
      });
      host.servedAt(door.address, token !== null);
      for (const notice of host.notices) process.stderr.write(`${notice}\n`);
      if (values.sample) await host.startSampleNetwork();
      process.stdout.write(`Weir is ready at ${door.address}\n`);
      const endPlaying = values.replay ? playCaptures(host, { speed, repeat: values.loop }) : () => {};
      if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve));
      endPlaying();
      await door.stop();
    } finally {
      await host.stop();
    }
  },
};
