/**
 * What one line of the key table is, and the few ways in which most lines read their field: from the parsed
 * header (numbers and offsets), from the sample itself, or from one record of it. Readers run per sample:
 * they allocate nothing and look at nothing outside the header's or the record's own octets.
 */
import type { Layer } from '../../packet/header.ts';
import type { Sample } from '../../samples/sample.ts';
import { leastLength, tagOf } from '../../sflow/field.ts';
import { structureByTag } from '../../sflow/registry.ts';
import type { Form } from '../form.ts';
import type { FunctionContext } from '../functions/context.ts';

/** Writes the form's words from `at` on; false where the sample has no such field. */
export type Read = (sample: Sample, layer: Layer, out: Uint32Array, at: number) => boolean;

export type FlowKey = {
  name: string;
  label: string;
  about: string;
  form: Form;
  /** Whether the key can be asked of an inner layer (`ipsource.1`). */
  layered: boolean;
  /** Made when it is compiled, as a few ask for what no sample tells. */
  reader: (context: FunctionContext) => Read;
  /** For layer 0 of a layered key: what the sample itself says where its header says nothing, or has none. */
  otherwise: Read | null;
};

/** A key of a packet, and so of each packet inside a tunnel. */
export function key(
  name: string,
  label: string,
  form: Form,
  read: Read,
  about: string,
  otherwise: Read | null = null,
): FlowKey {
  return { name, label, form, reader: () => read, about, otherwise, layered: true };
}

/** A key of a packet whose reader asks what is known beside the sample. */
export function knowingKey(
  name: string,
  label: string,
  form: Form,
  reader: FlowKey['reader'],
  about: string,
): FlowKey {
  return { name, label, form, reader, about, otherwise: null, layered: true };
}

/** A key of the sample, which has no layers. */
export function sampleKey(name: string, label: string, form: Form, read: Read, about: string): FlowKey {
  return { name, label, form, reader: () => read, about, otherwise: null, layered: false };
}

/** A number of the layer, -1 where it is absent. */
export const field =
  (get: (layer: Layer) => number): Read =>
  (_sample, layer, out, at) => {
    const value = get(layer);
    if (value < 0) return false;
    out[at] = value;
    return true;
  };

/** A number of IPv4 layers or of IPv6 layers only. */
export const ofVersion =
  (version: 4 | 6, get: (layer: Layer) => number): Read =>
  (_sample, layer, out, at) => {
    if (layer.ipVersion !== version) return false;
    const value = get(layer);
    if (value < 0) return false;
    out[at] = value;
    return true;
  };

/** A number of layers with one IP protocol only. */
export const ofProtocol =
  (protocol: number, get: (layer: Layer) => number): Read =>
  (_sample, layer, out, at) => {
    if (layer.ipProtocol !== protocol) return false;
    const value = get(layer);
    if (value < 0) return false;
    out[at] = value;
    return true;
  };

/** Octets from the start of the sampled header to something in it; `get` gives its place, -1 absent. */
export const offsetOf =
  (get: (layer: Layer) => number): Read =>
  (sample, layer, out, at) => {
    const offset = get(layer);
    if (offset < 0) return false;
    out[at] = offset - sample.header.start;
    return true;
  };

/**
 * The unsigned int `name` of the flow record 0:`format`, at its offset in the declaration. Absent where the sample
 * has no such record, where the record ends before it, and where it has the declaration's (or the given) value for
 * unknown. Throws at start-up for a field that the declaration does not have at a fixed offset.
 */
export function recordField(format: number, name: string, unknown?: number): Read {
  const { tag, offset, unknown: declared } = fixedField(format, name);
  const unknownValue = unknown ?? declared;
  return (sample, _layer, out, at) => {
    const { records } = sample.flow;
    const index = records.find(tag);
    if (index < 0) return false;
    const start = records.start[index]! + offset;
    if (start + 4 > records.end[index]!) return false;
    const value = sample.datagram.view.getUint32(start);
    if (value === unknownValue) return false;
    out[at] = value;
    return true;
  };
}

/** Tag and offset of a field of fixed place in a flow record of enterprise 0. */
export function fixedField(format: number, name: string): { tag: number; offset: number; unknown: number } {
  const tag = tagOf(0, format);
  const record = structureByTag('flow', tag);
  let offset = 0;
  for (const declared of record?.fields ?? []) {
    if (declared.name === name)
      return { tag, offset, unknown: 'unknown' in declared ? Number(declared.unknown ?? -1) : -1 };
    if (['text', 'opaque', 'address', 'list', 'records', 'typed'].includes(declared.type)) break;
    offset += leastLength(declared);
  }
  throw new Error(`The flow record 0:${format} has no field ${name} at a fixed offset.`);
}

/** The first of some readers that finds its field. */
export const either =
  (...reads: readonly Read[]): Read =>
  (sample, layer, out, at) => {
    for (let i = 0; i < reads.length; i++) if (reads[i]!(sample, layer, out, at)) return true;
    return false;
  };

/** Copies an IPv4 address at `offset`. */
export function writeIpv4(view: DataView, offset: number, out: Uint32Array, at: number): void {
  out[at] = view.getUint32(offset);
}

/** Copies an IPv6 address at `offset`. */
export function writeIpv6(view: DataView, offset: number, out: Uint32Array, at: number): void {
  out[at] = view.getUint32(offset);
  out[at + 1] = view.getUint32(offset + 4);
  out[at + 2] = view.getUint32(offset + 8);
  out[at + 3] = view.getUint32(offset + 12);
}

/** An address of a known family (1 IPv4, 2 IPv6) in the words of the form ADDRESS. */
export function writeAddress(
  type: number,
  view: DataView,
  offset: number,
  out: Uint32Array,
  at: number,
): boolean {
  out[at] = type;
  if (type === 2) {
    writeIpv6(view, offset, out, at + 1);
    return true;
  }
  if (type !== 1) return false;
  out[at + 1] = view.getUint32(offset);
  out[at + 2] = 0;
  out[at + 3] = 0;
  out[at + 4] = 0;
  return true;
}

export function writeMac(view: DataView, offset: number, out: Uint32Array, at: number): void {
  out[at] = view.getUint32(offset);
  out[at + 1] = view.getUint16(offset + 4);
}
