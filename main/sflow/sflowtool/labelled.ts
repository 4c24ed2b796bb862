/** Records that are a list of fields: the declaration's fields under sflowtool's labels (labels.ts). */
import { hexText } from '../address.ts';
import { TCP_DIRECTION } from '../enumerations.ts';
import type { Field, RecordType } from '../field.ts';
import { structureByTag } from '../registry.ts';
import { type Cursor, nextText } from './cursor.ts';
import { counterLabels, flowLabels, type Labels } from './labels.ts';
import type { Printer } from './printer.ts';
import { decimals, plainAddress, plainMac } from './value.ts';

/** A declaration with sflowtool's labels, in the order of the wire; groups are flattened. */
export type LabelledRecord = { labels: Labels; fields: readonly Field[]; names: readonly string[] };

/** Made when first asked for; null for structures that sflowtool does not know or prints otherwise. */
const labelledRecords = {
  flow: new Map<number, LabelledRecord | null>(),
  counter: new Map<number, LabelledRecord | null>(),
};

/** The record's labels, or null where there are none. */
export function labelled(space: 'flow' | 'counter', tag: number): LabelledRecord | null {
  const known = labelledRecords[space].get(tag);
  if (known !== undefined) return known;
  const structure = structureByTag(space, tag);
  if (structure === null) return null;
  const labels = (space === 'flow' ? flowLabels : counterLabels)[structure.name];
  const made = labels === undefined ? null : withLabels(structure, labels);
  labelledRecords[space].set(tag, made);
  return made;
}

function withLabels(structure: RecordType, labels: Labels): LabelledRecord {
  const fields = structure.fields.flatMap((field) => (field.type === 'group' ? field.of : [field]));
  const names = fields.map(({ name }) => labels.rename?.[name] ?? `${labels.prefix ?? ''}${name}`);
  return { labels, fields, names };
}

/** Prints the fields as far as they are there. */
export function printLabelled(out: Printer, at: Cursor, { labels, fields, names }: LabelledRecord): void {
  if (labels.heading !== undefined) out.field(...labels.heading);
  for (let i = 0; i < fields.length; i++) {
    const value = nextValue(at, fields[i]!, labels);
    if (value === null) return;
    if (value !== '' || labels.emptyToo === true) out.field(names[i]!, value);
  }
}

/** The next field's text, or null where it is not there; an empty string is ''. */
export function nextValue(at: Cursor, field: Field, labels: Labels): string | null {
  const { bytes, view, offset, end } = at;
  switch (field.type) {
    case 'u32':
    case 'i32':
    case 'f32': {
      if (end - offset < 4) return null;
      at.offset += 4;
      if (field.type === 'f32') return decimals(view.getFloat32(offset), 3);
      // Only percentages have this unit, in all that sflowtool knows.
      if (field.unit === '0.01 %') return percent(view.getUint32(offset));
      if (field.names === TCP_DIRECTION) return TCP_DIRECTION[view.getUint32(offset)] ?? '<bad value>';
      // Signed ones too: sflowtool prints every word unsigned.
      return `${view.getUint32(offset)}`;
    }
    case 'u64':
      if (end - offset < 8) return null;
      at.offset += 8;
      return `${view.getBigUint64(offset)}`;
    case 'mac':
      if (end - offset < 6) return null;
      at.offset = offset + 8;
      return plainMac(bytes, offset);
    case 'ipv4':
    case 'ipv6':
      if (end - offset < field.length) return null;
      at.offset += field.length;
      return plainAddress(bytes, offset, field.length);
    case 'uuid':
      if (end - offset < 16) return null;
      at.offset += 16;
      return hexText(bytes, offset, offset + 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    case 'address': {
      if (end - offset < 4) return null;
      const type = view.getUint32(offset);
      const octets = type === 1 ? 4 : type === 2 ? 16 : 0;
      if (end - offset - 4 < octets) return null;
      at.offset += 4 + octets;
      return plainAddress(bytes, offset + 4, octets);
    }
    case 'text':
      return nextText(at, labels.buffer ?? field.maximum);
    default:
      return null;
  }
}

function percent(hundredths: number): string {
  return hundredths === 0xffffffff ? 'unknown' : decimals(Math.fround(Math.fround(hundredths) / 100), 2);
}
