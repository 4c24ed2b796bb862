/** A name server on loopback that answers reverse questions as a test tells it. */
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { addressOfReverseName, readDnsMessage } from '../../main/names/dns-message.ts';

/** Labels as octets, so that a test can put anything into them. */
export function dnsName(labels: readonly (string | Uint8Array)[]): number[] {
  return [
    ...labels.flatMap((label) => {
      const octets = Buffer.from(label);
      return [octets.length, ...octets];
    }),
    0,
  ];
}

const word = (value: number): number[] => [(value >>> 8) & 255, value & 255];
const long = (value: number): number[] => [...word(value >>> 16), ...word(value)];

export type Reply = {
  /** The labels of the name; none: there is no such name. */
  labels?: readonly (string | Uint8Array)[];
  ttlSeconds?: number;
  /** Of the negative answer: the least time in its SOA. */
  minimumSeconds?: number;
  code?: number;
};

/** A response to a question, whose octets are taken over as they are. */
export function responseTo(
  query: Uint8Array,
  { labels, ttlSeconds = 300, minimumSeconds, code }: Reply,
): Uint8Array {
  const question = [...query.subarray(12)];
  const header = (answers: number, authorities: number, rcode: number): number[] => [
    ...query.subarray(0, 2),
    ...word(0x8180 | rcode),
    ...word(1),
    ...word(answers),
    ...word(authorities),
    ...word(0),
  ];
  if (labels) {
    const data = dnsName(labels);
    return Uint8Array.from([
      ...header(1, 0, code ?? 0),
      ...question,
      // The name of the question, by a pointer.
      ...[0xc0, 12, ...word(12), ...word(1), ...long(ttlSeconds), ...word(data.length), ...data],
    ]);
  }
  if (minimumSeconds === undefined) return Uint8Array.from([...header(0, 0, code ?? 3), ...question]);
  const data = [
    ...dnsName(['ns']),
    ...dnsName(['root']),
    ...long(1),
    ...long(1),
    ...long(1),
    ...long(1),
    ...long(minimumSeconds),
  ];
  return Uint8Array.from([
    ...header(0, 1, code ?? 3),
    ...question,
    ...[...dnsName(['arpa']), ...word(6), ...word(1), ...long(ttlSeconds), ...word(data.length), ...data],
  ]);
}

export type NameServer = { address: string; asked: string[]; close(): void };

/** `reply` says what is answered for an address; null: nothing at all. */
export async function startNameServer(reply: (address: string) => Reply | null): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const name = readDnsMessage(query, 0, query.length)?.question?.name ?? '';
    const address = addressOfReverseName(name) ?? name;
    asked.push(address);
    const answer = reply(address);
    if (answer) socket.send(responseTo(query, answer), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, asked, close: () => socket.close() };
}
