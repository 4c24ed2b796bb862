/** Where the name of an agent, an interface or an address is from, in words. */
import type { NameSource } from '../model/interface-name.ts';
import type { NameOrigin } from '../model/knowledge.ts';

export const NAME_SOURCE_WORDS: Record<NameSource, string> = {
  own: 'your own name',
  agent: 'named by its samples',
  snmp: 'named by SNMP',
  number: 'guessed from its ifIndex, as NX-OS numbers ports',
  none: 'no name known',
};

export const ORIGIN_WORDS: Readonly<Record<NameOrigin, string>> = {
  own: 'your own name',
  host: 'told by the host itself',
  dns: 'told by a name server',
  heard: 'from a sampled DNS answer',
  dhcp: 'from a sampled DHCP frame',
  netbios: 'from a sampled NetBIOS frame',
  lldp: 'from a sampled LLDP frame',
  vendor: 'maker of the network card',
};
