/** `weir generate`: honest made-up traffic of a small leaf-spine network, live over UDP or into a file. */
import { parseArgs } from 'node:util';
import { generateTo } from '../../sample-network/generate.ts';
import type { Command } from '../cli.ts';
import { parseCount, parseEndpoint, stopSignal, UsageError } from './usage.ts';

export const generate: Command = {
  name: 'generate',
  usage: 'generate --to ADDRESS:PORT | --out FILE.pcap [--agents N] [--seconds N] [--rate N] [--seed N]',
  about:
    'Makes up a small leaf-spine network with hosts, elephants, mice, a scan and a full port. --rate is flow samples per second.',
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        to: { type: 'string' },
        out: { type: 'string' },
        agents: { type: 'string' },
        seconds: { type: 'string' },
        rate: { type: 'string' },
        seed: { type: 'string' },
      },
    });
    if ((values.to === undefined) === (values.out === undefined))
      throw new UsageError('generate takes either --to ADDRESS:PORT or --out FILE.pcap.');
    const count = (
      text: string | undefined,
      option: string,
      least: number,
      most: number,
    ): number | undefined => (text === undefined ? undefined : parseCount(text, option, least, most));
    const result = await generateTo({
      ...(values.to === undefined ? {} : { to: parseEndpoint(values.to, '--to') }),
      ...(values.out === undefined ? {} : { out: values.out }),
      agents: count(values.agents, '--agents', 4, 64),
      seconds: count(values.seconds, '--seconds', 1, 1_000_000),
      rate: count(values.rate, '--rate', 1, 1_000_000),
      seed: count(values.seed, '--seed', 0, 0x7fff_ffff),
      signal: stopSignal(),
    });
    process.stdout.write(
      `Made ${result.datagrams} datagrams (${result.octets} octets) of ${result.agents.length} agents in ${result.seconds.toFixed(0)} s of traffic.\n`,
    );
  },
};
