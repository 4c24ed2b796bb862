/** Made-up records, samples and datagrams: one record of every structure, with a different value in each field. */
import type { Field, RecordType } from '../../main/sflow/field.ts';
import { counterRecords, flowRecords } from '../../main/sflow/registry.ts';
import {
  type DatagramDescription,
  type RecordDescription,
  type WriteValue,
  type WriteValues,
  writeDatagram,
} from '../../main/sflow/write.ts';

/** Values for the fields of a structure: distinct, and the same on every run. */
export function fixtureValues(fields: readonly Field[]): WriteValues {
  let next = 1;
  const sampleOf = (field: Field): WriteValue => {
    const n = next++;
    switch (field.type) {
      case 'u32':
        return field.names === null ? n * 0x01010101 : n % 3;
      case 'i32':
        return -n * 3;
      case 'u64':
        return (BigInt(n) << 56n) | BigInt(n * 7);
      case 'f32':
        return n + 0.5;
      case 'f64':
        return n + 0.1;
      case 'mac':
      case 'ipv4':
      case 'ipv6':
      case 'uuid':
      case 'octets':
        return Uint8Array.from({ length: field.length }, (_, i) => (n * 16 + i) & 255);
      case 'text':
        return `${field.name} ${'x'.repeat(n % 5)}`;
      case 'opaque':
        return Uint8Array.from({ length: 13 + n }, (_, i) => i + n);
      case 'address':
        return n % 2 === 0 ? '10.1.2.3' : '2001:db8::7';
      case 'group':
        return Object.fromEntries(field.of.map((inner) => [inner.name, sampleOf(inner)]));
      case 'list': {
        const only = field.of.length === 1 && field.of[0]!.name === '';
        const element = (): WriteValue =>
          only
            ? sampleOf(field.of[0]!)
            : Object.fromEntries(field.of.map((inner) => [inner.name, sampleOf(inner)]));
        return [element(), element()];
      }
      case 'records':
        return field.space === 'flow'
          ? [
              { name: 'extended_switch', fields: { src_vlan: n } },
              { name: 'extended_vni_egress', fields: { vni: n } },
            ]
          : [
              { name: 'port_name', fields: { name: 'swp1' } },
              { name: 'humidity', fields: { relative: n } },
            ];
      case 'typed': {
        const type = n % field.types.length;
        return { type, value: sampleOf(field.types[type]!) };
      }
    }
  };
  return Object.fromEntries(fields.map((field) => [field.name, sampleOf(field)]));
}

export function fixtureRecord(structure: RecordType): RecordDescription {
  return { name: structure.name, tag: structure.tag, fields: fixtureValues(structure.fields) };
}

/** An Ethernet, IPv4 and TCP header of 60 octets. */
export const tcpHeader = Uint8Array.from(
  (
    '020000000102 020000000101 0800 4500 002e 1234 4000 40 06 0000 0a000001 0a000002 ' +
    'c001 01bb 00000001 00000002 5012 2000 0000 0000 0102 0304 0506'
  )
    .replaceAll(' ', '')
    .match(/../g)!
    .map((octet) => Number.parseInt(octet, 16)),
);

export const headerRecord: RecordDescription = {
  name: 'sampled_header',
  fields: { protocol: 1, frame_length: 1518, stripped: 4, header: tcpHeader },
};

/** Every flow record in flow samples, every counter record in counter samples, and the other samples. */
export const everything: DatagramDescription = {
  agent: '192.0.2.1',
  subAgentId: 3,
  sequenceNumber: 1001,
  uptimeMs: 123456,
  samples: [
    {
      kind: 'flow_sample',
      sequenceNumber: 1,
      dataSourceIndex: 7,
      samplingRate: 1000,
      samplePool: 100_000,
      drops: 2,
      input: 7,
      output: { format: 2, value: 3 },
      records: [headerRecord, ...[...flowRecords.values()].slice(0, 20).map(fixtureRecord)],
    },
    {
      kind: 'counters_sample',
      sequenceNumber: 2,
      dataSourceClass: 2,
      dataSourceIndex: 1,
      records: [...counterRecords.values()].slice(0, 20).map(fixtureRecord),
    },
    {
      kind: 'flow_sample_expanded',
      sequenceNumber: 3,
      dataSourceClass: 1,
      dataSourceIndex: 0x12345678,
      samplingRate: 400,
      samplePool: 5,
      input: 0x7fffffff,
      output: { format: 1, value: 258 },
      records: [headerRecord, ...[...flowRecords.values()].slice(20).map(fixtureRecord)],
    },
    {
      kind: 'counters_sample_expanded',
      sequenceNumber: 4,
      dataSourceIndex: 9,
      records: [...counterRecords.values()].slice(20).map(fixtureRecord),
    },
    {
      kind: 'discarded_packet',
      sequenceNumber: 5,
      dataSourceIndex: 4,
      drops: 1,
      input: 4,
      output: 0,
      reason: 258,
      records: [headerRecord],
    },
    {
      kind: 'rtmetric',
      fields: {
        datasource_name: 'host',
        metrics: [
          { name: 'a', value: { type: 0, value: 'text' } },
          { name: 'b', value: { type: 6, value: 0.25 } },
        ],
      },
    },
    {
      kind: 'rtflow',
      fields: {
        datasource_name: 'host',
        sampling_rate: 10,
        sample_pool: 100,
        fields: [{ name: 'a', value: { type: 3, value: '2001:db8::1' } }],
      },
    },
    { kind: 'raw', tag: (99_999 << 12) | 7, octets: Uint8Array.of(1, 2, 3, 4, 5) },
  ],
};

/** A datagram as a switch sends it: three flow samples, each with a header and VLANs, and a counter sample. */
export const ordinary: DatagramDescription = {
  agent: '10.0.0.1',
  sequenceNumber: 77,
  uptimeMs: 5000,
  samples: [
    ...[1, 2, 3].map((sequenceNumber) => ({
      kind: 'flow_sample' as const,
      sequenceNumber,
      dataSourceIndex: 7,
      samplingRate: 1000,
      samplePool: 1000 * sequenceNumber,
      input: 7,
      output: 8,
      records: [
        headerRecord,
        { name: 'extended_switch', fields: { src_vlan: 10, src_priority: 0, dst_vlan: 20, dst_priority: 0 } },
      ],
    })),
    {
      kind: 'counters_sample' as const,
      sequenceNumber: 4,
      dataSourceIndex: 7,
      records: [{ name: 'if_counters', fields: { ifIndex: 7, ifSpeed: 10_000_000_000n, ifInOctets: 12345 } }],
    },
  ],
};

export const everythingOctets: Uint8Array = writeDatagram(everything);
export const ordinaryOctets: Uint8Array = writeDatagram(ordinary);

/** A seeded source of numbers 0 ≤ x < 1 (mulberry32), so that a failure can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
