/**
 * The topology that a user gave, by agent and port: which node an agent is, which link ends at a port, and whether a
 * port faces hosts (edge) or another node (core). Ports are known by the ifIndex in the topology, else by the name
 * that their agent told; a node without an agent address by the agent's name.
 */
import type { Topology } from '../../shared/model/knowledge.ts';
import { addressText } from './address.ts';

/** Names that the network gave its agents and ports. */
export type HeardNames = {
  agentName(address: string): string;
  interfaceName(address: string, ifIndex: number): string;
};

/** What is wrong with a topology: one sentence that names it. */
export class TopologyError extends Error {
  override readonly name = 'TopologyError';
}

const spelled = (address: string): string => addressText(address) ?? address;

export class TopologyIndex {
  readonly #nodeOfAgent = new Map<string, string>();
  readonly #linkOfPort = new Map<string, string>();
  readonly #linkOfIfIndex = new Map<string, string>();
  readonly #nodes: ReadonlySet<string>;

  /** Throws TopologyError where a link names a node that is not there, or two nodes are one agent. */
  constructor({ nodes = {}, links = {} }: Topology = {}) {
    this.#nodes = new Set(Object.keys(nodes));
    for (const [name, { agent }] of Object.entries(nodes)) {
      if (!agent) continue;
      const other = this.#nodeOfAgent.get(spelled(agent));
      if (other !== undefined)
        throw new TopologyError(`The nodes “${other}” and “${name}” have the same agent ${agent}.`);
      this.#nodeOfAgent.set(spelled(agent), name);
    }
    for (const [link, { node1, port1, node2, port2 }] of Object.entries(links)) {
      for (const [node, port] of [
        [node1, port1],
        [node2, port2],
      ] as const) {
        if (!this.#nodes.has(node))
          throw new TopologyError(`The link “${link}” ends at “${node}”, which is none of the nodes.`);
        this.#linkOfPort.set(JSON.stringify([node, port]), link);
        const ifIndex = nodes[node]?.ports?.[port]?.ifindex;
        if (ifIndex) this.#linkOfIfIndex.set(JSON.stringify([node, Number(ifIndex)]), link);
      }
    }
  }

  /** The node that an agent is; null where it is none. */
  node(agent: string, heard: HeardNames): string | null {
    const byAddress = this.#nodeOfAgent.get(spelled(agent));
    if (byAddress !== undefined) return byAddress;
    const name = this.#nodes.size > 0 ? heard.agentName(agent) : '';
    return name !== '' && this.#nodes.has(name) ? name : null;
  }

  /** The link that ends at a port; null where there is none. */
  link(agent: string, ifIndex: number, heard: HeardNames): string | null {
    const node = this.node(agent, heard);
    if (node === null) return null;
    return (
      this.#linkOfIfIndex.get(JSON.stringify([node, ifIndex])) ??
      this.#linkOfPort.get(JSON.stringify([node, heard.interfaceName(agent, ifIndex)])) ??
      null
    );
  }

  /** 'core' where a link ends at the port, 'edge' at any other port of a node; null where the agent is no node. */
  portRole(agent: string, ifIndex: number, heard: HeardNames): 'edge' | 'core' | null {
    if (this.node(agent, heard) === null) return null;
    return this.link(agent, ifIndex, heard) === null ? 'edge' : 'core';
  }
}
