/**
 * What holds for any octets whatever, checked over every way in which the decoder can be asked: the reader,
 * the tree, sflowtool's shapes, and the field readers of the hot path. Throws where one of them does not hold.
 */
import { ABSENT, GatewayFields, RouterFields } from '../../main/sflow/fields.ts';
import { readDatagramTree } from '../../main/sflow/inspect.ts';
import { DatagramReader } from '../../main/sflow/reader.ts';
import type { Records } from '../../main/sflow/sample.ts';
import { SflowtoolFormat } from '../../main/sflow/sflowtool/format.ts';
import type { TreeNode } from '../../main/sflow/tree.ts';
import { readSeen } from './collect.ts';

const arrival = { seconds: 1, microseconds: 2, fromFile: false, source: '192.0.2.1' };
const shapes = [
  new SflowtoolFormat('text'),
  new SflowtoolFormat('line'),
  new SflowtoolFormat('json'),
  new SflowtoolFormat('json-compact'),
];

function demand(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

function checkRecords(records: Records, start: number, end: number): void {
  for (let i = 0; i < records.count; i++) {
    const from = records.start[i]!;
    const to = records.end[i]!;
    demand(from >= start && from <= to && to <= end, 'a record lies outside its sample');
  }
}

const gateway = new GatewayFields();
const router = new RouterFields();

function checkNode(node: TreeNode, start: number, end: number): number {
  demand(node.offset >= start && node.offset + node.length <= end, `${node.name} lies outside its parent`);
  let nodes = 1;
  for (const child of node.children) nodes += checkNode(child, node.offset, node.offset + node.length);
  return nodes;
}

/** The octets behind `length` are there to be read by mistake: whatever depends on them is a fault. */
function poisoned(bytes: Uint8Array, poison: number): Uint8Array {
  const larger = new Uint8Array(bytes.length + 64).fill(poison);
  larger.set(bytes);
  return larger;
}

/** Checks what is promised of reading a datagram of these octets: bounds, and work in proportion to its length. */
export function checkReading(bytes: Uint8Array): void {
  const end = bytes.length;
  const reader = new DatagramReader({
    datagram: ({ agentOffset }) => {
      demand(agentOffset >= 0 && agentOffset <= end, 'the agent address lies outside the datagram');
      return true;
    },
    flowSample({ view }, sample) {
      demand(sample.start >= 0 && sample.end <= end, 'a sample lies outside the datagram');
      checkRecords(sample.records, sample.start, sample.end);
      if (sample.headerStart !== -1)
        demand(
          sample.headerStart <= sample.headerEnd && sample.headerEnd <= sample.end,
          'a sampled header lies outside its sample',
        );
      for (let i = 0; i < sample.records.count; i++) {
        const from = sample.records.start[i]!;
        const to = sample.records.end[i]!;
        gateway.read(view, sample.records.tag[i]!, from, to);
        router.read(view, from, to);
        demand(gateway.pathEnd <= to && router.nextHopOffset <= to, 'a field lies outside its record');
        demand(
          gateway.communitiesOffset === ABSENT ||
            gateway.communitiesOffset + 4 * gateway.communityCount <= to,
          'communities lie outside their record',
        );
      }
    },
    counterSample(_datagram, sample) {
      demand(sample.start >= 0 && sample.end <= end, 'a sample lies outside the datagram');
      checkRecords(sample.records, sample.start, sample.end);
    },
    otherSample(_datagram, _tag, from, to) {
      demand(from >= 0 && from <= to && to <= end, 'a sample lies outside the datagram');
    },
    problem(_datagram, _reason, offset) {
      demand(offset >= 0 && offset <= end, 'a problem lies outside the datagram');
    },
  });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  reader.read(bytes, view, 0, end);
  demand(reader.steps <= end / 4, `${reader.steps} steps for ${end} octets`);
}

/** Checks everything that is promised of a datagram of these octets, in every way that it can be looked at. */
export function checkInvariants(bytes: Uint8Array): void {
  checkReading(bytes);
  const end = bytes.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seen = JSON.stringify(readSeen(bytes));
  const tree = readDatagramTree(bytes, view, 0, end);
  const treeText = JSON.stringify(tree);
  let nodes = 0;
  for (const node of [...tree.header, ...tree.samples]) nodes += checkNode(node, 0, end);
  demand(nodes <= 2 * end + 64, `${nodes} nodes for ${end} octets`);
  const texts = shapes.map((shape) => shape.print(bytes, view, 0, end, arrival));
  JSON.parse(texts[2]!);
  JSON.parse(texts[3]!);

  for (const poison of [0x01, 0xa5]) {
    const larger = poisoned(bytes, poison);
    const largerView = new DataView(larger.buffer);
    demand(JSON.stringify(readSeen(larger, 0, end)) === seen, 'the reader read behind the end');
    demand(
      JSON.stringify(readDatagramTree(larger, largerView, 0, end)) === treeText,
      'the tree read behind the end',
    );
    shapes.forEach((shape, i) => {
      demand(
        shape.print(larger, largerView, 0, end, arrival) === texts[i],
        'a sflowtool shape read behind the end',
      );
    });
  }
}
