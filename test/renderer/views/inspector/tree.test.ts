/** The tree's lines and the octets that they mark, on a datagram as the engine describes it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectDatagram } from '../../../../main/inspect/node.ts';
import { writeDatagram } from '../../../../main/sflow/write.ts';
import { hexLine, hexText, OCTETS_PER_LINE } from '../../../../renderer/views/inspector/hex.ts';
import { labelOf, lineAt, linesOf, marksOf } from '../../../../renderer/views/inspector/tree.ts';
import { everything, ordinary } from '../../../sflow/fixtures.ts';

const treeOf = (bytes: Uint8Array) =>
  inspectDatagram(
    bytes,
    () => {},
    (ifIndex) => `swp${ifIndex}`,
  );
const bytes = writeDatagram(ordinary);
const tree = treeOf(bytes);
const every = linesOf(tree, null);
const lineOf = (end: string) => every.find(({ key }) => key.endsWith(end))!;

describe('the lines of a tree', () => {
  it('open the first flow sample down to the network layer, and no other', () => {
    const lines = linesOf(tree, new Map());
    const open = lines.filter((line) => line.open).map(({ node }) => node.name);
    expect(open).toEqual(['datagram', 'flow_sample', 'sampled_header', 'IPv4']);
    expect(lines.filter(({ node }) => node.kind === 'sample')).toHaveLength(4);
  });

  it('open and close as asked', () => {
    const closed = linesOf(tree, new Map([['datagram', false]]));
    expect(closed).toHaveLength(1);
    const key = lineOf('/counters_sample#0').key;
    const lines = linesOf(tree, new Map([[key, true]]));
    expect(lines.some(({ node }) => node.name === 'if_counters')).toBe(true);
  });

  it('have keys of their own, the same in the next datagram', () => {
    expect(new Set(every.map(({ key }) => key)).size).toBe(every.length);
    const next = linesOf(treeOf(writeDatagram({ ...ordinary, sequenceNumber: 78 })), null);
    expect(next.map(({ key }) => key)).toEqual(every.map(({ key }) => key));
  });

  it('name ports, and filters by what stands in the outermost packet', () => {
    expect(lineOf('/flow_sample#0').node.text).toContain('swp7');
    expect(lineOf('/flow_sample#0/input#0').node.bare).toBe('swp7');
    expect(lineOf('/IPv4#0/source#0').node.filter).toBe('ipsource=10.0.0.1');
    expect(lineOf('/TCP#0/destination port#0').node.filter).toBe('tcpdestinationport=443');
    expect(labelOf(lineOf('/flow_sample#0').node)).toBe('Flow sample');
  });
});

describe('a selected line', () => {
  it('is found again by each of its octets', () => {
    const whole = linesOf(treeOf(writeDatagram(everything)), null);
    for (const line of whole) {
      const found = lineAt(whole, line.node.offset);
      if (line.node.length === 0 || line.node.kind === 'problem') continue;
      expect(found).not.toBeNull();
      const { offset, length } = found!.node;
      expect(line.node.offset).toBeGreaterThanOrEqual(offset);
      expect(line.node.offset).toBeLessThan(offset + length);
    }
    const source = lineOf('/IPv4#0/source#0');
    expect(lineAt(every, source.node.offset + 3)?.key).toBe(source.key);
    expect(lineAt(every, bytes.length)).toBeNull();
  });

  it('marks itself, the sampled header around it, and leaves other samples grey', () => {
    const marks = marksOf(lineOf('/flow_sample#1/sampled_header#0/IPv4#0/source#0'));
    expect(marks.own.to - marks.own.from).toBe(4);
    expect(marks.part.to - marks.part.from).toBe(60);
    expect(marks.partName).toBe('sampled header');
    const sample = lineOf('/flow_sample#1').node;
    expect(marks.sample).toEqual({ from: sample.offset, to: sample.offset + sample.length });
    const kinds = Array.from({ length: Math.ceil(bytes.length / OCTETS_PER_LINE) }, (_, index) =>
      hexLine(bytes, index, marks),
    ).flatMap(({ octets }) => octets.map(({ mark }) => mark));
    expect(kinds).toHaveLength(bytes.length);
    expect(kinds.filter((kind) => kind === 'own')).toHaveLength(4);
    expect(kinds.filter((kind) => kind === 'part')).toHaveLength(56);
    expect(kinds.filter((kind) => kind === 'other')).toHaveLength(bytes.length - sample.length);
    expect(hexText(bytes, marks.own)).toBe('0a 00 00 01');
  });
});

describe('lines of octets', () => {
  it('are what the octets are, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (octets) => {
        const lines = Array.from({ length: Math.ceil(octets.length / 16) }, (_, index) =>
          hexLine(octets, index, null),
        );
        const back = lines.flatMap((line) => line.octets.map(({ hex }) => Number.parseInt(hex, 16)));
        expect(back).toEqual([...octets]);
        expect(lines.every((line) => line.octets.every(({ text }) => [...text].length === 1))).toBe(true);
      }),
    );
  });
});
