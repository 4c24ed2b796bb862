/**
 * A whole record, sample or datagram as a tree of what it says and where: for the inspector and for
 * `decode --format full`. It reads by the declarations, makes as many objects as it likes, and is never on the
 * hot path.
 *
 * What it promises: nothing outside the given bounds is read or shown; a record shorter than its declaration
 * shows the fields that are there and notes the rest as absent; a longer one notes its surplus (documents may
 * extend a structure at its end); a count or length that states more than there is ends the record with a
 * note; records inside records are followed MAX_DEPTH deep.
 */
import { hexText, ipv4Text, ipv6Text, macText } from './address.ts';
import { type Field, leastLengthOf, padded, type RecordType, type Space, tagText } from './field.ts';
import { structureByTag } from './registry.ts';
import { numberText, safeText } from './text.ts';

/** Records may lie in records (802.11 aggregation); deeper ones are shown as octets. */
export const MAX_DEPTH = 4;

/** What a leaf says: text is made safe, octets are hexadecimal, a hyper above 2^53 is its decimal digits. */
export type LeafValue = number | string;

export type TreeNode = {
  /** As the document spells it; '[0]', '[1]' … in a list, '0:4095' for a structure that is not known. */
  name: string;
  kind: 'sample' | 'record' | 'group' | 'list' | 'records' | 'element' | 'typed' | 'leaf';
  /** null where there are children instead. For a sample or record: its tag. */
  value: LeafValue | null;
  /** The value to be shown: enumeration name, address, 'unknown'. '' where there are children instead. */
  text: string;
  unit: string;
  /** Where it lies in the buffer, framing (type, count and length words, padding) included. */
  offset: number;
  length: number;
  /** What was odd about it, in plain words; '' mostly. */
  note: string;
  children: TreeNode[];
};

/** Where reading stands, and whether it has come to grief. */
type Cursor = {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly end: number;
  offset: number;
  /** Why reading ended early; '' while all is well. */
  trouble: string;
  readonly depth: number;
};

/**
 * The structure of `tag` in start ≤ o < end (its own octets, behind its tag and length words). An unknown one
 * is a single leaf of octets.
 */
export function readTree(
  bytes: Uint8Array,
  view: DataView,
  space: Space,
  tag: number,
  start: number,
  end: number,
): TreeNode {
  return readStructure(bytes, view, space, tag, start, Math.min(end, bytes.length), 0);
}

/** Fields that stand outside any record, such as a datagram's header: as many as there are octets for. */
export function readLooseFields(
  bytes: Uint8Array,
  view: DataView,
  fields: readonly Field[],
  start: number,
  end: number,
): TreeNode[] {
  return readFields({ bytes, view, end, offset: start, trouble: '', depth: 0 }, fields);
}

function readStructure(
  bytes: Uint8Array,
  view: DataView,
  space: Space,
  tag: number,
  start: number,
  end: number,
  depth: number,
): TreeNode {
  const structure = depth > MAX_DEPTH ? null : structureByTag(space, tag);
  const tree: TreeNode = {
    name: structure?.name ?? tagText(tag),
    kind: space === 'sample' ? 'sample' : 'record',
    value: tag,
    text: tagText(tag),
    unit: '',
    offset: start,
    length: end - start,
    note: '',
    children: [],
  };
  if (structure === null) {
    tree.note = depth > MAX_DEPTH ? 'nested too deep to be read' : 'not known';
    tree.children.push(leaf('octets', start, end - start, hexText(bytes, start, end)));
    return tree;
  }
  const cursor: Cursor = { bytes, view, end, offset: start, trouble: '', depth };
  tree.children = readFields(cursor, structure.fields);
  tree.note = noteOf(structure, cursor, tree.children.length);
  return tree;
}

function noteOf(structure: RecordType, cursor: Cursor, read: number): string {
  if (cursor.trouble !== '') return cursor.trouble;
  const absent = structure.fields.slice(read).map((field) => field.name);
  if (absent.length > 0) return `ends before ${absent[0]}`;
  const surplus = cursor.end - cursor.offset;
  return surplus > 0 ? `${surplus} octets more than are known` : '';
}

/** The fields in order, as far as they are there. */
function readFields(cursor: Cursor, fields: readonly Field[]): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (const field of fields) {
    if (cursor.trouble !== '') break;
    const node = readField(cursor, field);
    if (node === null) break;
    nodes.push(node);
  }
  return nodes;
}

/** The fields of something inside a record, which has to be whole. */
function readAllFields(cursor: Cursor, fields: readonly Field[]): TreeNode[] {
  const nodes = readFields(cursor, fields);
  if (nodes.length < fields.length && cursor.trouble === '')
    cursor.trouble = `ends before ${fields[nodes.length]!.name}`;
  return nodes;
}

/** One field, or null where the octets end before it or (noted as trouble) within it. */
function readField(cursor: Cursor, field: Field): TreeNode | null {
  const left = cursor.end - cursor.offset;
  if (left <= 0) return null;
  const start = cursor.offset;
  const least = leastOctets(field);
  if (left < least) {
    cursor.trouble = `ends within ${field.name || 'a list'}`;
    return null;
  }
  switch (field.type) {
    case 'u32':
    case 'i32':
    case 'u64':
    case 'f32':
    case 'f64':
      return readNumber(cursor, field);
    case 'mac':
    case 'ipv4':
    case 'ipv6':
    case 'uuid':
    case 'octets':
      // The padding of the last field of a record may be missing.
      cursor.offset = Math.min(cursor.end, start + padded(field.length));
      return leaf(
        field.name,
        start,
        cursor.offset - start,
        fixedText(cursor.bytes, field.type, start, field.length),
      );
    case 'text':
    case 'opaque':
      return readVariable(cursor, field.name, field.type);
    case 'address':
      return readAddress(cursor, field.name);
    case 'group':
      return branch(cursor, 'group', field.name, start, readAllFields(cursor, field.of));
    case 'typed': {
      const type = cursor.view.getUint32(start);
      const typeField = field.types[type];
      if (typeField === undefined) {
        cursor.trouble = `${field.name} is of the unknown type ${type}`;
        return null;
      }
      cursor.offset += 4;
      const typeNode = leaf('type', start, 4, type, typeField.name);
      const value = readField(cursor, { ...typeField, name: 'value' });
      if (value === null) {
        if (cursor.trouble === '') cursor.trouble = `ends before the value of ${field.name}`;
        return null;
      }
      return branch(cursor, 'typed', field.name, start, [typeNode, value]);
    }
    case 'list':
      return readList(cursor, field.name, field.of);
    case 'records':
      return readRecords(cursor, field.name, field.space);
  }
}

/** Octets without which a field cannot begin to be read. */
function leastOctets(field: Field): number {
  switch (field.type) {
    case 'mac':
    case 'octets':
    case 'ipv4':
    case 'ipv6':
    case 'uuid':
      return field.length;
    case 'u64':
    case 'f64':
      return 8;
    case 'group':
      return 0;
    default:
      return 4;
  }
}

function readNumber(
  cursor: Cursor,
  field: Extract<Field, { type: 'u32' | 'i32' | 'u64' | 'f32' | 'f64' }>,
): TreeNode {
  const { view, offset } = cursor;
  const length = field.type === 'u64' || field.type === 'f64' ? 8 : 4;
  cursor.offset += length;
  const node = leaf(field.name, offset, length, 0);
  node.unit = field.unit;
  if (field.type === 'u64') {
    const value = view.getBigUint64(offset);
    node.value = value <= Number.MAX_SAFE_INTEGER ? Number(value) : `${value}`;
    node.text = numberText(value, field.show);
    if (value === field.unknown) node.text = 'unknown';
    return node;
  }
  const value =
    field.type === 'u32'
      ? view.getUint32(offset)
      : field.type === 'i32'
        ? view.getInt32(offset)
        : field.type === 'f32'
          ? view.getFloat32(offset)
          : view.getFloat64(offset);
  node.value = value;
  node.text =
    value === field.unknown
      ? 'unknown'
      : (field.names?.[value] ??
        (field.type === 'f32' ? `${Number(value.toPrecision(7))}` : numberText(value, field.show)));
  return node;
}

function fixedText(
  bytes: Uint8Array,
  type: 'mac' | 'ipv4' | 'ipv6' | 'uuid' | 'octets',
  start: number,
  length: number,
): string {
  switch (type) {
    case 'mac':
      return macText(bytes, start);
    case 'ipv4':
      return ipv4Text(bytes, start);
    case 'ipv6':
      return ipv6Text(bytes, start);
    case 'uuid': {
      const digits = hexText(bytes, start, start + length);
      return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    }
    case 'octets':
      return hexText(bytes, start, start + length);
  }
}

function readVariable(cursor: Cursor, name: string, type: 'text' | 'opaque'): TreeNode {
  const { bytes, view, end, offset } = cursor;
  const stated = view.getUint32(offset);
  const from = offset + 4;
  const there = Math.min(stated, end - from);
  const to = from + there;
  cursor.offset = Math.min(end, from + padded(there));
  const value = type === 'text' ? safeText(bytes, from, to) : hexText(bytes, from, to);
  const node = leaf(name, offset, cursor.offset - offset, value);
  if (there < stated) {
    node.note = `states ${stated} octets, ${there} are there`;
    cursor.trouble = `${name} ${node.note}`;
  }
  return node;
}

function readAddress(cursor: Cursor, name: string): TreeNode | null {
  const { bytes, view, end, offset } = cursor;
  const type = view.getUint32(offset);
  const length = type === 0 ? 0 : type === 1 ? 4 : type === 2 ? 16 : -1;
  if (length < 0 || end - offset - 4 < length) {
    cursor.trouble = length < 0 ? `${name} is of the unknown type ${type}` : `ends within ${name}`;
    return null;
  }
  cursor.offset += 4 + length;
  const text = type === 0 ? '' : type === 1 ? ipv4Text(bytes, offset + 4) : ipv6Text(bytes, offset + 4);
  return leaf(name, offset, 4 + length, text, text === '' ? 'unknown' : text);
}

/** The count that stands at the cursor, or -1 (noted) where it states more than there is room for. */
function readCount(cursor: Cursor, name: string, leastOctets: number): number {
  const count = cursor.view.getUint32(cursor.offset);
  const left = cursor.end - cursor.offset - 4;
  cursor.offset += 4;
  if (count * leastOctets <= left) return count;
  cursor.trouble = `${name} states ${count} elements, there is room for ${Math.floor(left / leastOctets)}`;
  return -1;
}

function readList(cursor: Cursor, name: string, of: readonly Field[]): TreeNode {
  const start = cursor.offset;
  const count = readCount(cursor, name, leastLengthOf(of));
  const only = of.length === 1 && of[0]!.name === '' ? of[0]! : null;
  const children: TreeNode[] = [];
  for (let i = 0; i < count && cursor.trouble === ''; i++) {
    const from = cursor.offset;
    const element =
      only === null
        ? branch(cursor, 'element', '', from, readAllFields(cursor, of))
        : readField(cursor, only);
    if (element === null) break;
    element.name = `[${i}]`;
    element.length = cursor.offset - from;
    children.push(element);
  }
  if (children.length < count && cursor.trouble === '')
    cursor.trouble = `${name} states ${count} elements, ${children.length} are there`;
  return branch(cursor, 'list', name, start, children);
}

function readRecords(cursor: Cursor, name: string, space: 'flow' | 'counter'): TreeNode {
  const { bytes, view, end } = cursor;
  const start = cursor.offset;
  const count = readCount(cursor, name, 8);
  const children: TreeNode[] = [];
  for (let i = 0; i < count; i++) {
    const from = cursor.offset;
    if (end - from < 8) {
      cursor.trouble = `${name} ends before record ${i + 1} of ${count}`;
      break;
    }
    const tag = view.getUint32(from);
    const length = view.getUint32(from + 4);
    if (length > end - from - 8) {
      cursor.trouble = `record ${tagText(tag)} states ${length} octets, ${end - from - 8} are there`;
      break;
    }
    const record = readStructure(bytes, view, space, tag, from + 8, from + 8 + length, cursor.depth + 1);
    cursor.offset = Math.min(end, from + 8 + padded(length));
    record.offset = from;
    record.length = cursor.offset - from;
    children.push(record);
  }
  return branch(cursor, 'records', name, start, children);
}

function leaf(name: string, offset: number, length: number, value: LeafValue, text = `${value}`): TreeNode {
  return { name, kind: 'leaf', value, text, unit: '', offset, length, note: '', children: [] };
}

function branch(
  cursor: Cursor,
  kind: TreeNode['kind'],
  name: string,
  start: number,
  children: TreeNode[],
): TreeNode {
  return {
    name,
    kind,
    value: null,
    text: '',
    unit: '',
    offset: start,
    length: cursor.offset - start,
    note: cursor.trouble,
    children,
  };
}
