/**
 * A whole datagram as a tree: its header, its samples with all their records, and what was passed over. It
 * sees a datagram through the same reader as the analytics do, so what the inspector shows is what was
 * counted.
 */
import { address, type Field, padded, u32 } from './field.ts';
import { type PlainValue, plainFields, plainValue } from './plain.ts';
import { DatagramReader } from './reader.ts';
import type { Datagram, ProblemReason, Records } from './sample.ts';
import { readLooseFields, readTree, type TreeNode } from './tree.ts';

export type DatagramProblem = { reason: ProblemReason; offset: number };

export type DatagramTree = {
  /** 2, 4 or 5; 0 where it is no sFlow datagram. */
  version: number;
  /** Where the datagram begins in the buffer; the tree's offsets are into the same. */
  start: number;
  header: TreeNode[];
  samples: TreeNode[];
  problems: DatagramProblem[];
};

/** The tag and length words before a sample. */
const FRAMING_OCTETS = 8;

/** sflow_version_5.txt; the sample count is the last word before the samples. */
const HEADER_VERSION_5 = [
  u32('version'),
  address('agent_address'),
  u32('sub_agent_id'),
  u32('sequence_number'),
  u32('uptime', 'ms'),
  u32('samples'),
];

const HEADER_LEGACY = HEADER_VERSION_5.filter((field) => field.name !== 'sub_agent_id');

/** The words of a version 2 or 4 flow sample before its packet data. */
const LEGACY_FLOW_SAMPLE = [
  u32('sequence_number'),
  u32('source_id', '', { show: 'data source' }),
  u32('sampling_rate', 'frames per sample'),
  u32('sample_pool', 'frames'),
  u32('drops', 'frames'),
  u32('input', '', { show: 'interface' }),
  u32('output', '', { show: 'interface' }),
  u32('packet_data_tag'),
];

const LEGACY_COUNTERS_SAMPLE = [
  u32('sequence_number'),
  u32('source_id', '', { show: 'data source' }),
  u32('sampling_interval', 's'),
  u32('counters_version'),
];

/** Reads the datagram at start ≤ o < end whole. Never throws; offsets in the tree are into `bytes`. */
export function readDatagramTree(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): DatagramTree {
  const tree: DatagramTree = { version: 0, start, header: [], samples: [], problems: [] };
  const sample = (datagram: Datagram, tag: number, from: number, to: number) => {
    const node = readTree(bytes, view, 'sample', tag, from, to);
    node.offset = from - FRAMING_OCTETS;
    node.length = Math.min(datagram.end, from + padded(to - from)) - node.offset;
    tree.samples.push(node);
  };
  const reader = new DatagramReader({
    datagram(datagram) {
      tree.version = datagram.version;
      const fields = datagram.version === 5 ? HEADER_VERSION_5 : HEADER_LEGACY;
      tree.header = readLooseFields(bytes, view, fields, start, datagram.end);
      return true;
    },
    flowSample(datagram, { tag, start: from, end: to, records }) {
      if (datagram.version === 5) sample(datagram, tag, from, to);
      else
        tree.samples.push(
          legacySample(datagram, 'flow_sample', LEGACY_FLOW_SAMPLE, from, to, records, 'flow'),
        );
    },
    counterSample(datagram, { tag, start: from, end: to, records }) {
      if (datagram.version === 5) sample(datagram, tag, from, to);
      else
        tree.samples.push(
          legacySample(datagram, 'counters_sample', LEGACY_COUNTERS_SAMPLE, from, to, records, 'counter'),
        );
    },
    otherSample(datagram, tag, from, to) {
      if (datagram.version === 5) sample(datagram, tag, from, to);
      else tree.samples.push(legacyUnknownSample(tag, from, to));
    },
    problem(_datagram, reason, offset) {
      tree.problems.push({ reason, offset });
    },
  });
  reader.read(bytes, view, start, end);
  return tree;
}

function legacySample(
  datagram: Datagram,
  name: string,
  fields: readonly Field[],
  start: number,
  end: number,
  records: Records,
  space: 'flow' | 'counter',
): TreeNode {
  const { bytes, view } = datagram;
  const children = readLooseFields(bytes, view, fields, start, end);
  const recordNodes: TreeNode[] = [];
  for (let i = 0; i < records.count; i++)
    recordNodes.push(readTree(bytes, view, space, records.tag[i]!, records.start[i]!, records.end[i]!));
  const tag = name === 'flow_sample' ? 1 : 2;
  const blank = { value: null, text: '', unit: '', note: '' };
  const first = recordNodes[0]?.offset ?? end;
  children.push({
    ...blank,
    name: 'records',
    kind: 'records',
    offset: first,
    length: end - first,
    children: recordNodes,
  });
  return {
    ...blank,
    name,
    kind: 'sample',
    value: tag,
    text: `${tag}`,
    offset: start,
    length: end - start,
    children,
  };
}

/** Without a length word it takes all the octets that are left. */
function legacyUnknownSample(type: number, start: number, end: number): TreeNode {
  return {
    name: 'sample',
    kind: 'sample',
    value: type,
    text: `${type}`,
    unit: '',
    offset: start,
    length: end - start,
    note: 'not known',
    children: [],
  };
}

/** The tree as an object for JSON: what the datagram says, without where. */
export function plainDatagram(tree: DatagramTree): { [name: string]: PlainValue } {
  const header = plainFields(tree.header);
  return {
    ...header,
    samples: tree.samples.map(plainValue),
    problems: tree.problems.map((problem) => ({ ...problem })),
  };
}

/**
 * The tree as lines for a reader: place and length in octets from the datagram's start, what it is, what it
 * says, and notes in brackets. Ends with a line end.
 */
export function datagramText(tree: DatagramTree): string {
  const lines: string[] = [];
  const add = (node: TreeNode, depth: number) => {
    const place = `${node.offset - tree.start}+${node.length}`.padEnd(10);
    const said = [node.name, node.text, node.unit, node.note && `(${node.note})`].filter(
      (part) => part !== '',
    );
    lines.push(`${place}${'  '.repeat(depth)}${said.join(' ')}`);
    for (const child of node.children) add(child, depth + 1);
  };
  for (const node of tree.header) add(node, 0);
  for (const node of tree.samples) add(node, 0);
  for (const { reason, offset } of tree.problems)
    lines.push(`${`${offset - tree.start}`.padEnd(10)}! ${reason}`);
  return `${lines.join('\n')}\n`;
}
