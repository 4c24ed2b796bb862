/** Names of interfaces as a workspace keeps them: which source wins, over a restart; and secrets that nobody is given. */
import { describe, expect, it } from 'vitest';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { DEFAULT_SNMP, InterfaceNaming } from '../../main/engine/interface-naming.ts';
import { secretsInMemory } from '../../main/engine/secrets.ts';
import { Knowledge } from '../../main/names/knowledge.ts';
import type { AskAgent } from '../../main/names/snmp/ask.ts';
import { Network } from '../../main/samples/network.ts';

const documents = documentsInMemory();
const secrets = secretsInMemory();
const asked: string[] = [];
const ask: AskAgent = ({ access }) => {
  asked.push(access.community);
  const ports: [number, string, string, number][] = [[3, 'Ethernet3', 'to the core', 10e9]];
  return Promise.resolve({ answer: { sysName: 'leaf1', atMs: 1000, ports }, problem: '' });
};

async function begin(heard: Network) {
  const knowledge = new Knowledge();
  const asking = { heard: () => heard.agents, secrets, wallMs: () => 1000, ask };
  const naming = new InterfaceNaming({ knowledge, documents, asking });
  const problems: string[] = [];
  await naming.start(problems);
  heard.naming = naming.naming;
  return { ...naming, knowledge, handlers: naming.handlers, problems };
}

describe('an interface', () => {
  it('is called by its number, SNMP, its samples or its user, the last of these that there is', async () => {
    const network = new Network();
    const agent = network.agentByText('10.0.0.1', 1000)!;
    const { handlers, knowledge } = await begin(network);
    const settings = { ...DEFAULT_SNMP, enabled: true };
    expect(agent.interfaceName(3)).toBe('if 3');
    expect(agent.nameOfInterface(0x1600_003a)).toMatchObject({ name: 'port-channel58', source: 'number' });
    await expect(async () => handlers['snmp.set'](settings)).rejects.toThrow('enter the community');
    const given = { ...settings, access: { ...settings.access, community: 'weir-secret' } };
    const set = await handlers['snmp.set'](given);
    const told = await handlers['snmp.ask']('10.0.0.1');
    expect(asked).toEqual(['weir-secret']);
    expect(agent.nameOfInterface(3)).toEqual({ name: 'Ethernet3', source: 'snmp', alias: 'to the core' });
    expect([agent.shownName, agent.speedOf(3)]).toEqual(['leaf1', 10e9]);
    agent.interface(3)!.name = 'Et3';
    expect(agent.nameOfInterface(3)).toMatchObject({ name: 'Et3', source: 'agent' });
    const imported = await handlers['interfaceNames.import'](
      'agent,ifIndex,name\n10.0.0.1,3,"uplink, east"\nx,y,z\n',
    );
    expect(imported.taken).toBe(1);
    expect(imported.problems).toEqual(['Line 3: “x” is no address of an agent.']);
    expect(agent.nameOfInterface(3)).toEqual({ name: 'uplink, east', source: 'own', alias: 'to the core' });
    knowledge.setOwnNames(new Map([['10.0.0.1', 'my leaf']]));
    expect(agent.shownName).toBe('my leaf');
    // A secret is known by its being there, in no answer and no document.
    expect(set.settings.access.community).toBe(true);
    const kept = [...(await documents.all('snmp')), ...(await documents.all('snmp-agent'))];
    expect(JSON.stringify([set, told, kept])).not.toContain('weir-secret');
  });

  it('is so called after the next start, with the same password', async () => {
    const network = new Network();
    const agent = network.agentByText('10.0.0.1', 1000)!;
    const { handlers, problems } = await begin(network);
    expect(problems).toEqual([]);
    expect(agent.nameOfInterface(3).name).toBe('uplink, east');
    expect(agent.shownName).toBe('leaf1');
    await handlers['interfaceNames.put']([{ agent: '10.0.0.1', ifIndex: 3, name: '' }]);
    expect(agent.nameOfInterface(3)).toMatchObject({ name: 'Ethernet3', source: 'snmp' });
    const { settings } = await handlers['snmp.get']();
    await handlers['snmp.set'](settings);
    await handlers['snmp.ask']('10.0.0.1');
    expect(asked.at(-1)).toBe('weir-secret');
  });
});
