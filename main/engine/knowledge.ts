/**
 * What a workspace knows beside its samples, joined to what it hears: `Knowledge` with the documents that the user's
 * part of it is kept as, the samples that it learns from, the context that keys are compiled with, and the calls
 * that ask and change it. A document that cannot be read any more is left as it is, and said.
 */

import * as v from 'valibot';
import { formatIpv4Octets } from '../../shared/format/address.ts';
import type { KnowledgeApi, NameSources, NameSourcesStatus } from '../../shared/model/knowledge.ts';
import type { DocumentShelf } from '../../shared/model/store.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { namesOf } from '../flows/answer.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import { macText } from '../names/address.ts';
import { DHCP_PORTS, LLDP_ETHERTYPE, NETBIOS_PORT } from '../names/heard-hosts.ts';
import { Knowledge } from '../names/knowledge.ts';
import { parseDnsServer } from '../names/ptr-query.ts';
import type { Agent, Naming } from '../samples/agent.ts';
import type { Network } from '../samples/network.ts';
import type { Sample } from '../samples/sample.ts';
import type { CounterSample, Datagram } from '../sflow/sample.ts';
import { AddressListDocuments } from './address-lists.ts';
import { HostLearner } from './host-learner.ts';
import { InterfaceNaming, type InterfaceNamingOptions } from './interface-naming.ts';
import { type KeptReader, knowledgeSchemas } from './knowledge-schemas.ts';
import { ToldNames } from './told-names.ts';
import { ToldTables } from './told-tables.ts';
import { ToldTopology } from './told-topology.ts';

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
  readonly #names: ToldNames;
  readonly #tables: ToldTables;
  readonly #topology: ToldTopology;
  #problems: string[] = [];

  constructor({ network, documents, changed, asking = null }: WorkspaceKnowledgeOptions) {
    const knowledge = new Knowledge({ changed });
    this.knowledge = knowledge;
    this.#documents = documents;
    this.#learner = new HostLearner(knowledge);
    this.#interfaces = new InterfaceNaming({ knowledge, documents, asking });
    this.#names = new ToldNames(knowledge, documents);
    this.#tables = new ToldTables(knowledge, documents);
    this.#lists = new AddressListDocuments({ knowledge, documents, wallMs: asking?.wallMs ?? null });
    const names: FunctionContext['names'] = {
      agentName: (address) => namesOf(network()).agentName(address),
      interfaceName: (address, ifIndex) => namesOf(network()).interfaceName(address, ifIndex),
    };
    this.#topology = new ToldTopology(knowledge, { documents, network, heard: names });
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
    const read: KeptReader = (shelf, schema) => this.#read(shelf, schema);
    await this.#tables.start(read, this.#problems);
    await this.#topology.start(read, this.#problems);
    await this.#names.start(read);
    const sources = await read('name-sources', knowledgeSchemas.sources);
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

  #makeHandlers(): Handlers<KnowledgeApi> {
    const { knowledge } = this;
    const documents = this.#documents;
    const status = (): NameSourcesStatus => ({ ...knowledge.status(), problems: [...this.#problems] });
    return {
      ...this.#interfaces.handlers,
      ...this.#lists.handlers,
      ...this.#names.handlers,
      ...this.#tables.handlers,
      ...this.#topology.handlers,
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
      'names.find': (text: string, limit: number) => knowledge.named(text, limit),
    };
  }
}
