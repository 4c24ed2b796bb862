/**
 * All that is known beside the samples, in one place: what the user told (groups, maps, topology, own names), files
 * they point to, name servers, and what hosts and sampled DNS answers say of themselves. Questions are answered at
 * once, from memory. `revision` grows when answers may have changed: at once where a user changed something, and
 * spaced by seconds where names trickle in, the wider the longer they do.
 */
import { getServers } from 'node:dns';
import { BUNDLED_SERVICES, type ServiceNames } from '../../shared/format/service-names.ts';
import type {
  GroupTable,
  HostAttribute,
  KnownName,
  MapTable,
  NamedAddress,
  NameSources,
  NameSourcesStatus,
  Topology,
} from '../../shared/model/knowledge.ts';
import { addressText } from './address.ts';
import { GroupTables } from './groups.ts';
import { HeardDns } from './heard-dns.ts';
import { HeardHosts } from './heard-hosts.ts';
import { HostTable, type ToldHost } from './host-table.ts';
import { inTurns } from './in-turns.ts';
import { InterfaceNames } from './interface-names.ts';
import type { AddressLists } from './lists/lists.ts';
import { ValueMaps } from './maps.ts';
import type { AutonomousSystem, Country } from './place-file.ts';
import { Places } from './places.ts';
import { askByUdp, type PtrQuery } from './ptr-query.ts';
import { ReverseResolver } from './resolver.ts';
import { type HeardNames, TopologyIndex } from './topology.ts';
import { vendors } from './vendors.ts';

/** The least and the most time between two revisions for names that trickle in. */
const LEAST_PAUSE_MS = 2000;
const MOST_PAUSE_MS = 30_000;

export const NO_SOURCES: NameSources = {
  countryFile: '',
  autonomousSystemFile: '',
  dns: { lookUp: 'asked', servers: [] },
};

export type KnowledgeOptions = {
  /** Monotonic. */
  nowMs?: () => number;
  /** Told when the revision has grown. */
  changed?: () => void;
  query?: PtrQuery;
  later?: (run: () => void, ms: number) => void;
};

const laterByTimer = (run: () => void, ms: number): void => {
  setTimeout(run, ms).unref();
};

export class Knowledge {
  readonly resolver: ReverseResolver;
  readonly heard = new HeardDns();
  readonly heardHosts = new HeardHosts();
  readonly hosts = new HostTable();
  readonly interfaces = new InterfaceNames();
  /** Grows when an interface or agent may be called otherwise. */
  namesRevision = 0;
  readonly places: Places;
  readonly #later: (run: () => void, ms: number) => void;
  readonly #changed: () => void;
  #groupTables: ReadonlyMap<string, GroupTable> = new Map();
  #mapTables: ReadonlyMap<string, MapTable> = new Map();
  #groups = GroupTables.none;
  /** Groups are set one after another. */
  #groupsTurn: Promise<unknown> = Promise.resolve();
  #lists: Pick<AddressLists, 'find'> | null = null;
  #maps = new ValueMaps();
  #topologyGiven: Topology = {};
  #topology = new TopologyIndex();
  #own: ReadonlyMap<string, string> = new Map();
  #services = BUNDLED_SERVICES;
  #sources = NO_SOURCES;
  #revision = 1;
  #pauseMs = LEAST_PAUSE_MS;
  #isDue = false;
  #isStopped = false;

  constructor(options: KnowledgeOptions = {}) {
    this.#later = options.later ?? laterByTimer;
    this.#changed = options.changed ?? (() => {});
    this.places = new Places({ later: this.#later, changed: () => this.#grow() });
    this.resolver = new ReverseResolver({
      query: options.query ?? askByUdp,
      nowMs: options.nowMs ?? (() => performance.now()),
      learned: () => this.#trickle(),
      later: this.#later,
    });
    this.#setServers();
  }

  /** Grows when any answer may have changed; a plain number read. */
  revision(): number {
    return this.#revision;
  }

  /** Ends what goes on by itself. */
  stop(): void {
    this.#isStopped = true;
    this.places.stop();
    this.resolver.set([], false);
  }

  #grow(): void {
    if (this.#isStopped) return;
    this.#revision++;
    this.#changed();
  }

  /** Names of interfaces or agents have changed. */
  namesChanged(): void {
    this.namesRevision++;
    this.#grow();
  }

  /** A name came by itself: a new revision follows within seconds, one for all that come until then. */
  #trickle(): void {
    if (this.#isDue || this.#isStopped) return;
    this.#isDue = true;
    this.#later(() => {
      this.#isDue = false;
      // Where more is coming, answers are not made anew all the time.
      this.#pauseMs = this.resolver.pending > 0 ? Math.min(MOST_PAUSE_MS, this.#pauseMs * 2) : LEAST_PAUSE_MS;
      this.#grow();
    }, this.#pauseMs);
  }

  get groupTables(): ReadonlyMap<string, GroupTable> {
    return this.#groupTables;
  }
  /**
   * Sets what `change` makes of the tables there are, with a turn for others every few milliseconds. Rejects with
   * GroupError where a table cannot be used, and with what `keep` rejects with; then all stays as it was.
   */
  changeGroups(
    change: (tables: ReadonlyMap<string, GroupTable>) => ReadonlyMap<string, GroupTable>,
    keep: () => Promise<void> = async () => {},
  ): Promise<void> {
    const turn = this.#groupsTurn.then(async () => {
      const tables = change(this.#groupTables);
      const groups = await inTurns(GroupTables.compile(tables));
      await keep();
      this.#groups = groups;
      this.#groupTables = tables;
      this.#grow();
    });
    this.#groupsTurn = turn.catch(() => {});
    return turn;
  }

  get mapTables(): ReadonlyMap<string, MapTable> {
    return this.#mapTables;
  }
  setMaps(tables: ReadonlyMap<string, MapTable>): void {
    this.#maps = new ValueMaps(tables);
    this.#mapTables = tables;
    this.#grow();
  }

  get topology(): Topology {
    return this.#topologyGiven;
  }
  /** Throws TopologyError where it cannot be used; then all stays as it was. */
  setTopology(topology: Topology): void {
    this.#topology = new TopologyIndex(topology);
    this.#topologyGiven = topology;
    this.#grow();
  }

  get ownNames(): ReadonlyMap<string, string> {
    return this.#own;
  }
  /** Names by address as {@link addressText} spells it. */
  setOwnNames(names: ReadonlyMap<string, string>): void {
    this.#own = names;
    // Agents have addresses too.
    this.namesChanged();
  }

  get services(): ServiceNames {
    return this.#services;
  }
  setServices(services: ServiceNames): void {
    this.#services = services;
    this.#grow();
  }

  /** The user's name for an address; '' for none. */
  ownName(address: string): string {
    return this.#own.get(addressText(address) ?? address) ?? '';
  }

  get sources(): NameSources {
    return this.#sources;
  }
  /** Never rejects: what is wrong with a file is said by the status. */
  async setSources(sources: NameSources): Promise<void> {
    const before = this.#sources;
    this.#sources = sources;
    if (JSON.stringify(before.dns) !== JSON.stringify(sources.dns)) this.#setServers();
    await this.places.use(sources);
    this.#grow();
  }

  #setServers(): void {
    const { lookUp } = this.#sources.dns;
    this.resolver.set(this.#servers(), lookUp !== 'never');
  }

  #servers(): string[] {
    const { servers } = this.#sources.dns;
    return servers.length > 0 ? servers : getServers();
  }

  /** Takes a sampled DNS message at start ≤ o < end. */
  takeDns(bytes: Uint8Array, start: number, end: number, timeMs: number): void {
    if (this.heard.take(bytes, start, end, timeMs)) this.#trickle();
  }

  /** Takes a name out of a sampled frame that `heardHosts` has read; `isNew` as it says. */
  tookFrame(isNew: boolean): void {
    if (isNew) this.#trickle();
  }

  /** Takes what a host tells of itself. */
  takeHost(told: ToldHost): void {
    if (this.hosts.tell(told)) this.#trickle();
  }

  /** A frame from a host's network card carried this IP address. */
  takeHostAddress(mac: string, address: string): void {
    if (this.hosts.bind(mac, address)) this.#trickle();
  }

  /** Who answers for tables that are lists from elsewhere. */
  useLists(lists: Pick<AddressLists, 'find'>): void {
    this.#lists = lists;
  }
  /** Lists hold other addresses than before. */
  listsChanged(): void {
    this.#grow();
  }

  group(address: string, table: string): string | null {
    return this.#groups.find(address, table) ?? this.#lists?.find(address, table) ?? null;
  }
  mapped(value: string, table: string): string | null {
    return this.#maps.find(value, table);
  }
  country(address: string): Country | null {
    return this.places.country(address);
  }
  autonomousSystem(address: string): AutonomousSystem | null {
    return this.places.autonomousSystem(address);
  }
  vendor(mac: string): string | null {
    return vendors().vendor(mac);
  }
  host(address: string, attribute: HostAttribute): string | null {
    return this.hosts.attribute(address, attribute);
  }
  /** The name of an IP address by name servers, else by a sampled answer, with the root's full stop at its end. */
  domainName(address: string): string | null {
    const text = addressText(address);
    if (text === null) return null;
    return this.resolver.name(text) ?? this.heard.name(text);
  }
  node(agent: string, heard: HeardNames): string | null {
    return this.#topology.node(agent, heard);
  }
  link(agent: string, ifIndex: number, heard: HeardNames): string | null {
    return this.#topology.link(agent, ifIndex, heard);
  }
  /** Whether a port faces hosts or another node; null where its agent is in no topology. */
  portRole(agent: string, ifIndex: number, heard: HeardNames): 'edge' | 'core' | null {
    return this.#topology.portRole(agent, ifIndex, heard);
  }

  /** The best name to show beside an address; asks a name server only where the user wants that for what is shown. */
  nameOf(address: string): KnownName | null {
    return this.#bestName(address, this.#sources.dns.lookUp === 'shown');
  }
  /** The same of what is known already: nobody is asked. */
  nameKept(address: string): KnownName | null {
    return this.#bestName(address, false);
  }

  /**
   * Addresses of whose names the text is a part, whatever the case: those that begin with it first, best origin first,
   * at most `limit`. Makers of network cards are no names here.
   */
  named(text: string, limit: number): NamedAddress[] {
    const part = text.trim().toLowerCase();
    if (part === '') return [];
    const [first, others] = [new Map<string, KnownName>(), new Map<string, KnownName>()];
    const sources = [this.#own, this.hosts, this.resolver, this.heard, this.heardHosts];
    for (const source of sources)
      for (const [address, name] of source.entries()) {
        const at = name.toLowerCase().indexOf(part);
        if (at < 0 || first.has(address) || others.has(address)) continue;
        const found = at === 0 ? first : others;
        // One that has a better name by now is called by that, and found by it.
        const known = this.nameKept(address);
        if (found.size < limit && known?.name.toLowerCase().includes(part)) found.set(address, known);
        if (first.size >= limit) break;
      }
    return [...first, ...others].slice(0, limit).map(([address, known]) => ({ address, known }));
  }

  #bestName(address: string, isAsked: boolean): KnownName | null {
    const text = addressText(address);
    if (text === null) return null;
    const own = this.#own.get(text);
    if (own !== undefined) return { name: own, origin: 'own' };
    const host = this.host(text, 'vir_host_name') ?? this.host(text, 'host_name');
    if (host !== null) return { name: host, origin: 'host' };
    const dns = isAsked ? this.resolver.name(text) : this.resolver.known(text);
    if (dns !== null) return { name: withoutRoot(dns), origin: 'dns' };
    const heard = this.heard.name(text);
    if (heard !== null) return { name: withoutRoot(heard), origin: 'heard' };
    const told = this.heardHosts.name(text);
    if (told !== null) return told;
    const vendor = this.vendor(text);
    return vendor === null ? null : { name: vendor, origin: 'vendor' };
  }

  status(): Omit<NameSourcesStatus, 'problems'> {
    return {
      ...this.#sources,
      ...this.places.status(),
      dnsServers: this.#servers(),
      dnsCached: this.resolver.cached,
      dnsPending: this.resolver.pending,
      dnsAsked: this.resolver.asked,
      dnsTurnedAway: this.resolver.turnedAway,
      dnsProblem: this.resolver.problem,
      heardNames: this.heard.size + this.heardHosts.size,
      hosts: this.hosts.size,
      ownNames: this.#own.size,
      vendors: vendors().size,
    };
  }
}

const withoutRoot = (name: string): string => (name.endsWith('.') ? name.slice(0, -1) : name);
