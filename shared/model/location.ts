/** Where a host is attached, learned from samples alone. */
import type { KnownName } from './knowledge.ts';

/** A port that a sender's packets enter the heard network by. */
export type HostPlace = {
  agent: string;
  /** '' where the agent has no name. */
  agentName: string;
  ifIndex: number;
  interfaceName: string;
  /** What the network's keepers wrote at the port (ifAlias), else ''. */
  alias: string;
  /** Of its newest sample there; null where that was untagged and the agent told none. */
  vlan: number | null;
};

export type LocatedHost = {
  /** IP address, or MAC address as twelve digits. */
  address: string;
  name: KnownName | null;
  place: HostPlace;
  /** First sample at this place, newest sample, and how many. */
  sinceMs: number;
  lastMs: number;
  samples: number;
  /**
   * Of an IP address: the MAC address that it sends by, where it is attached itself; null where a router sends for it,
   * so that the place is where it enters, not where it stands.
   */
  mac: string | null;
  /** Of a MAC address: the IP addresses that send by it, 16 at most. */
  addresses: string[];
  /** Where it is seen too, such as the other leg of a bundle over two switches; null: nowhere. */
  alsoAt: HostPlace | null;
};

export type HostMove = { address: string; from: HostPlace; to: HostPlace; atMs: number };

export type LocateAnswer = {
  hosts: LocatedHost[];
  /** How many are known, before the limit. */
  found: number;
  /** Newest first. */
  moves: HostMove[];
};

export type LocationsApi = {
  /**
   * Where an address is, or every one of a block ('10.1.0.0/16'), or of whom the name holds the text; '' all, newest
   * first. `limit` bounds hosts and moves.
   */
  locate: (text: string, limit: number) => LocateAnswer;
};
