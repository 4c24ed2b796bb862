/** What a user tells Weir about the network beside what is heard: groups, maps, topology; and where names come from. */

/** Group → list of CIDR blocks, addresses or MAC addresses. The most exact block wins within a table. */
export type GroupTable = Record<string, string[]>;
/** Value → key texts that it stands for, as in sFlow-RT's maps. */
export type MapTable = Record<string, string[]>;

/** As sFlow-RT's topology.json has it. */
export type Topology = {
  nodes?: Record<string, { agent?: string; ports?: Record<string, { ifindex?: string }> }>;
  links?: Record<string, { node1: string; port1: string; node2: string; port2: string }>;
};

/** Files of names that a user points to; '' where none is set. */
export type NameSources = {
  /** MaxMind or DB-IP databases (mmdb) of countries and autonomous systems. */
  countryFile: string;
  autonomousSystemFile: string;
  /** Reverse lookups; servers empty: those of the system. */
  dns: { enabled: boolean; servers: string[] };
};
export type NameSourcesStatus = NameSources & {
  /** One plain sentence each where a file cannot be used, else ''. */
  countryProblem: string;
  autonomousSystemProblem: string;
  dnsCached: number;
  dnsPending: number;
  vendors: number;
};

export type KnowledgeApi = {
  'groups.list': () => Record<string, GroupTable>;
  'groups.put': (name: string, table: GroupTable) => GroupTable;
  'groups.delete': (name: string) => null;
  'maps.list': () => Record<string, MapTable>;
  'maps.put': (name: string, table: MapTable) => MapTable;
  'maps.delete': (name: string) => null;
  'topology.get': () => Topology;
  'topology.put': (topology: Topology) => Topology;
  'names.status': () => NameSourcesStatus;
  'names.set': (sources: NameSources) => NameSourcesStatus;
};
