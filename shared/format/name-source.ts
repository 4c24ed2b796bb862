/** Where the name of an agent or an interface is from, in words. */
import type { NameSource } from '../model/interface-name.ts';

export const NAME_SOURCE_WORDS: Record<NameSource, string> = {
  own: 'your own name',
  agent: 'named by its samples',
  snmp: 'named by SNMP',
  number: 'guessed from its ifIndex, as NX-OS numbers ports',
  none: 'no name known',
};
