/**
 * What key functions know that no sample tells: groups, maps, places, names. One such object is handed in when a
 * definition is compiled. Every question may be answered null for "not known (yet)": then the function's result
 * is absent, or what its own file says. Answers are asked for once per distinct key and kept; `revision` says
 * when they are to be asked again.
 */
import { BUNDLED_SERVICES, type ServiceNames } from '../../../shared/format/service-names.ts';
import type { HostAttribute } from '../../../shared/model/knowledge.ts';
import type { KeyNames } from '../key.ts';

export type FunctionContext = {
  /**
   * Grows when any answer may have changed; results made before are then made anew. Asked per sample, so it is to
   * be a plain number read. Sources whose answers trickle in (DNS) let it grow once in some seconds, not each time.
   */
  revision(): number;
  names: KeyNames;
  /** What services and IP protocols are called, and so which port of a packet is the server's. */
  services(): ServiceNames;
  /** The group of a table that an IP or MAC address, spelled as its key is, belongs to. */
  group(address: string, table: string): string | null;
  /** What a table of exact values says for a text. */
  mapped(value: string, table: string): string | null;
  /** ISO 3166 code and name of the country of an IP address. */
  country(address: string): { code: string; name: string } | null;
  /** The autonomous system that announces an IP address. */
  autonomousSystem(address: string): { number: number; description: string } | null;
  /** Who a MAC address (twelve hexadecimal digits) was assigned to. */
  vendor(mac: string): string | null;
  /** An attribute of the host that owns an IP or MAC address. */
  host(address: string, attribute: HostAttribute): string | null;
  /** The name of an IP address. Must not block: null at first, and a new revision once it is known. */
  domainName(address: string): string | null;
  /** The topology's node for an agent. */
  node(agent: string): string | null;
  /** The topology's link at a port. */
  link(agent: string, ifIndex: number): string | null;
};

const unknown = (): null => null;

/** Nothing is known: what functions answer before any source of knowledge is there. */
export const NO_CONTEXT: FunctionContext = {
  revision: () => 0,
  names: { agentName: () => '', interfaceName: (_agent, ifIndex) => `if ${ifIndex}` },
  services: () => BUNDLED_SERVICES,
  group: unknown,
  mapped: unknown,
  country: unknown,
  autonomousSystem: unknown,
  vendor: unknown,
  host: unknown,
  domainName: unknown,
  node: unknown,
  link: unknown,
};
