/** A small agent of SNMP v2c on loopback, honest or not: it answers GET and GETBULK from a function of OIDs. */
import { createSocket, type RemoteInfo } from 'node:dgram';

export type Row = { oid: string; value: string | number | null };
/** The row that stands at an OID, or with `next` the first one behind it; null: the end. */
export type Rows = (oid: string, next: boolean) => Row | null;

export type StubAgent = { port: number; requests: () => number; close: () => void };

type Element = { tag: number; content: Buffer };

const element = (tag: number, content: Buffer): Buffer => {
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), content]);
};
const integer = (value: number): Buffer => {
  const octets = Buffer.alloc(6);
  octets.writeIntBE(value, 0, 6);
  let from = 0;
  while (from < 5 && octets[from] === 0 && octets[from + 1]! < 0x80) from++;
  return octets.subarray(from);
};
function oidOctets(oid: string): Buffer {
  const parts = oid.split('.').map(Number);
  const octets = [parts[0]! * 40 + parts[1]!];
  for (const part of parts.slice(2)) {
    const groups = [part & 127];
    for (let rest = Math.floor(part / 128); rest > 0; rest = Math.floor(rest / 128))
      groups.unshift((rest & 127) | 128);
    octets.push(...groups);
  }
  return Buffer.from(octets);
}
function oidText(octets: Buffer): string {
  const parts = [Math.floor(octets[0]! / 40), octets[0]! % 40];
  let part = 0;
  for (const octet of octets.subarray(1)) {
    part = part * 128 + (octet & 127);
    if (octet < 128) {
      parts.push(part);
      part = 0;
    }
  }
  return parts.join('.');
}

function elements(octets: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at + 1 < octets.length; ) {
    const tag = octets[at]!;
    let length = octets[at + 1]!;
    at += 2;
    if (length > 0x80) {
      const size = length - 0x80;
      length = octets.readUIntBE(at, size);
      at += size;
    }
    found.push({ tag, content: octets.subarray(at, at + length) });
    at += length;
  }
  return found;
}

const valueElement = (value: Row['value']): Buffer =>
  value === null
    ? element(0x82, Buffer.alloc(0))
    : typeof value === 'number'
      ? element(0x42, integer(value))
      : element(0x04, Buffer.from(value));

const GET_BULK = 0xa5;

/** Begins to answer; `reply` may send something else than the answer, or nothing. */
export function stubAgent(
  rows: Rows,
  reply: (answer: Buffer, send: (octets: Buffer) => void, from: RemoteInfo) => void = (answer, send) =>
    send(answer),
): Promise<StubAgent> {
  const socket = createSocket('udp4');
  let requests = 0;
  socket.on('message', (octets, from) => {
    requests++;
    const [version, community, pdu] = elements(elements(octets)[0]!.content);
    const [id, , most, list] = elements(pdu!.content);
    const [asked] = elements(list!.content);
    const oid = oidText(elements(asked!.content)[0]!.content);
    const found: Row[] = [];
    const isBulk = pdu!.tag === GET_BULK;
    const count = isBulk ? most!.content.readUIntBE(0, most!.content.length) : 1;
    for (let row = rows(oid, isBulk); found.length < count; row = rows(row.oid, true)) {
      if (row === null) {
        found.push({ oid, value: null });
        break;
      }
      found.push(row);
    }
    const varbinds = found.map((row) =>
      element(0x30, Buffer.concat([element(0x06, oidOctets(row.oid)), valueElement(row.value)])),
    );
    const response = element(
      0xa2,
      Buffer.concat([
        element(0x02, id!.content),
        element(0x02, integer(0)),
        element(0x02, integer(0)),
        element(0x30, Buffer.concat(varbinds)),
      ]),
    );
    const answer = element(
      0x30,
      Buffer.concat([element(0x02, version!.content), element(0x04, community!.content), response]),
    );
    reply(answer, (bytes) => socket.send(bytes, from.port, from.address), from);
  });
  return new Promise((resolve) => {
    socket.bind(0, '127.0.0.1', () =>
      resolve({ port: socket.address().port, requests: () => requests, close: () => socket.close() }),
    );
  });
}

/** Rows of a table as an honest agent has them, in the order of OIDs. */
export function honest(table: readonly Row[]): Rows {
  const numbers = (oid: string): number[] => oid.split('.').map(Number);
  const compare = (a: string, b: string): number => {
    const [x, y] = [numbers(a), numbers(b)];
    for (let i = 0; i < Math.max(x.length, y.length); i++)
      if ((x[i] ?? -1) !== (y[i] ?? -1)) return (x[i] ?? -1) - (y[i] ?? -1);
    return 0;
  };
  const sorted = [...table].sort((a, b) => compare(a.oid, b.oid));
  return (oid, next) => sorted.find((row) => (next ? compare(row.oid, oid) > 0 : row.oid === oid)) ?? null;
}
