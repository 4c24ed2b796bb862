/**
 * The key table: one line per flow key, named as sFlow-RT names it, in the families of `keys/`. A line reads its
 * one field from the octets of the sample into 32-bit words (on the hot path: no allocation, false where the field
 * is absent); its form makes text from such words only when somebody looks. Keys that are Weir's own say so.
 */
import type { FlowKeyDescription } from '../../shared/model/catalog.ts';
import { dnsKeys } from './keys/dns.ts';
import { ethernetKeys } from './keys/ethernet.ts';
import { infinibandKeys } from './keys/infiniband.ts';
import { ipKeys } from './keys/ip.ts';
import type { FlowKey } from './keys/line.ts';
import { requestKeys } from './keys/request.ts';
import { routingKeys } from './keys/routing.ts';
import { sampleKeys } from './keys/sample.ts';
import { socketKeys } from './keys/socket.ts';
import { transportKeys } from './keys/transport.ts';
import { tunnelKeys } from './keys/tunnel.ts';

export const flowKeys: readonly FlowKey[] = [
  ...sampleKeys,
  ...ethernetKeys,
  ...ipKeys,
  ...transportKeys,
  ...dnsKeys,
  ...tunnelKeys,
  ...infinibandKeys,
  ...routingKeys,
  ...requestKeys,
  ...socketKeys,
];

const byName = new Map(flowKeys.map((line) => [line.name, line]));

/** The line of a key by its name, or null. */
export function flowKey(name: string): FlowKey | null {
  return byName.get(name) ?? null;
}

/** Keys that only requests of applications have; `bytes`, which frames have too, is none of them. */
const ofRequests = new Set(
  [...requestKeys, ...socketKeys].map(({ name }) => name).filter((name) => name !== 'bytes'),
).add('requests');

export function isKeyOfRequests(name: string): boolean {
  return ofRequests.has(name);
}

/** What a user is told of a key. */
export function describeKey(line: FlowKey): FlowKeyDescription {
  const { name, label, about, form, layered } = line;
  return { name, label, type: form.type, about, layered, numeric: form.type === 'number' };
}
