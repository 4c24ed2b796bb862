/** Graphite's plaintext protocol: path, value and time, one line each, over TCP. */

import { graphitePart } from '../escape.ts';
import { type Kind, type Message, numberOf, textOf } from '../kind.ts';
import { hostField, portField, portProblem } from '../network-fields.ts';
import { writeStream } from '../stream.ts';
import { reach } from '../target.ts';

/** Whether it stands, and its figure where it has one. */
export function graphiteLines(message: Message, prefix: string): string {
  const { name, agent, dataSource, value } = message.event;
  const path = [prefix, ...[name, agent, dataSource].filter((part) => part !== '').map(graphitePart)].join(
    '.',
  );
  const seconds = Math.floor(message.atMs / 1000);
  const lines = [`${path}.standing ${message.what === 'cleared' ? 0 : 1} ${seconds}\n`];
  if (value !== null && Number.isFinite(value)) lines.push(`${path}.value ${value} ${seconds}\n`);
  return lines.join('');
}

export const graphite: Kind = {
  kind: 'graphite',
  label: 'Graphite',
  about: 'Plaintext protocol over TCP.',
  goesTo: [],
  fields: [
    hostField('Name or address of carbon.'),
    portField(2003, '2003 as a rule.'),
    {
      ...{ name: 'prefix', label: 'Prefix', type: 'text', required: true, initial: 'weir.events' },
      about: 'How every path begins.',
    },
  ],
  check: (settings) =>
    /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(textOf(settings, 'prefix'))
      ? portProblem(numberOf(settings, 'port'))
      : '“Prefix” is made of letters, digits, hyphens and underscores, with dots between.',
  prepare(message, settings, surroundings) {
    const host = textOf(settings, 'host').trim();
    const port = numberOf(settings, 'port');
    const lines = graphiteLines(message, textOf(settings, 'prefix'));
    return {
      parts: [
        { label: 'To', text: `TCP ${host}:${port}` },
        { label: 'Lines', text: lines },
      ],
      async send(signal) {
        const address = await reach(host, surroundings, true);
        await writeStream(
          { address, host, port, tls: false, anyCertificate: false },
          Buffer.from(lines),
          signal,
        );
        return `${lines.length} octets taken by ${address} port ${port}.`;
      },
    };
  },
};
