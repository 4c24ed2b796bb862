/**
 * The builder: a datagram described by names becomes the octets an agent would send. It writes from the same
 * declarations that the decoder reads by, and serves made-up traffic, tests and fixtures. It promises a
 * well-formed version 5 datagram for every description of the right shape, and raises a plain sentence for a
 * name it does not know or a value that does not fit the field.
 */
import { parseAddress, parseHex } from './address.ts';
import type { Field, RecordType, Space } from './field.ts';
import { OctetWriter } from './octet-writer.ts';
import { structureByName, structureByTag } from './registry.ts';
import {
  countersSample,
  countersSampleExpanded,
  discardedPacket,
  flowSample,
  flowSampleExpanded,
  rtFlow,
  rtMetric,
} from './samples.ts';

/**
 * What a field may be given. Addresses, MACs and UUIDs are text or octets, other octets are such or their
 * hexadecimal text; a string is text or octets; a hyper beyond 2^53 may be its decimal digits; a list is an
 * array of values or of {name: value}; records are an array of RecordDescription; a typed value is {type:
 * number, value}. null, an empty address, or leaving the field out writes the unknown value of its type.
 */
export type WriteValue =
  | number
  | bigint
  | string
  | Uint8Array
  | null
  | readonly WriteValue[]
  | readonly RecordDescription[]
  | { readonly [field: string]: WriteValue };

export type WriteValues = { readonly [field: string]: WriteValue | undefined };

/**
 * A record by its name and fields (its tag tells apart what shares a name), or, for what no declaration
 * covers, by its tag and octets.
 */
export type RecordDescription =
  | { name: string; tag?: number; fields: WriteValues }
  | { tag: number; octets: Uint8Array | string };

/** An interface: an ifIndex, or one of the three formats with its value (see sample.ts). */
export type InterfaceDescription = number | { format: number; value: number };

type Source = {
  sequenceNumber: number;
  /** 0 ifIndex (as where left out), 1 VLAN, 2 physical, 3 logical entity. */
  dataSourceClass?: number;
  dataSourceIndex: number;
};

export type FlowSampleDescription = Source & {
  kind: 'flow_sample' | 'flow_sample_expanded';
  /** 1 in N. */
  samplingRate: number;
  samplePool: number;
  drops?: number;
  input: InterfaceDescription;
  output: InterfaceDescription;
  records: readonly RecordDescription[];
};

export type CountersSampleDescription = Source & {
  kind: 'counters_sample' | 'counters_sample_expanded';
  records: readonly RecordDescription[];
};

export type DiscardedPacketDescription = Source & {
  kind: 'discarded_packet';
  drops?: number;
  /** ifIndex, 0 unknown. */
  input?: number;
  output?: number;
  /** Drop reason code. */
  reason: number;
  records: readonly RecordDescription[];
};

/** sFlow-RT's own samples, by the fields of their declaration. */
export type CustomSampleDescription = { kind: 'rtmetric' | 'rtflow'; fields: WriteValues };

/** A sample that no declaration covers. */
export type RawSampleDescription = { kind: 'raw'; tag: number; octets: Uint8Array };

export type SampleDescription =
  | FlowSampleDescription
  | CountersSampleDescription
  | DiscardedPacketDescription
  | CustomSampleDescription
  | RawSampleDescription;

export type DatagramDescription = {
  /** Agent address, IPv4 or IPv6. */
  agent: string;
  subAgentId?: number;
  sequenceNumber: number;
  uptimeMs: number;
  samples: readonly SampleDescription[];
};

/** The octets of a version 5 datagram. Throws a RangeError with one plain sentence for what cannot be written. */
export function writeDatagram(datagram: DatagramDescription): Uint8Array {
  const out = new OctetWriter();
  out.u32(5);
  writeAddress(out, datagram.agent, 'agent');
  out.u32(datagram.subAgentId ?? 0);
  out.u32(datagram.sequenceNumber);
  out.u32(datagram.uptimeMs);
  out.u32(datagram.samples.length);
  for (const sample of datagram.samples) writeSample(out, sample);
  return out.finish();
}

/** The octets of one record's fields, without its tag and length words. Throws as writeDatagram does. */
export function writeRecord(space: Space, record: RecordDescription): Uint8Array {
  const out = new OctetWriter();
  if ('octets' in record) out.octets(octetsIn(record.octets, 'octets'));
  else writeFields(out, structureOf(space, record).fields, record.fields, record.name);
  return out.finish();
}

function writeSample(out: OctetWriter, sample: SampleDescription): void {
  if (sample.kind === 'raw') {
    writeFramed(out, sample.tag, () => out.octets(sample.octets));
    return;
  }
  const [structure, values] = valuesOf(sample);
  writeFramed(out, structure.tag, () => writeFields(out, structure.fields, values, structure.name));
}

/** A sample's declaration, and its description as values of that declaration's fields. */
function valuesOf(sample: Exclude<SampleDescription, RawSampleDescription>): [RecordType, WriteValues] {
  if ('fields' in sample) return [sample.kind === 'rtmetric' ? rtMetric : rtFlow, sample.fields];
  const sequence_number = sample.sequenceNumber;
  const source_id_type = sample.dataSourceClass ?? 0;
  const source_id_index = sample.dataSourceIndex;
  const source_id = ((source_id_type << 24) | (source_id_index & 0xffffff)) >>> 0;
  switch (sample.kind) {
    case 'counters_sample':
      return [countersSample, { sequence_number, source_id, counters: sample.records }];
    case 'counters_sample_expanded':
      return [
        countersSampleExpanded,
        { sequence_number, source_id_type, source_id_index, counters: sample.records },
      ];
    case 'discarded_packet':
      return [
        discardedPacket,
        {
          sequence_number,
          source_id_type,
          source_id_index,
          drops: sample.drops,
          inputifindex: sample.input,
          outputifindex: sample.output,
          reason: sample.reason,
          discard_records: sample.records,
        },
      ];
    case 'flow_sample':
    case 'flow_sample_expanded': {
      const common = {
        sequence_number,
        sampling_rate: sample.samplingRate,
        sample_pool: sample.samplePool,
        drops: sample.drops,
        flow_records: sample.records,
      };
      const input = interfaceOf(sample.input);
      const output = interfaceOf(sample.output);
      if (sample.kind === 'flow_sample')
        return [
          flowSample,
          { ...common, source_id, input: compactInterface(input), output: compactInterface(output) },
        ];
      return [
        flowSampleExpanded,
        {
          ...common,
          source_id_type,
          source_id_index,
          input_format: input.format,
          input_value: input.value,
          output_format: output.format,
          output_value: output.value,
        },
      ];
    }
  }
}

function interfaceOf(description: InterfaceDescription): { format: number; value: number } {
  return typeof description === 'number' ? { format: 0, value: description } : description;
}

function compactInterface({ format, value }: { format: number; value: number }): number {
  return ((format << 30) | (value & 0x3fffffff)) >>> 0;
}

function structureOf(space: Space, record: { name: string; tag?: number }): RecordType {
  const structure =
    record.tag === undefined ? structureByName(space, record.name) : structureByTag(space, record.tag);
  if (structure === null)
    throw new RangeError(
      `There is no ${space} record named "${record.name}"; use a name of the sFlow documents.`,
    );
  return structure;
}

function writeRecords(out: OctetWriter, space: Space, records: readonly RecordDescription[]): void {
  out.u32(records.length);
  for (const record of records) {
    if ('octets' in record) {
      writeFramed(out, record.tag, () => out.octets(octetsIn(record.octets, 'octets')));
      continue;
    }
    const structure = structureOf(space, record);
    writeFramed(out, structure.tag, () => writeFields(out, structure.fields, record.fields, structure.name));
  }
}

/** Tag and length words around what `content` writes, padded to a multiple of 4. */
function writeFramed(out: OctetWriter, tag: number, content: () => void): void {
  out.u32(tag);
  const lengthAt = out.length;
  out.u32(0);
  content();
  out.setU32(lengthAt, out.length - lengthAt - 4);
  out.pad();
}

function writeFields(out: OctetWriter, fields: readonly Field[], values: WriteValues, where: string): void {
  for (const name of Object.keys(values))
    if (!fields.some((field) => field.name === name))
      throw new RangeError(`The record ${where} has no field "${name}".`);
  for (const field of fields) writeField(out, field, values[field.name] ?? null, `${where}.${field.name}`);
}

function writeField(out: OctetWriter, field: Field, value: WriteValue, where: string): void {
  switch (field.type) {
    case 'u32':
    case 'i32':
    case 'u64':
    case 'f32':
    case 'f64': {
      const given =
        field.type === 'u64' && typeof value === 'string' && /^\d{1,20}$/.test(value)
          ? BigInt(value)
          : (value ?? field.unknown ?? 0);
      if (typeof given !== 'number' && typeof given !== 'bigint') throw unfit(where, 'a number');
      if (field.type === 'u32' || field.type === 'i32') out.u32(Number(given));
      else if (field.type === 'u64') out.u64(given);
      else if (field.type === 'f32') out.f32(Number(given));
      else out.f64(Number(given));
      return;
    }
    case 'mac':
    case 'ipv4':
    case 'ipv6':
    case 'uuid':
    case 'octets': {
      const given = value ?? new Uint8Array(field.length);
      const octets = octetsOf(field.type, given);
      if (octets === null || octets.length !== field.length)
        throw unfit(where, `${field.length} octets, or their text`);
      out.octets(octets);
      out.pad();
      return;
    }
    case 'text':
    case 'opaque': {
      const given = value ?? '';
      const octets =
        field.type === 'text' && typeof given === 'string'
          ? new TextEncoder().encode(given)
          : octetsIn(given, where);
      out.u32(octets.length);
      out.octets(octets);
      out.pad();
      return;
    }
    case 'address':
      if (value === null || value === '') out.u32(0);
      else writeAddress(out, value, where);
      return;
    case 'group':
      writeFields(out, field.of, valuesIn(value ?? {}, where), where);
      return;
    case 'list': {
      const elements = value ?? [];
      if (!Array.isArray(elements)) throw unfit(where, 'an array');
      out.u32(elements.length);
      for (const element of elements as readonly WriteValue[]) {
        const only = field.of.length === 1 && field.of[0]!.name === '' ? field.of[0]! : null;
        if (only !== null) writeField(out, only, element, where);
        else writeFields(out, field.of, valuesIn(element, where), where);
      }
      return;
    }
    case 'records': {
      const described = value ?? [];
      if (!Array.isArray(described)) throw unfit(where, 'an array of records');
      writeRecords(out, field.space, described as readonly RecordDescription[]);
      return;
    }
    case 'typed': {
      const { type, value: content } = valuesIn(value ?? { type: 0 }, where);
      const typeField = typeof type === 'number' ? field.types[type] : undefined;
      if (typeField === undefined)
        throw unfit(where, `{type, value} with a type below ${field.types.length}`);
      out.u32(Number(type));
      writeField(out, typeField, content ?? null, where);
    }
  }
}

/** Octets given as such or as hexadecimal text. */
function octetsIn(value: WriteValue, where: string): Uint8Array {
  const octets = typeof value === 'string' ? parseHex(value) : value;
  if (!(octets instanceof Uint8Array)) throw unfit(where, 'octets, or their hexadecimal text');
  return octets;
}

function valuesIn(value: WriteValue, where: string): WriteValues {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array)
    throw unfit(where, 'an object of fields');
  return value as WriteValues;
}

function octetsOf(type: 'mac' | 'ipv4' | 'ipv6' | 'uuid' | 'octets', value: WriteValue): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'string') return null;
  return type === 'ipv4' || type === 'ipv6' ? parseAddress(value) : parseHex(value);
}

function writeAddress(out: OctetWriter, value: WriteValue, where: string): void {
  const octets = value instanceof Uint8Array ? value : typeof value === 'string' ? parseAddress(value) : null;
  if (octets?.length !== 4 && octets?.length !== 16) throw unfit(where, 'an IPv4 or IPv6 address');
  out.u32(octets.length === 4 ? 1 : 2);
  out.octets(octets);
}

function unfit(where: string, wanted: string): RangeError {
  return new RangeError(`The value for ${where} cannot be written: it must be ${wanted}.`);
}
