/** What interfaces and agents are called: by whom, and how SNMP is asked for it. */
import type { Secret } from './secret.ts';

/**
 * Where the name of an interface or an agent is from, best first: the user's own table; the agent's own samples
 * (port_name, host_descr); SNMP (ifName, sysName); what the number itself says with some vendors; nothing.
 */
export type NameSource = 'own' | 'agent' | 'snmp' | 'number' | 'none';

/** An interface in words. */
export type InterfaceName = {
  /** 'if 52' where nothing is known. */
  name: string;
  source: NameSource;
  /** What the network's keepers wrote at the port (ifAlias), else who is at its other end by LLDP, else ''. */
  alias: string;
};

/** One row of the user's own table. */
export type OwnInterfaceName = { agent: string; ifIndex: number; name: string };
export type InterfaceNamesImport = {
  taken: number;
  /** One sentence per line that was not taken. */
  problems: string[];
};

export const SNMP_VERSIONS = ['2c', '3'] as const;
export const SNMP_LEVELS = ['noAuthNoPriv', 'authNoPriv', 'authPriv'] as const;
export const SNMP_AUTHENTICATIONS = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
/** AES-128 of RFC 3826, and AES-256 with keys localised as in Blumenthal's and Reeder's drafts. */
export const SNMP_ENCRYPTIONS = ['aes', 'aes256b', 'aes256r'] as const;

export type SnmpAccess = {
  version: (typeof SNMP_VERSIONS)[number];
  port: number;
  /** v2c. */
  community: Secret;
  /** v3 (RFC 3414). */
  user: string;
  level: (typeof SNMP_LEVELS)[number];
  authentication: (typeof SNMP_AUTHENTICATIONS)[number];
  authenticationKey: Secret;
  encryption: (typeof SNMP_ENCRYPTIONS)[number];
  encryptionKey: Secret;
};

/** How one agent is asked, where it is not as the others. */
export type SnmpAgentAccess = {
  agent: string;
  /** Where its SNMP answers; '' at the agent's own address. */
  address: string;
  /** null: never asked. */
  access: SnmpAccess | null;
};

export type SnmpSettings = {
  enabled: boolean;
  everyMinutes: number;
  /**
   * Blocks of addresses: agents outside of them are asked only where they are listed in `agents`, since whoever sends a
   * datagram says which agent it is of, and would be sent the community.
   */
  within: string[];
  access: SnmpAccess;
  agents: SnmpAgentAccess[];
};

export type SnmpAgentStatus = {
  agent: string;
  address: string;
  state: 'waiting' | 'asking' | 'answered' | 'failed';
  /** A sentence where it failed, or was cut off; else ''. */
  problem: string;
  sysName: string;
  interfaces: number;
  /** When it last answered; null: not since Weir knows it. */
  answeredMs: number | null;
  /** When it is asked next; null: not by itself. */
  nextMs: number | null;
};

export type SnmpStatus = {
  settings: SnmpSettings;
  agents: SnmpAgentStatus[];
  /** One sentence where nothing can be asked here, such as of a capture; else ''. */
  problem: string;
};

export type InterfaceNamesApi = {
  'interfaceNames.list': () => OwnInterfaceName[];
  /** Sets names; an empty one takes the name away. Answers how many there are. */
  'interfaceNames.put': (names: OwnInterfaceName[]) => number;
  /** Adds lines of agent, ifIndex and name (CSV) to what there is. */
  'interfaceNames.import': (text: string) => InterfaceNamesImport;
  'snmp.get': () => SnmpStatus;
  'snmp.set': (settings: SnmpSettings) => SnmpStatus;
  /** Asks an agent now; the answer is what the status says afterwards. */
  'snmp.ask': (agent: string) => SnmpStatus;
};

/** Calls that hold for captures as well. */
export const INTERFACE_NAME_CHANGES = [
  'interfaceNames.put',
  'interfaceNames.import',
] as const satisfies readonly (keyof InterfaceNamesApi)[];
