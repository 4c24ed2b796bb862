/** TCP, UDP, UDP-Lite, SCTP and DCCP for people. The documents are those named in ../transport.ts. */
import { serviceName } from '../../../shared/format/names.ts';
import { type Fields, flagText, hexNumber, type Names } from './fields.ts';
import type { Description } from './layer.ts';

/** The two ports; returns '40265 → 5001', with service names where they are known. */
function ports(fields: Fields, protocol: number): string {
  const text = (port: number) => {
    const name = serviceName(protocol, port);
    return name === '' ? String(port) : `${name} (${port})`;
  };
  const source = fields.number('source port', 0, 2, { text });
  const destination = fields.number('destination port', 2, 2, { text });
  return source < 0 || destination < 0 ? '' : `${source} → ${destination}`;
}

const TCP_FLAGS = [
  [0x100, 'NS'],
  [0x080, 'CWR'],
  [0x040, 'ECE'],
  [0x020, 'URG'],
  [0x010, 'ACK'],
  [0x008, 'PSH'],
  [0x004, 'RST'],
  [0x002, 'SYN'],
  [0x001, 'FIN'],
] as const;

export function describeTcp(fields: Fields): Description {
  const path = ports(fields, 6);
  fields.number('sequence', 4, 4);
  fields.number('acknowledgement', 8, 4);
  const words = fields.bits('header length', 12, 1, 4, 4, {
    unit: 'octets',
    text: (value) => String(value * 4),
  });
  const flags = fields.bits('flags', 12, 2, 0, 9, { text: (value) => flagText(value, TCP_FLAGS) });
  fields.number('window', 14, 2, { unit: 'octets' });
  fields.number('checksum', 16, 2, { text: hexNumber(4) });
  fields.number('urgent pointer', 18, 2);
  const length = Math.max(20, words * 4);
  if (words * 4 > 20) tcpOptions(fields, 20, Math.min(length, 20 + fields.left(20)));
  return { length, summary: flags < 0 ? path : `${path}, ${flagText(flags, TCP_FLAGS)}` };
}

const TCP_OPTIONS: Names = {
  2: 'maximum segment size',
  3: 'window scale',
  4: 'selective acknowledgements permitted',
  5: 'selective acknowledgements',
  8: 'timestamps',
  28: 'user timeout',
  29: 'authentication',
  30: 'multipath',
  34: 'fast open',
};

/** Kind 0 ends, kind 1 is one octet, all others have a length, which covers kind and length. */
function tcpOptions(fields: Fields, from: number, to: number): void {
  fields.group('options', from, to - from, `${to - from} octets`, () => {
    for (let at = from; at < to; ) {
      const kind = fields.peek(at, 1);
      if (kind === 0) {
        fields.add('end of options', at, 1, 0, '');
        return;
      }
      if (kind === 1) {
        at++;
        continue;
      }
      const length = fields.peek(at + 1, 1);
      if (length < 2 || at + length > to) {
        fields.octets('damaged option', at, to - at);
        return;
      }
      tcpOption(fields, kind, at, length);
      at += length;
    }
  });
}

function tcpOption(fields: Fields, kind: number, at: number, length: number): void {
  const name = TCP_OPTIONS[kind] ?? `option ${kind}`;
  if (kind === 2 && length === 4)
    fields.add(name, at, length, fields.peek(at + 2, 2), String(fields.peek(at + 2, 2)), 'octets');
  else if (kind === 3 && length === 3) {
    const shift = fields.peek(at + 2, 1);
    fields.add(name, at, length, shift, `× ${2 ** Math.min(14, shift)}`);
  } else if (kind === 8 && length === 10) {
    const text = `${fields.peek(at + 2, 4)}, echo ${fields.peek(at + 6, 4)}`;
    fields.add(name, at, length, text, text);
  } else if (kind === 5 && length % 8 === 2) {
    const blocks: string[] = [];
    for (let block = at + 2; block < at + length; block += 8) {
      blocks.push(`${fields.peek(block, 4)}–${fields.peek(block + 4, 4)}`);
    }
    fields.add(name, at, length, blocks.join(', '), blocks.join(', '));
  } else if (length === 2) fields.add(name, at, length, kind, 'yes');
  else fields.octets(name, at, length);
}

export function describeUdp(fields: Fields): Description {
  const summary = ports(fields, 17);
  fields.number('length', 4, 2, { unit: 'octets' });
  fields.number('checksum', 6, 2, { text: hexNumber(4) });
  return { length: 8, summary };
}

export function describeUdpLite(fields: Fields): Description {
  const summary = ports(fields, 136);
  fields.number('checksum coverage', 4, 2, { unit: 'octets' });
  fields.number('checksum', 6, 2, { text: hexNumber(4) });
  return { length: 8, summary };
}

const SCTP_CHUNKS: Names = {
  0: 'DATA',
  1: 'INIT',
  2: 'INIT ACK',
  3: 'SACK',
  4: 'HEARTBEAT',
  5: 'HEARTBEAT ACK',
  6: 'ABORT',
  7: 'SHUTDOWN',
  8: 'SHUTDOWN ACK',
  9: 'ERROR',
  10: 'COOKIE ECHO',
  11: 'COOKIE ACK',
  14: 'SHUTDOWN COMPLETE',
};

export function describeSctp(fields: Fields): Description {
  const path = ports(fields, 132);
  fields.number('verification tag', 4, 4, { text: hexNumber(8) });
  fields.number('checksum', 8, 4, { text: hexNumber(8) });
  if (fields.left(12) < 1) return { length: 12, summary: path };
  const chunk = fields.number('first chunk', 12, 1, { names: SCTP_CHUNKS });
  return { length: 12, summary: `${path}, ${SCTP_CHUNKS[chunk] ?? `chunk ${chunk}`}` };
}

const DCCP_TYPES: Names = {
  0: 'request',
  1: 'response',
  2: 'data',
  3: 'ack',
  4: 'data and ack',
  5: 'close request',
  6: 'close',
  7: 'reset',
};

export function describeDccp(fields: Fields): Description {
  const summary = ports(fields, 33);
  const words = fields.number('header length', 4, 1, { unit: 'octets', text: (value) => String(value * 4) });
  fields.bits('type', 8, 1, 1, 4, { names: DCCP_TYPES });
  return { length: Math.max(12, words * 4), summary };
}
