/**
 * The topology that the user gave: read from a file with a sentence for what is wrong with it, kept, and laid beside
 * the agents and ports that are heard.
 */
import JSON5 from 'json5';
import * as v from 'valibot';
import { safeText } from '../../shared/format/text.ts';
import type { Topology, TopologyApi, TopologyEnd, TopologyMatch } from '../../shared/model/knowledge.ts';
import type { DocumentShelf } from '../../shared/model/store.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import type { Knowledge } from '../names/knowledge.ts';
import { type HeardNames, TopologyError } from '../names/topology.ts';
import type { Agent } from '../samples/agent.ts';
import type { Network } from '../samples/network.ts';
import { type KeptReader, knowledgeSchemas } from './knowledge-schemas.ts';

/** Heard agents that are no node, as far as they are told. */
const MOST_OUTSIDE = 1000;

export class ToldTopology {
  readonly handlers: Handlers<TopologyApi>;
  readonly #knowledge: Knowledge;

  constructor(
    knowledge: Knowledge,
    { documents, network, heard }: { documents: DocumentShelf; network: () => Network; heard: HeardNames },
  ) {
    this.#knowledge = knowledge;
    const put = async (topology: Topology): Promise<Topology> => {
      try {
        knowledge.setTopology(topology);
      } catch (error) {
        if (error instanceof TopologyError) throw new RpcError('refused', error.message);
        throw error;
      }
      await documents.put('topology', 'topology', JSON.stringify(topology));
      return topology;
    };
    this.handlers = {
      'topology.get': () => knowledge.topology,
      'topology.put': put,
      'topology.import': (text: string) => put(readTopology(text)),
      'topology.match': () =>
        matchTopology(knowledge.topology, network().agents, (agent) => knowledge.node(agent, heard), heard),
    };
  }

  /** Takes what was kept; what cannot be used is told to `problems`. */
  async start(read: KeptReader, problems: string[]): Promise<void> {
    const kept = await read('topology', knowledgeSchemas.topology);
    try {
      this.#knowledge.setTopology(kept.get('topology') ?? {});
    } catch (error) {
      if (!(error instanceof TopologyError)) throw error;
      problems.push(error.message);
    }
  }
}

/** Reads JSON as people type it (JSON5). Refuses with the place and what was expected there. */
export function readTopology(text: string): Topology {
  let given: unknown;
  try {
    given = JSON5.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const what = error instanceof Error ? error.message.replace(/^JSON5: /, '') : 'it cannot be read';
    throw new RpcError('refused', `This is no topology: ${safeText(what, 120)}.`);
  }
  const read = v.safeParse(knowledgeSchemas.topology, given);
  if (!read.success) {
    const [issue] = read.issues;
    const path = v.getDotPath(issue);
    throw new RpcError(
      'refused',
      `This is no topology: ${safeText(issue.message, 200)}${path === null ? '' : ` (at ${safeText(path, 120)})`}.`,
    );
  }
  if (read.output.nodes === undefined)
    throw new RpcError(
      'refused',
      'This is no topology: it has no “nodes”, as {nodes:{leaf1:{agent:"10.0.0.1"}}} has.',
    );
  return read.output;
}

/** What of a topology is heard. */
export function matchTopology(
  { nodes = {}, links = {} }: Topology,
  agents: readonly Agent[],
  nodeOf: (agent: string) => string | null,
  heard: HeardNames,
): TopologyMatch {
  const agentOfNode = new Map<string, Agent>();
  const outside: TopologyMatch['outside'] = [];
  for (const agent of agents) {
    const node = nodeOf(agent.address);
    if (node !== null) agentOfNode.set(node, agent);
    else if (outside.length < MOST_OUTSIDE) outside.push({ agent: agent.address, name: agent.shownName });
  }
  const portsByName = new Map<Agent, Map<string, number>>();
  const byName = (agent: Agent, port: string): number | null => {
    let ports = portsByName.get(agent);
    if (!ports) {
      ports = new Map(
        [...agent.interfaces.keys()].map((ifIndex) => [heard.interfaceName(agent.address, ifIndex), ifIndex]),
      );
      portsByName.set(agent, ports);
    }
    return ports.get(port) ?? null;
  };
  const endOf = (node: string, port: string): TopologyEnd => {
    const agent = agentOfNode.get(node);
    const told = Number(nodes[node]?.ports?.[port]?.ifindex ?? Number.NaN);
    if (!agent) return { node, port, ifIndex: null, heard: '' };
    const ifIndex = Number.isNaN(told) ? byName(agent, port) : agent.interfaces.has(told) ? told : null;
    return {
      node,
      port,
      ifIndex,
      heard: ifIndex === null ? '' : heard.interfaceName(agent.address, ifIndex),
    };
  };
  return {
    nodes: Object.entries(nodes).map(([name, { agent = '' }]) => {
      const found = agentOfNode.get(name);
      return { name, given: agent, agent: found?.address ?? null, agentName: found?.shownName ?? '' };
    }),
    links: Object.entries(links).map(([name, { node1, port1, node2, port2 }]) => ({
      name,
      ends: [endOf(node1, port1), endOf(node2, port2)],
    })),
    outside,
  };
}
