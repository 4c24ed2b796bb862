/**
 * One datagram with everything that Weir knows of it: the sFlow tree as the decoder reads it, and beside each
 * sampled header the layers that the packet describer finds in it. `decode --format full` prints it as an
 * object; the inspector's tree (node.ts) shows the same with its places. It never throws, whatever the octets.
 */
import type { DescribedField, DescribedLayer } from '../../shared/model/packet.ts';
import { describeHeader } from '../packet/describe.ts';
import { legacySampledHeader } from '../sflow/flow-records/legacy.ts';
import { sampledHeader } from '../sflow/flow-records/packet.ts';
import { plainDatagram, readDatagramTree } from '../sflow/inspect.ts';
import type { PlainValue } from '../sflow/plain.ts';
import type { TreeNode } from '../sflow/tree.ts';

type PlainObject = { [name: string]: PlainValue };

/**
 * The datagram at start ≤ o < end as a plain object for JSON: header fields by name, samples with their records
 * as the documents name them, a sampled header's `layers` (name, word, summary, fields) beside its fields, an
 * unknown record as its tag, type ('4300:7'), length in octets and the octets in hexadecimal, and problems with
 * their place from the datagram's start.
 */
export function describeDatagram(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): { [name: string]: PlainValue } {
  const tree = readDatagramTree(bytes, view, start, end);
  const plain = plainDatagram(tree);
  addTo(plain.samples, tree.samples, bytes);
  plain.problems = tree.problems.map(({ reason, offset }) => ({ reason, offset: offset - start }));
  return plain;
}

/** Where the octets of a sampled header lie, by its record's node; null where the node is none or has none. */
export function sampledHeaderOf(record: TreeNode): { start: number; end: number; protocol: number } | null {
  if (record.kind !== 'record') return null;
  if (record.value !== sampledHeader.tag && record.value !== legacySampledHeader.tag) return null;
  const protocol = record.children.find((field) => field.name === 'protocol');
  const header = record.children.find((field) => field.name === 'header');
  if (typeof protocol?.value !== 'number' || typeof header?.value !== 'string') return null;
  // Behind its length word; the value is hexadecimal.
  const start = header.offset + 4;
  return { start, end: start + header.value.length / 2, protocol: protocol.value };
}

/** Adds what the sFlow tree alone does not say to the plain form of the nodes. */
function addTo(plain: PlainValue | undefined, nodes: readonly TreeNode[], bytes: Uint8Array): void {
  if (plain === undefined || typeof plain !== 'object') return;
  for (const [index, node] of nodes.entries()) {
    const value = Array.isArray(plain) ? plain[index] : plain[node.name];
    if (value === undefined || typeof value !== 'object') continue;
    if (Array.isArray(value)) {
      addTo(value, node.children, bytes);
    } else if (node.kind === 'record' || node.kind === 'sample') {
      addToStructure(value, node, bytes);
    } else {
      addTo(value, node.children, bytes);
    }
  }
}

function addToStructure(plain: PlainObject, node: TreeNode, bytes: Uint8Array): void {
  if (typeof plain.octets === 'string' && plain.fields === undefined) {
    plain.type = node.text;
    plain.length = plain.octets.length / 2;
    return;
  }
  addTo(plain.fields, node.children, bytes);
  if (node.note !== '') plain.note = node.note;
  const header = sampledHeaderOf(node);
  if (header) plain.layers = describeHeader(bytes, header.start, header.end, header.protocol).map(plainLayer);
}

function plainLayer(layer: DescribedLayer): PlainObject {
  const { name, word, summary } = layer;
  return { name, word, summary, ...(layer.cut && { note: 'cut off' }), fields: plainFieldsOf(layer.fields) };
}

/** Fields by name; what stands there more than once (options, answers) becomes a list. */
function plainFieldsOf(fields: readonly DescribedField[]): PlainObject {
  const byName = new Map<string, PlainValue[]>();
  for (const field of fields) {
    const known = byName.get(field.name);
    if (known) known.push(plainField(field));
    else byName.set(field.name, [plainField(field)]);
  }
  return Object.fromEntries(
    [...byName].map(([name, values]): [string, PlainValue] => [
      name,
      values.length > 1 ? values : values[0]!,
    ]),
  );
}

/** The bare value; with the text for people where that says more, and with its parts. */
function plainField({ value, text, fields }: DescribedField): PlainValue {
  const says = text !== `${value}`;
  if (!says && fields.length === 0) return value;
  return { value, ...(says && { text }), ...(fields.length > 0 && { fields: plainFieldsOf(fields) }) };
}
