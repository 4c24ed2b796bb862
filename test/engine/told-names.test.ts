/** What a user calls addresses and services, as a workspace keeps it: refused with a sentence, kept, read again. */
import { describe, expect, it } from 'vitest';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { WorkspaceKnowledge } from '../../main/engine/knowledge.ts';
import { Network } from '../../main/samples/network.ts';

async function begin(documents = documentsInMemory()) {
  const network = new Network();
  let changes = 0;
  const knowledge = new WorkspaceKnowledge({
    network: () => network,
    documents,
    changed: () => changes++,
  });
  await knowledge.start();
  return { knowledge, documents, handlers: knowledge.handlers, changes: () => changes };
}

describe('names that a user gave', () => {
  it('hold at once, and after a restart', async () => {
    const { handlers, knowledge, documents, changes } = await begin();
    const before = changes();
    expect(await handlers['serviceNames.put']({ 'TCP/50443': 'portal', GRE: ' tunnel ' })).toBe(2);
    expect(changes()).toBe(before + 1);
    const { taken } = await handlers['serviceNames.import']('udp,99,<b>x</b>\n');
    expect(taken).toBe(1);
    expect(knowledge.context.services().applicationName(6, 50_443)).toBe('portal');
    await handlers['serviceNames.put']({ '47': '' });
    await handlers['ownNames.put']({ '192.0.2.1': 'router' });
    const again = await begin(documents);
    expect(await again.handlers['serviceNames.list']()).toEqual({ '6/50443': 'portal', '17/99': '<b>x</b>' });
    expect(again.knowledge.context.services().serverPort(6, 40_000, 50_443)).toBe(50_443);
    expect(await again.handlers['ownNames.list']()).toEqual({ '192.0.2.1': 'router' });
    expect(again.knowledge.problems).toEqual([]);
  });

  it('are refused whole where one is for nothing that can have a name', async () => {
    const { handlers } = await begin();
    await expect(async () => handlers['serviceNames.put']({ 'tcp/1': 'a', 'tcp/0': 'b' })).rejects.toThrow(
      '“tcp/0” is no service; write it as in tcp/8443, or 47 for an IP protocol.',
    );
    await expect(async () => handlers['ownNames.put']({ x: 'a' })).rejects.toThrow('“x” is no IP');
    expect(await handlers['serviceNames.list']()).toEqual({});
  });

  it('that cannot be read any more are said, and leave the others be', async () => {
    const documents = documentsInMemory();
    await documents.put('service-names', 'service-names', '[1]');
    await documents.put('own-names', 'own-names', '{"192.0.2.1":"router"}');
    const { knowledge, handlers } = await begin(documents);
    expect(knowledge.problems).toHaveLength(1);
    expect(knowledge.problems[0]).toContain('service-names');
    expect(await handlers['ownNames.list']()).toEqual({ '192.0.2.1': 'router' });
  });

  it('lead to their addresses, what begins with the text first', async () => {
    const { handlers, knowledge } = await begin();
    const hosts = {
      '192.0.2.1': 'core web',
      '192.0.2.2': 'Web',
      '001B21AABBCC': 'webcam',
      '192.0.2.3': 'db',
    };
    await handlers['ownNames.put'](hosts);
    // A name by which the host is not called any more does not lead to it.
    knowledge.knowledge.takeHost({
      ...{ agent: '192.0.2.3', dataSource: 1, isVirtual: false, macs: [], host_name: 'web3' },
      ...{ machine_type: '', os_name: '', os_release: '', uuid: '' },
    });
    const find = async (text: string, limit = 10) =>
      (await handlers['names.find'](text, limit)).map(({ address }) => address);
    expect(await find('WEB')).toEqual(['192.0.2.2', '001B21AABBCC', '192.0.2.1']);
    expect(await find('web', 2)).toEqual(['192.0.2.2', '001B21AABBCC']);
    expect(await find('web3')).toEqual([]);
    expect(await find(' ')).toEqual([]);
    expect(await find('intel')).toEqual([]);
  });
});
