/**
 * Which agents and which of their data sources a question means, as sFlow-RT's REST writes it: ALL, addresses or
 * names divided by semicolons, and where a topology was imported TOPOLOGY (its agents), CORE (ports on its links) and
 * EDGE (the other ports of its agents).
 */
import type { Topology } from '../../shared/model/knowledge.ts';
import { RpcError } from '../../shared/rpc.ts';
import type { Agent } from '../samples/agent.ts';
import type { Network } from '../samples/network.ts';

const MOST_AGENTS_NAMED = 4096;

export type SourceSelection = {
  agents: readonly Agent[];
  /** Whether a data source of one of the agents is meant. */
  takes(agent: Agent, dataSource: string): boolean;
};

export function selectSources(network: Network, topology: Topology | null, text: string): SourceSelection {
  if (text === 'ALL') return { agents: network.agents, takes: () => true };
  if (text === 'EDGE' || text === 'CORE' || text === 'TOPOLOGY') return ofTopology(network, topology, text);
  const words = new Set(text.split(';').map((word) => word.trim().toLowerCase()));
  if (words.size > MOST_AGENTS_NAMED)
    throw new RpcError('refused', `At most ${MOST_AGENTS_NAMED} agents can be named; ask for ALL.`);
  const agents = network.agents.filter(
    ({ address, name }) => words.has(address.toLowerCase()) || (name !== '' && words.has(name.toLowerCase())),
  );
  return { agents, takes: () => true };
}

function ofTopology(network: Network, topology: Topology | null, word: string): SourceSelection {
  const nodes = topology?.nodes ?? {};
  const links = Object.values(topology?.links ?? {});
  if (Object.keys(nodes).length === 0)
    throw new RpcError('refused', `${word} needs a topology; import one, or ask for ALL.`);
  const agentOf = (node: string): string => (Object.hasOwn(nodes, node) ? (nodes[node]!.agent ?? '') : '');
  const known = new Set(Object.keys(nodes).map(agentOf));
  const core = new Set(
    links.flatMap(({ node1, port1, node2, port2 }) =>
      [
        [node1, port1],
        [node2, port2],
      ].map(([node, port]) => {
        const ports = Object.hasOwn(nodes, node!) ? (nodes[node!]!.ports ?? {}) : {};
        const ifIndex = Object.hasOwn(ports, port!) ? ports[port!]!.ifindex : undefined;
        return `${agentOf(node!)} ${ifIndex ?? ifIndexNamed(network, agentOf(node!), port!)}`;
      }),
    ),
  );
  const agents = network.agents.filter(({ address }) => known.has(address));
  const onLink = (agent: Agent, dataSource: string): boolean => core.has(`${agent.address} ${dataSource}`);
  if (word === 'CORE') return { agents, takes: onLink };
  if (word === 'TOPOLOGY') return { agents, takes: () => true };
  return { agents, takes: (agent, dataSource) => /^\d+$/.test(dataSource) && !onLink(agent, dataSource) };
}

function ifIndexNamed(network: Network, address: string, name: string): string {
  const agent = network.find(address);
  // A link of the topology may name it as the agent does, or as it is shown.
  for (const port of agent?.interfaces.values() ?? [])
    if (port.name === name || agent!.interfaceName(port.ifIndex) === name) return String(port.ifIndex);
  return '';
}
