/**
 * RFC 5424, over UDP (RFC 5426: one message a datagram), TCP (RFC 6587: octet counting) or TLS (RFC 5425). Fields of the
 * event go along as structured data, under the number that RFC 5612 keeps for examples.
 */

import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Severity } from '../../../shared/model/event.ts';
import { asText, syslogValue } from '../escape.ts';
import { fieldOf } from '../fields.ts';
import { isOn, type Kind, type Message, numberOf, type Settings, textOf } from '../kind.ts';
import { ANY_CERTIFICATE, hostField, portField, portProblem } from '../network-fields.ts';
import { rendered } from '../render.ts';
import { networkFailure, writeStream } from '../stream.ts';
import { reach } from '../target.ts';

const SEVERITIES: Record<Severity, number> = { info: 6, warning: 4, critical: 2 };
const FACILITIES = [
  ...['user', 'daemon'].map((label, index) => ({ value: String([1, 3][index]), label })),
  ...Array.from({ length: 8 }, (_, index) => ({ value: String(16 + index), label: `local${index}` })),
];
/** What every receiver of UDP takes; RFC 5424 section 6.1 asks for 480, and 2048 at best. */
const MOST_DATAGRAM_OCTETS = 1024;
const DATA_FIELDS = [
  'id',
  'what',
  'name',
  'agent',
  'dataSource',
  'flowKey',
  'metric',
  'value',
  'level',
  'unit',
];

/** PRINTUSASCII of a limited length, as the header wants it. */
const headerWord = (text: string, most: number): string =>
  text.replace(/[^\x21-\x7e]/gu, '_').slice(0, most) || '-';

/** A message of RFC 5424. */
export function syslogMessage(message: Message, settings: Settings, computer: string): string {
  const priority = Number(textOf(settings, 'facility')) * 8 + SEVERITIES[message.event.severity];
  const name = headerWord(textOf(settings, 'name'), 48);
  const data = DATA_FIELDS.flatMap((field) => {
    const value = fieldOf(message, field);
    return value === null || value === '' ? [] : [`${field}="${syslogValue(String(value))}"`];
  });
  const time = new Date(message.atMs).toISOString();
  const header = `<${priority}>1 ${time} ${headerWord(computer, 255)} ${name} - ${message.what}`;
  // The mark says that what follows is UTF-8.
  return `${header} [weir@32473 ${data.join(' ')}] \ufeff${rendered(textOf(settings, 'message'), message, asText)}`;
}

/** As much of a message as fits, never half a character. */
export function cutOctets(text: string, most: number): Buffer {
  const octets = Buffer.from(text, 'utf8');
  if (octets.length <= most) return octets;
  let end = most;
  while (end > 0 && (octets[end]! & 0xc0) === 0x80) end--;
  return octets.subarray(0, end);
}

export const syslog: Kind = {
  kind: 'syslog',
  label: 'Syslog',
  about: 'RFC 5424, to a collector of logs.',
  goesTo: [],
  fields: [
    hostField('Name or address of the collector.'),
    portField(514, '514 as a rule, 6514 for TLS.'),
    {
      ...{ name: 'transport', label: 'Transport', type: 'select', required: true, initial: 'udp' },
      options: [
        { value: 'udp', label: 'UDP' },
        { value: 'tcp', label: 'TCP' },
        { value: 'tls', label: 'TLS' },
      ],
      about: 'UDP is not answered; what gets lost is not noticed.',
    },
    { ...ANY_CERTIFICATE, only: { field: 'transport', value: 'tls' } },
    {
      ...{ name: 'facility', label: 'Facility', type: 'select', required: true, initial: '16' },
      options: FACILITIES,
      about: 'How collectors sort messages.',
    },
    {
      ...{ name: 'name', label: 'Program', type: 'text', required: true, initial: 'weir' },
      about: 'The APP-NAME of the message.',
    },
    {
      ...{ name: 'message', label: 'Message', type: 'template', required: true },
      initial: '{{what}}: {{title}}{{#untold}} ({{untold}} more were left out){{/untold}}',
      about: 'What is said beside the structured data.',
    },
  ],
  check: (settings) => portProblem(numberOf(settings, 'port')),
  prepare(message, settings, surroundings) {
    const text = syslogMessage(message, settings, surroundings.computer);
    const transport = textOf(settings, 'transport');
    const host = textOf(settings, 'host').trim();
    const port = numberOf(settings, 'port');
    const octets = transport === 'udp' ? cutOctets(text, MOST_DATAGRAM_OCTETS) : Buffer.from(text, 'utf8');
    return {
      parts: [
        { label: 'To', text: `${transport.toUpperCase()} ${host}:${port}` },
        { label: 'Message', text: octets.toString('utf8') },
      ],
      async send(signal) {
        const address = await reach(host, surroundings, true);
        if (transport === 'udp') {
          await sendDatagram(octets, address, port);
          return `${octets.length} octets sent to ${address} port ${port}; UDP is not answered.`;
        }
        const framed = Buffer.concat([Buffer.from(`${octets.length} `), octets]);
        const target = {
          address,
          host,
          port,
          tls: transport === 'tls',
          anyCertificate: isOn(settings, 'anyCertificate'),
        };
        await writeStream(target, framed, signal);
        return `${framed.length} octets taken by ${address} port ${port}.`;
      },
    };
  },
};

function sendDatagram(octets: Uint8Array, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    socket.on('error', (error) => {
      socket.close();
      reject(networkFailure(error));
    });
    socket.send(octets, port, address, (error) => {
      socket.close();
      if (error) reject(networkFailure(error));
      else resolve();
    });
  });
}
