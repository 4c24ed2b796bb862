/**
 * Names that only a filter knows, Weir's own. Some ask both directions at once, so that a talk is found whichever
 * way its frames went: `address=10.4.1.2` holds where any of its keys has the value, `address!=10.4.1.2` where
 * none has, `address=null` where none is there. `ipsource.*` asks the packet and those inside of its tunnels, and
 * `layer=vxlan` for one word of the stack.
 */

import type { FlowKeyDescription } from '../../shared/model/catalog.ts';
import { MAX_LAYERS } from '../packet/header.ts';
import { STACK_WORDS } from '../packet/protocols.ts';

/** The name that asks for one word of the stack. */
export const LAYER = 'layer';

export type EitherKey = FlowKeyDescription & { keys: readonly string[] };

export const eitherKeys: readonly EitherKey[] = [
  {
    name: 'address',
    label: 'Source or destination',
    type: 'address',
    about: 'An IPv4 or IPv6 address, or a subnet as in 10.0.0.0/8, at either end. For filters only.',
    keys: ['ipsource', 'ipdestination', 'ip6source', 'ip6destination'],
  },
  {
    name: 'port',
    label: 'Either port',
    type: 'number',
    about: 'A port of TCP, UDP or SCTP at either end. For filters only.',
    keys: ['sourceport', 'destinationport'],
  },
  {
    name: 'mac',
    label: 'Either MAC',
    type: 'mac',
    about: 'A MAC address at either end. For filters only.',
    keys: ['macsource', 'macdestination'],
  },
  {
    name: LAYER,
    label: 'Layer',
    type: 'text',
    about: 'A protocol anywhere in the packet, as in vxlan or dns. For filters only.',
    keys: ['stack'],
    values: STACK_WORDS.filter((word) => word !== ''),
  },
];

const INNER_LAYERS = Array.from({ length: MAX_LAYERS - 1 }, (_, inner) => inner + 1);

/** The keys behind the left side of a test: one, or those of a name for either end (also of an inner layer). */
export function keysBehind(left: string): readonly string[] {
  const [, name = '', layer = ''] = /^(.*?)(\.(?:\d+|\*))?$/s.exec(left)!;
  const keys = eitherKeys.find((known) => known.name === name)?.keys ?? [name];
  if (layer !== '.*') return keys.map((key) => key + layer);
  return keys.flatMap((key) => [key, ...INNER_LAYERS.map((inner) => `${key}.${inner}`)]);
}
