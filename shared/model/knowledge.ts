/** What a user tells Weir about the network beside what is heard: groups, maps, topology; and where names come from. */

import type { ServiceNameTable } from '../format/service-names.ts';
import type { AddressListsApi } from './address-list.ts';
import { INTERFACE_NAME_CHANGES, type InterfaceNamesApi } from './interface-name.ts';

/**
 * Group → list of CIDR blocks, addresses, MAC addresses, or names of other groups (of another table: `table:group`)
 * whose blocks it takes in. The most exact block wins within a table.
 */
export type GroupTable = Record<string, string[]>;
/** Value → key texts that it stands for, as in sFlow-RT's maps. */
export type MapTable = Record<string, string[]>;

/** As sFlow-RT's topology.json has it. */
export type Topology = {
  nodes?: Record<string, { agent?: string; ports?: Record<string, { ifindex?: string }> }>;
  links?: Record<string, { node1: string; port1: string; node2: string; port2: string }>;
};

/**
 * Of which addresses a name server is asked: of none; of those that `dns:` in a key or filter asks for; of these and
 * of the addresses that a screen shows.
 */
export const LOOK_UPS = ['never', 'asked', 'shown'] as const;
export type LookUp = (typeof LOOK_UPS)[number];

/** Where names come from, as far as a user decides it; a path is '' where none is set. */
export type NameSources = {
  /** MaxMind or DB-IP databases (mmdb) of countries and autonomous systems. */
  countryFile: string;
  autonomousSystemFile: string;
  /** Reverse lookups; servers ('192.0.2.1', '192.0.2.1:5353', '[2001:db8::1]:53') empty: those of the system. */
  dns: { lookUp: LookUp; servers: string[] };
};
export type NameSourcesStatus = NameSources & {
  /** One plain sentence each where a file cannot be used, else ''. */
  countryProblem: string;
  autonomousSystemProblem: string;
  /** What the database calls itself, and its date; '' where none is in use. */
  countryAbout: string;
  autonomousSystemAbout: string;
  /** Servers that are asked, or would be. */
  dnsServers: string[];
  dnsCached: number;
  dnsPending: number;
  dnsAsked: number;
  /** Addresses that found too many others waiting; they are asked for when they are met again. */
  dnsTurnedAway: number;
  /** Why the last question was not answered, else ''. */
  dnsProblem: string;
  /** Addresses with a name out of sampled frames, hosts that told of themselves, names a user gave. */
  heardNames: number;
  hosts: number;
  ownNames: number;
  /** Assignments in the table of makers of network cards. */
  vendors: number;
  /** One sentence per stored table that cannot be read any more; it is kept as it is. */
  problems: string[];
};

/** What `host:` can tell of the host that owns an address; with `vir_` of the virtual machine that does. */
export const HOST_ATTRIBUTES = ['host_name', 'machine_type', 'os_name', 'os_release', 'uuid'] as const;
export type HostAttribute = (typeof HOST_ATTRIBUTES)[number] | `vir_${(typeof HOST_ATTRIBUTES)[number]}`;

/**
 * Where a shown name is from, best first: the user's own table, the host itself, a name server, a DNS answer that
 * was sampled (also mDNS, LLMNR), a sampled DHCP, NetBIOS or LLDP frame, the maker of the network card.
 */
export const NAME_ORIGINS = ['own', 'host', 'dns', 'heard', 'dhcp', 'netbios', 'lldp', 'vendor'] as const;
export type NameOrigin = (typeof NAME_ORIGINS)[number];
/** `atMs`: when it was last heard, where it was sampled with a time. */
export type KnownName = { name: string; origin: NameOrigin; atMs?: number };

export type NamedAddress = { address: string; known: KnownName };

/** Address (MAC addresses as twelve digits) → name. */
export type OwnNameTable = Record<string, string>;
export type OwnNamesImport = {
  taken: number;
  /** One sentence per line that was not taken. */
  problems: string[];
};

/** What the user calls addresses, services and IP protocols. */
export type ToldNamesApi = {
  'ownNames.list': () => OwnNameTable;
  /** Sets names; an empty one takes the name away. Answers how many there are. */
  'ownNames.put': (names: OwnNameTable) => number;
  /** Adds the names of a CSV or hosts file to those there are. */
  'ownNames.import': (text: string) => OwnNamesImport;
  'serviceNames.list': () => ServiceNameTable;
  /** The same of services: 'tcp/8443', '6/8443', or an IP protocol such as '47'. */
  'serviceNames.put': (names: ServiceNameTable) => number;
  /** Adds the names of a CSV file, or of one like /etc/services. */
  'serviceNames.import': (text: string) => OwnNamesImport;
};

/** Tables that the user gave. */
export type ToldTablesApi = {
  'groups.list': () => Record<string, GroupTable>;
  'groups.put': (name: string, table: GroupTable) => GroupTable;
  'groups.delete': (name: string) => null;
  'maps.list': () => Record<string, MapTable>;
  'maps.put': (name: string, table: MapTable) => MapTable;
  'maps.delete': (name: string) => null;
};

/** An end of a link; `ifIndex` is null where no such port is heard, else `heard` is the name that it has. */
export type TopologyEnd = { node: string; port: string; ifIndex: number | null; heard: string };
/** What of a topology is heard. */
export type TopologyMatch = {
  /** `given` is the agent that the topology tells, `agent` the heard one that the node is; null: none. */
  nodes: { name: string; given: string; agent: string | null; agentName: string }[];
  links: { name: string; ends: [TopologyEnd, TopologyEnd] }[];
  /** Heard agents that are no node. */
  outside: { agent: string; name: string }[];
};

export type TopologyApi = {
  'topology.get': () => Topology;
  'topology.put': (topology: Topology) => Topology;
  /** Reads a topology from the text of a file, sets and keeps it; refuses with the place of what is wrong. */
  'topology.import': (text: string) => Topology;
  'topology.match': () => TopologyMatch;
};

export type KnowledgeApi = InterfaceNamesApi &
  ToldNamesApi &
  ToldTablesApi &
  TopologyApi &
  AddressListsApi & {
    'names.status': () => NameSourcesStatus;
    'names.set': (sources: NameSources) => NameSourcesStatus;
    /** Names to show beside addresses (IP or MAC), in their order; asked for what is on a screen only. */
    'names.of': (addresses: string[]) => (KnownName | null)[];
    /** Addresses of whose names the text is a part, whatever its case; best first. */
    'names.find': (text: string, limit: number) => NamedAddress[];
  };

/** Calls that change what is known: it is the same for all workspaces. */
export const KNOWLEDGE_CHANGES = [
  'groups.put',
  'groups.delete',
  'maps.put',
  'maps.delete',
  'topology.put',
  'topology.import',
  'names.set',
  'ownNames.put',
  'ownNames.import',
  'serviceNames.put',
  'serviceNames.import',
  ...INTERFACE_NAME_CHANGES,
] as const satisfies readonly (keyof KnowledgeApi)[];

/** Shelves of documents that knowledge is kept on. */
export const KNOWLEDGE_SHELVES = [
  'group',
  'map',
  'topology',
  'name-sources',
  'own-names',
  'service-names',
  'own-interfaces',
  'snmp-agent',
  'address-list',
  'address-list-read',
] as const;
