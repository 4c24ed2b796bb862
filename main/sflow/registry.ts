/**
 * Every structure that Weir knows, found by tag or by name: the families' explicit lists, put together. A new
 * record is one literal in its family's list and shows up wherever this registry is used.
 */
import { applicationCounterRecords } from './counter-records/application.ts';
import { hostRecords } from './counter-records/host.ts';
import { interfaceRecords } from './counter-records/interface.ts';
import type { RecordType, Space } from './field.ts';
import { applicationRecords } from './flow-records/application.ts';
import { dropRecords } from './flow-records/drops.ts';
import { forwardingRecords } from './flow-records/forwarding.ts';
import { legacyRecords } from './flow-records/legacy.ts';
import { packetRecords } from './flow-records/packet.ts';
import { tunnelRecords } from './flow-records/tunnels.ts';
import { wirelessRecords } from './flow-records/wireless.ts';
import { sampleTypes } from './samples.ts';

/** Records of flow samples and discarded packets, by tag (enterprise << 12 | format). */
export const flowRecords: ReadonlyMap<number, RecordType> = byTag([
  ...packetRecords,
  ...forwardingRecords,
  ...wirelessRecords,
  ...tunnelRecords,
  ...dropRecords,
  ...applicationRecords,
  ...legacyRecords,
]);

/** Records of counter samples, by tag. */
export const counterRecords: ReadonlyMap<number, RecordType> = byTag([
  ...interfaceRecords,
  ...hostRecords,
  ...applicationCounterRecords,
]);

/** Samples, by tag. */
export const sampleStructures: ReadonlyMap<number, RecordType> = byTag([...sampleTypes]);

/** All structures, by space and tag. */
export const structures: Record<Space, ReadonlyMap<number, RecordType>> = {
  flow: flowRecords,
  counter: counterRecords,
  sample: sampleStructures,
};

/** The structures in the order of their tags. Two of one tag are a mistake in a declaration, and raised. */
function byTag(list: RecordType[]): Map<number, RecordType> {
  const map = new Map<number, RecordType>();
  for (const structure of list.sort((a, b) => a.tag - b.tag)) {
    const other = map.get(structure.tag);
    if (other) throw new Error(`The records ${other.name} and ${structure.name} have one tag.`);
    map.set(structure.tag, structure);
  }
  return map;
}

/** The structure with this tag, or null where it is not known. */
export function structureByTag(space: Space, tag: number): RecordType | null {
  return structures[space].get(tag) ?? null;
}

/** The structure of this name; of two with one name the one that is not deprecated. Null where unknown. */
export function structureByName(space: Space, name: string): RecordType | null {
  let named: RecordType | null = null;
  for (const structure of structures[space].values())
    if (structure.name === name && (named === null || named.deprecated)) named = structure;
  return named;
}
