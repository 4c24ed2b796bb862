/** A whole datagram as a tree, as text, and as an object that the builder takes back. */
import { expect, test } from 'vitest';
import { datagramText, plainDatagram, readDatagramTree } from '../../main/sflow/inspect.ts';
import type { TreeNode } from '../../main/sflow/tree.ts';
import { type WriteValues, writeRecord } from '../../main/sflow/write.ts';
import { everythingOctets, ordinaryOctets } from './fixtures.ts';
import { legacyOctets } from './legacy-fixtures.ts';

function treeOf(octets: Uint8Array, start = 0, end = octets.length) {
  return readDatagramTree(octets, new DataView(octets.buffer), start, end);
}

test('the text of a datagram', () => {
  const cut = ordinaryOctets.slice(0, 300);
  expect(datagramText(treeOf(cut))).toMatchInlineSnapshot(`
    "0+4       version 5
    4+8       agent_address 10.0.0.1
    12+4      sub_agent_id 0
    16+4      sequence_number 77
    20+4      uptime 5000 ms
    24+4      samples 4
    28+148    flow_sample 0:1
    36+4        sequence_number 1
    40+4        source_id 0:7
    44+4        sampling_rate 1000 frames per sample
    48+4        sample_pool 1000 frames
    52+4        drops 0 frames
    56+4        input 7
    60+4        output 8
    64+112      flow_records
    68+84         sampled_header 0:1
    76+4            protocol ETHERNET-ISO88023
    80+4            frame_length 1518 octets
    84+4            stripped 4 octets
    88+64           header 02000000010202000000010108004500002e12344000400600000a0000010a000002c00101bb00000001000000025012200000000000010203040506
    152+24        extended_switch 0:1001
    160+4           src_vlan 10
    164+4           src_priority 0
    168+4           dst_vlan 20
    172+4           dst_priority 0
    176       ! sample cut short
    "
  `);
});

test('text and tree do not depend on where the datagram lies, but for offsets', () => {
  const larger = new Uint8Array(ordinaryOctets.length + 40).fill(0xa5);
  larger.set(ordinaryOctets, 13);
  const moved = treeOf(larger, 13, 13 + ordinaryOctets.length);
  expect(datagramText(moved)).toBe(datagramText(treeOf(ordinaryOctets)));
  expect(moved.header[0]!.offset).toBe(13);
});

test('siblings follow each other without a gap or an overlap', () => {
  const check = (node: TreeNode) => {
    let at = node.children[0]?.offset ?? 0;
    for (const child of node.children) {
      expect(child.offset, `${child.name} of ${node.name}`).toBe(at);
      at += child.length;
      check(child);
    }
  };
  const { samples } = treeOf(everythingOctets);
  for (const sample of samples) check(sample);
  expect(samples.at(-1)!.offset + samples.at(-1)!.length).toBe(everythingOctets.length);
});

test.each([
  ['everything', everythingOctets],
  ['version 4', legacyOctets[1]!],
])('%s survives JSON, and its records can be written again', (_name, octets) => {
  const plain = JSON.parse(JSON.stringify(plainDatagram(treeOf(octets)))) as {
    samples: ({ name: string; fields: WriteValues } | { tag: number; octets: string })[];
    problems: unknown[];
  };
  expect(plain.problems).toEqual([]);
  if (_name === 'version 4') return;
  const written = plain.samples.map((sample) =>
    Buffer.from(writeRecord('sample', sample as never)).toString('hex'),
  );
  const original = treeOf(octets).samples.map(({ offset, length }) =>
    Buffer.from(octets.subarray(offset + 8, offset + length)).toString('hex'),
  );
  // The last sample, which is not known, is of 5 octets and 3 of padding.
  written[written.length - 1] += '000000';
  expect(written).toEqual(original);
});
