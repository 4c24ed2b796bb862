/**
 * What a workspace knows beside its samples, joined to what it hears: `Knowledge` with the documents that the user's
 * part of it is kept as, the samples that it learns from, the context that keys are compiled with, and the calls
 * that ask and change it. A document that cannot be read any more is left as it is, and said.
 */

import * as v from 'valibot';
import { formatIpv4Octets } from '../../shared/format/address.ts';
import type {
  GroupTable,
  KnowledgeApi,
  MapTable,
  NameSources,
  NameSourcesStatus,
  Topology,
} from '../../shared/model/knowledge.ts';
import type { DocumentShelf } from '../../shared/model/store.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { namesOf } from '../flows/answer.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import { macText } from '../names/address.ts';
import { GroupError } from '../names/groups.ts';
import { DHCP_PORTS, LLDP_ETHERTYPE, NETBIOS_PORT } from '../names/heard-hosts.ts';
import { Knowledge } from '../names/knowledge.ts';
import { parseDnsServer } from '../names/ptr-query.ts';
import { TopologyError } from '../names/topology.ts';
import type { Agent, Naming, Network } from '../samples/network.ts';
import type { Sample } from '../samples/sample.ts';
import type { CounterSample, Datagram } from '../sflow/sample.ts';
import { AddressListDocuments } from './address-lists.ts';
import { HostLearner } from './host-learner.ts';
import { InterfaceNaming, type InterfaceNamingOptions } from './interface-naming.ts';
import { knowledgeSchemas } from './knowledge-schemas.ts';
import { ToldNames } from './told-names.ts';

const ETHERNET_OCTETS = 14;
const UDP = 17;

export type WorkspaceKnowledgeOptions = {
  /** The network that names ports and agents now; another one after a restart. */
  network: () => Network;
  documents: DocumentShelf;
  /** Told when answers may have changed. */
  changed: () => void;
  /** How agents are asked for names; null: nobody is. */
  asking?: InterfaceNamingOptions['asking'];
};

export class WorkspaceKnowledge {
  readonly knowledge: Knowledge;
  readonly context: FunctionContext;
  readonly handlers: Handlers<KnowledgeApi>;
  readonly #documents: DocumentShelf;
  readonly #learner: HostLearner;
  readonly #interfaces: InterfaceNaming;
  readonly #lists: AddressListDocuments;
  readonly #told: ToldNames;
  #problems: string[] = [];

  constructor({ network, documents, changed, asking = null }: WorkspaceKnowledgeOptions) {
    const knowledge = new Knowledge({ changed });
    this.knowledge = knowledge;
    this.#documents = documents;
    this.#learner = new HostLearner(knowledge);
    this.#interfaces = new InterfaceNaming({ knowledge, documents, asking });
    this.#told = new ToldNames(knowledge, documents);
    this.#lists = new AddressListDocuments({ knowledge, documents, wallMs: asking?.wallMs ?? null });
    const names: FunctionContext['names'] = {
      agentName: (address) => namesOf(network()).agentName(address),
      interfaceName: (address, ifIndex) => namesOf(network()).interfaceName(address, ifIndex),
    };
    this.context = {
      revision: () => knowledge.revision(),
      names,
      services: () => knowledge.services,
      group: (address, table) => knowledge.group(address, table),
      mapped: (value, table) => knowledge.mapped(value, table),
      country: (address) => knowledge.country(address),
      autonomousSystem: (address) => knowledge.autonomousSystem(address),
      vendor: (mac) => knowledge.vendor(mac),
      host: (address, attribute) => knowledge.host(address, attribute),
      domainName: (address) => knowledge.domainName(address),
      node: (agent) => knowledge.node(agent, names),
      link: (agent, ifIndex) => knowledge.link(agent, ifIndex, names),
    };
    this.handlers = this.#makeHandlers();
  }

  /** What a network shows the names of its agents and interfaces by. */
  get naming(): Naming {
    return this.#interfaces.naming;
  }

  /** What could not be read of what was kept, one sentence each. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** Whether a port faces hosts or another node; null where the topology does not know its agent. */
  portRole(agent: string, ifIndex: number): 'edge' | 'core' | null {
    return this.knowledge.portRole(agent, ifIndex, this.context.names);
  }

  /** Reads what was kept. */
  async start(): Promise<void> {
    this.#problems = [];
    const [groups, maps, topologies, sources] = await Promise.all([
      this.#read('group', knowledgeSchemas.group),
      this.#read('map', knowledgeSchemas.map),
      this.#read('topology', knowledgeSchemas.topology),
      this.#read('name-sources', knowledgeSchemas.sources),
    ]);
    await this.#setReadableGroups(groups);
    this.knowledge.setMaps(maps);
    this.#attempt(() => this.knowledge.setTopology(topologies.get('topology') ?? {}));
    await this.#told.start((shelf, schema) => this.#read(shelf, schema));
    const given = sources.get('name-sources');
    if (given) await this.knowledge.setSources(given);
    await this.#interfaces.start(this.#problems);
    await this.#lists.start(this.#problems);
  }

  stop(): void {
    this.#interfaces.stop();
    this.knowledge.stop();
  }

  /** About once a second. */
  tick(): void {
    this.#interfaces.tick();
    this.#lists.tick();
  }

  /** Learns from a sample of a frame: names in DNS answers, addresses of hosts. */
  flow(sample: Sample): void {
    const { header } = sample;
    for (let layer = 0; layer < header.depth; layer++) {
      const { dns } = header.layers[layer]!;
      if (dns >= 0) this.knowledge.takeDns(header.bytes, dns, header.end, sample.timeMs);
    }
    if (header.depth > 0) this.#hostFrame(sample);
    this.#learner.flow(sample);
  }

  /** DHCP, NetBIOS and LLDP: names that hosts and switches tell of themselves. */
  #hostFrame({ header, flow, agent, timeMs }: Sample): void {
    const { bytes, end, layers } = header;
    const { etherType, ethernet, vlanCount, sourceMac, sourceIp, ipVersion, ipProtocol, payload } = layers[0];
    const { heardHosts } = this.knowledge;
    if (etherType === LLDP_ETHERTYPE && ethernet >= 0 && agent !== null && flow.inputFormat === 0) {
      const from = {
        mac: macText(bytes.subarray(sourceMac, sourceMac + 6)),
        ...{ agent: agent.address, ifIndex: flow.inputValue },
      };
      const start = ethernet + ETHERNET_OCTETS + 4 * vlanCount;
      this.knowledge.tookFrame(heardHosts.takeLldp(bytes, start, end, from, timeMs));
    } else if (ipVersion === 4 && ipProtocol === UDP && payload >= 0) {
      const { sourcePort, destinationPort } = layers[0];
      if (DHCP_PORTS.has(sourcePort) && DHCP_PORTS.has(destinationPort))
        this.knowledge.tookFrame(heardHosts.takeDhcp(bytes, payload, end, timeMs));
      else if (sourcePort === NETBIOS_PORT) {
        const source = formatIpv4Octets(bytes, sourceIp);
        this.knowledge.tookFrame(heardHosts.takeNetbios(bytes, payload, end, source, timeMs));
      }
    }
  }

  /** Learns from what a host tells of itself. */
  counters(agent: Agent, datagram: Datagram, sample: CounterSample): void {
    this.#learner.counters(agent, datagram, sample);
  }

  async #read<T extends v.GenericSchema>(kind: string, schema: T): Promise<Map<string, v.InferOutput<T>>> {
    const found = new Map<string, v.InferOutput<T>>();
    for (const [title, body] of await this.#documents.all(kind)) {
      try {
        found.set(title, v.parse(schema, JSON.parse(body)));
      } catch (error) {
        const why = error instanceof v.ValiError ? error.message : 'it is no JSON';
        this.#problems.push(
          `The stored ${kind} “${title}” cannot be read (${why}); save it anew or delete it.`,
        );
      }
    }
    return found;
  }

  async #setReadableGroups(tables: ReadonlyMap<string, GroupTable>): Promise<void> {
    const attempt = async (given: ReadonlyMap<string, GroupTable>): Promise<string> => {
      try {
        await this.knowledge.changeGroups(() => given);
        return '';
      } catch (error) {
        if (!(error instanceof GroupError)) throw error;
        return error.message;
      }
    };
    if ((await attempt(tables)) === '') return;
    // One that cannot be used takes the others with it only as far as they take in its groups.
    const usable = new Map<string, GroupTable>();
    for (const [title, table] of tables) {
      usable.set(title, table);
      const problem = await attempt(new Map(usable));
      if (problem === '') continue;
      usable.delete(title);
      this.#problems.push(problem);
    }
  }

  /** Whether something could be taken; why not is kept as a problem. */
  #attempt(take: () => void): boolean {
    try {
      take();
      return true;
    } catch (error) {
      if (!(error instanceof TopologyError)) throw error;
      this.#problems.push(error.message);
      return false;
    }
  }

  #makeHandlers(): Handlers<KnowledgeApi> {
    const { knowledge } = this;
    const documents = this.#documents;
    /** Also where it cannot be read any more. */
    const isKept = async (kind: string, title: string): Promise<boolean> =>
      [...(await documents.all(kind))].some(([known]) => known === title);
    const status = (): NameSourcesStatus => ({ ...knowledge.status(), problems: [...this.#problems] });
    return {
      ...this.#interfaces.handlers,
      ...this.#lists.handlers,
      ...this.#told.handlers,
      'groups.list': () => Object.fromEntries(knowledge.groupTables),
      'groups.put': async (title: string, table: GroupTable) => {
        const trimmed = trimmedLists(table);
        // Kept only where it can be used, and used only where it can be kept.
        await refusing(() =>
          knowledge.changeGroups(
            (tables) => new Map([...tables, [title, trimmed]]),
            () => documents.put('group', title, JSON.stringify(trimmed)),
          ),
        );
        return trimmed;
      },
      'groups.delete': async (title: string) => {
        if (!knowledge.groupTables.has(title) && !(await isKept('group', title)))
          throw new RpcError('missing', `There is no group table “${title}”.`);
        await refusing(() =>
          knowledge.changeGroups(
            (tables) => new Map([...tables].filter(([known]) => known !== title)),
            () => documents.delete('group', title),
          ),
        );
        return null;
      },
      'maps.list': () => Object.fromEntries(knowledge.mapTables),
      'maps.put': async (title: string, table: MapTable) => {
        const trimmed = trimmedLists(table);
        await documents.put('map', title, JSON.stringify(trimmed));
        knowledge.setMaps(new Map([...knowledge.mapTables, [title, trimmed]]));
        return trimmed;
      },
      'maps.delete': async (title: string) => {
        const left = new Map(knowledge.mapTables);
        if (!left.delete(title) && !(await isKept('map', title)))
          throw new RpcError('missing', `There is no map “${title}”.`);
        await documents.delete('map', title);
        knowledge.setMaps(left);
        return null;
      },
      'topology.get': () => knowledge.topology,
      'topology.put': async (topology: Topology) => {
        await refusing(() => knowledge.setTopology(topology));
        await documents.put('topology', 'topology', JSON.stringify(topology));
        return topology;
      },
      'names.status': status,
      'names.set': async (sources: NameSources) => {
        const { servers } = sources.dns;
        const wrong = servers.find((server) => parseDnsServer(server) === null);
        if (wrong !== undefined)
          throw new RpcError(
            'refused',
            `“${wrong}” is no address of a name server; write 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53.`,
          );
        await documents.put('name-sources', 'name-sources', JSON.stringify(sources));
        await knowledge.setSources(sources);
        return status();
      },
      'names.of': (addresses: string[]) => addresses.map((address) => knowledge.nameOf(address)),
    };
  }
}

/** Entries without spaces around them and without empty ones. */
function trimmedLists(table: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(table).map(([title, entries]) => [
      title,
      entries.map((entry) => entry.trim()).filter((entry) => entry !== ''),
    ]),
  );
}

async function refusing(change: () => void | Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (error instanceof GroupError || error instanceof TopologyError)
      throw new RpcError('refused', error.message);
    throw error;
  }
}
