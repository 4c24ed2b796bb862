/** Keys of what a router knows of the packet's way: extended_router (0:1002) and extended_gateway (0:1003). */
import type { Sample } from '../../samples/sample.ts';
import { ABSENT, GatewayFields, RouterFields } from '../../sflow/fields.ts';
import { extendedGateway, extendedRouter } from '../../sflow/flow-records/forwarding.ts';
import { gatewayVersion2, gatewayVersion4 } from '../../sflow/flow-records/legacy.ts';
import { ADDRESS, NUMBER, TEXT } from '../form.ts';
import { type Read, sampleKey, writeAddress } from './line.ts';
import { begin, finish, put, putNumber } from './scratch.ts';

/** Read anew for each sample. */
const router = new RouterFields();
const gateway = new GatewayFields();

function readRouter(sample: Sample): boolean {
  const { records } = sample.flow;
  const index = records.find(extendedRouter.tag);
  return index >= 0 && router.read(sample.datagram.view, records.start[index]!, records.end[index]!);
}

/** Whether there is such a record of any version; what it ended before is ABSENT. */
function readGateway(sample: Sample): boolean {
  const { records } = sample.flow;
  let index = records.find(extendedGateway.tag);
  if (index < 0) index = records.find(gatewayVersion4.tag);
  if (index < 0) index = records.find(gatewayVersion2.tag);
  if (index < 0) return false;
  gateway.read(sample.datagram.view, records.tag[index]!, records.start[index]!, records.end[index]!);
  return true;
}

const fromRouter =
  (get: (fields: RouterFields) => number): Read =>
  (sample, _layer, out, at) => {
    if (!readRouter(sample)) return false;
    const value = get(router);
    if (value === ABSENT) return false;
    out[at] = value;
    return true;
  };

const fromGateway =
  (get: (fields: GatewayFields) => number): Read =>
  (sample, _layer, out, at) => {
    if (!readGateway(sample)) return false;
    const value = get(gateway);
    if (value === ABSENT) return false;
    out[at] = value;
    return true;
  };

const AS_SET = 1;
const DASH = 0x2d;
const SPACE = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const COLON = 0x3a;

/** '64512-64513-{64514 64515}': AS in the order of the path, sets in braces. */
const path: Read = (sample, _layer, out, at) => {
  if (!readGateway(sample) || gateway.pathEnd === ABSENT || gateway.pathLength === 0) return false;
  const { view } = sample.datagram;
  begin();
  let first = true;
  for (let offset = gateway.pathStart; offset + 8 <= gateway.pathEnd; ) {
    const isSet = view.getUint32(offset) === AS_SET;
    const count = view.getUint32(offset + 4);
    offset += 8;
    for (let i = 0; i < count; i++, offset += 4) {
      if (isSet && i > 0) put(SPACE);
      else if (!first) put(DASH);
      if (isSet && i === 0) put(OPEN);
      putNumber(view.getUint32(offset));
      first = false;
    }
    if (isSet && count > 0) put(CLOSE);
  }
  out[at] = finish();
  return true;
};

/** '64512:1-64512:2'. */
const communities: Read = (sample, _layer, out, at) => {
  if (!readGateway(sample) || gateway.communityCount === 0) return false;
  const { view } = sample.datagram;
  begin();
  for (let i = 0; i < gateway.communityCount; i++) {
    const community = view.getUint32(gateway.communitiesOffset + 4 * i);
    if (i > 0) put(DASH);
    putNumber(community >>> 16);
    put(COLON);
    putNumber(community & 0xffff);
  }
  out[at] = finish();
  return true;
};

const nextHop: Read = (sample, _layer, out, at) =>
  readRouter(sample) && writeAddress(router.nextHopType, sample.datagram.view, router.nextHopOffset, out, at);

const bgpNextHop: Read = (sample, _layer, out, at) =>
  readGateway(sample) &&
  writeAddress(gateway.nextHopType, sample.datagram.view, gateway.nextHopOffset, out, at);

export const routingKeys = [
  sampleKey('ipnexthoprouter', 'Next hop', ADDRESS, nextHop, 'Address of the next router.'),
  sampleKey(
    'ipsourcemaskbits',
    'Source mask',
    NUMBER,
    fromRouter((fields) => fields.sourceMaskLength),
    'Prefix length of the route to the source, in bits.',
  ),
  sampleKey(
    'ipdestinationmaskbits',
    'Destination mask',
    NUMBER,
    fromRouter((fields) => fields.destinationMaskLength),
    'Prefix length of the route to the destination, in bits.',
  ),
  sampleKey('bgpnexthop', 'BGP next hop', ADDRESS, bgpNextHop, 'Address of the next border router.'),
  sampleKey(
    'bgpas',
    'AS',
    NUMBER,
    fromGateway((fields) => fields.as),
    'AS number of the router.',
  ),
  sampleKey(
    'bgpsourceas',
    'Source AS',
    NUMBER,
    fromGateway((fields) => fields.sourceAs),
    'AS number of the source.',
  ),
  sampleKey(
    'bgpsourcepeeras',
    'Source peer AS',
    NUMBER,
    fromGateway((fields) => fields.sourcePeerAs),
    'AS number of the neighbour towards the source.',
  ),
  sampleKey(
    'bgpdestinationas',
    'Destination AS',
    NUMBER,
    fromGateway((fields) => fields.destinationAs),
    'AS number of the destination: the last of the path.',
  ),
  sampleKey(
    'bgpdestinationpeeras',
    'Destination peer AS',
    NUMBER,
    fromGateway((fields) => fields.destinationPeerAs),
    'AS number of the neighbour towards the destination: the first of the path.',
  ),
  sampleKey(
    'bgpdestinationaspath',
    'AS path',
    TEXT,
    path,
    'AS path to the destination, as in 64512-64513; sets in braces.',
  ),
  sampleKey(
    'bgpcommunities',
    'Communities',
    TEXT,
    communities,
    'BGP communities of the route, as in 64512:1-64512:2.',
  ),
  sampleKey(
    'bgplocalpref',
    'Local preference',
    NUMBER,
    fromGateway((fields) => fields.localPreference),
    'BGP local preference of the route.',
  ),
] as const;
