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

/** All structures of a space, in the order of their tags. */
export const structures: Record<Space, readonly RecordType[]> = {
  flow: byTag([
    ...packetRecords,
    ...forwardingRecords,
    ...wirelessRecords,
    ...tunnelRecords,
    ...dropRecords,
    ...applicationRecords,
    ...legacyRecords,
  ]),
  counter: byTag([...interfaceRecords, ...hostRecords, ...applicationCounterRecords]),
  sample: byTag([...sampleTypes]),
};

const found = {
  flow: new Map(structures.flow.map((structure) => [structure.tag, structure])),
  counter: new Map(structures.counter.map((structure) => [structure.tag, structure])),
  sample: new Map(structures.sample.map((structure) => [structure.tag, structure])),
};

function byTag(list: RecordType[]): RecordType[] {
  return list.sort((a, b) => a.tag - b.tag);
}

/** The structure with this tag (enterprise << 12 | format), or null where it is not known. */
export function structureByTag(space: Space, tag: number): RecordType | null {
  return found[space].get(tag) ?? null;
}

/** The structure of this name; of two with one name the one that is not deprecated. Null where unknown. */
export function structureByName(space: Space, name: string): RecordType | null {
  const named = structures[space].filter((structure) => structure.name === name);
  return named.find((structure) => !structure.deprecated) ?? named[0] ?? null;
}
