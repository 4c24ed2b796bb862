/** A topology as a user brings it: what is wrong with a file in a sentence, and what of it is heard. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { WorkspaceKnowledge } from '../../main/engine/knowledge.ts';
import { readTopology } from '../../main/engine/told-topology.ts';
import { Network } from '../../main/samples/network.ts';
import { RpcError } from '../../shared/rpc.ts';

const network = new Network();
const leaf1 = network.agentByText('10.0.0.1', 0)!;
const spine1 = network.agentByText('10.0.0.2', 0)!;
network.agentByText('10.0.0.9', 0);
leaf1.interface(3)!.name = 'swp1';
leaf1.interface(4);
spine1.interface(7)!.name = 'swp7';

async function begin(documents = documentsInMemory()) {
  const knowledge = new WorkspaceKnowledge({ network: () => network, documents, changed: () => {} });
  await knowledge.start();
  return { documents, handlers: knowledge.handlers, problems: knowledge.problems };
}

const TEXT = `\uFEFF{
  // as people type it
  nodes: {
    leaf1: { agent: '10.0.0.1', ports: { uplink: { ifindex: 4 } } },
    spine1: { agent: '10.0.0.2' },
    spine2: { agent: '10.0.0.3' },
  },
  links: {
    L1: { node1: 'leaf1', port1: 'swp1', node2: 'spine1', port2: 'swp7' },
    L2: { node1: 'leaf1', port1: 'uplink', node2: 'spine2', port2: 'swp7' },
  },
}`;

describe('an imported topology', () => {
  it('is laid beside the agents and ports that are heard, and kept', async () => {
    const { handlers, documents } = await begin();
    await handlers['topology.import'](TEXT);
    expect(await handlers['topology.match']()).toEqual({
      nodes: [
        { name: 'leaf1', given: '10.0.0.1', agent: '10.0.0.1', agentName: '' },
        { name: 'spine1', given: '10.0.0.2', agent: '10.0.0.2', agentName: '' },
        { name: 'spine2', given: '10.0.0.3', agent: null, agentName: '' },
      ],
      links: [
        {
          name: 'L1',
          ends: [
            { node: 'leaf1', port: 'swp1', ifIndex: 3, heard: 'swp1' },
            { node: 'spine1', port: 'swp7', ifIndex: 7, heard: 'swp7' },
          ],
        },
        {
          name: 'L2',
          ends: [
            { node: 'leaf1', port: 'uplink', ifIndex: 4, heard: 'if 4' },
            { node: 'spine2', port: 'swp7', ifIndex: null, heard: '' },
          ],
        },
      ],
      outside: [{ agent: '10.0.0.9', name: '' }],
    });
    const again = await begin(documents);
    expect(Object.keys((await again.handlers['topology.get']()).links!)).toEqual(['L1', 'L2']);
  });

  it.each([
    ['', 'This is no topology: invalid end of input at 1:1.'],
    ['<html>', "This is no topology: invalid character '<' at 1:1."],
    ['[]', 'This is no topology: '],
    ['{"links":{}}', 'it has no “nodes”'],
    ['{nodes:{a:{ports:{p:{ifindex:"x"}}}}}', 'an ifindex is a whole number (at nodes.a.ports.p.ifindex).'],
    [
      '{nodes:{},links:{l:{node1:"a",port1:"1",node2:"b",port2:"2"}}}',
      'The link “l” ends at “a”, which is none',
    ],
    [
      '{nodes:{a:{agent:"10.0.0.1"},b:{agent:"::ffff:10.0.0.1",x:1},c:{agent:"10.0.0.1"}}}',
      'have the same agent',
    ],
  ])('is refused with a sentence: %s', async (text, sentence) => {
    const { handlers } = await begin();
    await handlers['topology.import'](TEXT);
    await expect(async () => handlers['topology.import'](text)).rejects.toThrow(sentence);
    // What was there stays.
    expect(Object.keys((await handlers['topology.get']()).nodes!)).toHaveLength(3);
  });

  it('never brings anything down, whatever the file', () => {
    const cut = fc.tuple(fc.nat(TEXT.length), fc.nat(TEXT.length), fc.string());
    fc.assert(
      fc.property(cut, ([from, to, put]) => {
        try {
          readTopology(TEXT.slice(0, from) + put + TEXT.slice(to));
        } catch (error) {
          expect(error).toBeInstanceOf(RpcError);
        }
      }),
    );
    const deep = `{nodes:{a:${'['.repeat(50_000)}`;
    expect(() => readTopology(deep)).toThrow('This is no topology');
    const poisoned = readTopology('{"nodes":{"__proto__":{"agent":"1.2.3.4"},"a":{}}}');
    expect(Object.keys(poisoned.nodes!)).toEqual(['a']);
    expect(({} as Record<string, unknown>).agent).toBeUndefined();
  });
});
