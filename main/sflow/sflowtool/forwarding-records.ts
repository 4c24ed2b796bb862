/** Records of forwarding that sflowtool prints in an order or shape of their own. */
import { GatewayFields } from '../fields.ts';
import { type Cursor, nextText, nextWord, type RecordPrinter } from './cursor.ts';
import { labelled, nextValue, printLabelled } from './labelled.ts';
import type { Printer } from './printer.ts';
import { plainAddress } from './value.ts';

/** extended_switch; its VLANs are the sample's. */
export const extendedSwitch: RecordPrinter = (out, at, state) => {
  if (at.end - at.offset >= 16) {
    state.inputVlan = at.view.getUint32(at.offset);
    state.outputVlan = at.view.getUint32(at.offset + 8);
  }
  const found = labelled('flow', 1001);
  if (found !== null) printLabelled(out, at, found);
};

/** The socket's ends count as the sample's addresses. Octets per address: 4 or 16. */
export function socket(tag: number, octets: 4 | 16): RecordPrinter {
  return (out, at, state) => {
    const { bytes, offset, end } = at;
    if (end - offset >= 4 + 2 * octets) {
      state.sourceIp = plainAddress(bytes, offset + 4, octets);
      state.destinationIp = plainAddress(bytes, offset + 4 + octets, octets);
    }
    const found = labelled('flow', tag);
    if (found !== null) printLabelled(out, at, found);
  };
}

const gatewayFields = new GatewayFields();

/** extended_gateway of version 5, 4 or 2, told by its tag. */
export function extendedGateway(tag: number): RecordPrinter {
  return (out, { bytes, view, offset, end }) => {
    const gateway = gatewayFields;
    gateway.read(view, tag, offset, end);
    out.field('extendedType', 'GATEWAY');
    if (tag === 1003)
      out.field(
        'bgp_nexthop',
        plainAddress(bytes, gateway.nextHopOffset, gateway.nextHopType === 1 ? 4 : gateway.nextHopType * 8),
      );
    if (gateway.sourcePeerAs < 0) return;
    out.field('my_as', gateway.as);
    out.field('src_as', gateway.sourceAs);
    out.field('src_peer_as', gateway.sourcePeerAs);
    const first = Math.max(0, gateway.destinationPeerAs);
    const last = Math.max(0, gateway.destinationAs);
    if (tag !== 1003 && gateway.pathStart < 0) {
      out.field('dst_as', last);
      out.field('dst_peer_as', first);
      out.field('dst_as_path_len', gateway.pathLength);
      if (gateway.pathLength > 0) out.field('dst_as_path', words(view, offset + 16, gateway.pathLength));
      return;
    }
    if (gateway.pathEnd > gateway.pathStart) out.field('dst_as_path', asPath(view, gateway));
    out.field('dst_as', last);
    out.field('dst_peer_as', first);
    if (gateway.communityCount > 0)
      out.field('BGP_communities', words(view, gateway.communitiesOffset, gateway.communityCount));
    if (gateway.localPreference >= 0) out.field('BGP_localpref', gateway.localPreference);
  };
}

/** AS numbers joined by '-'; a set stands in brackets, and segments follow each other without a mark. */
function asPath(view: DataView, gateway: GatewayFields): string {
  let path = '';
  for (let at = gateway.pathStart; at < gateway.pathEnd; ) {
    const type = view.getUint32(at);
    const count = view.getUint32(at + 4);
    if (count > 0) path += type === 1 ? `(${words(view, at + 8, count)})` : words(view, at + 8, count);
    at += 8 + 4 * count;
  }
  return path;
}

function words(view: DataView, offset: number, count: number): string {
  const texts: string[] = [];
  for (let i = 0; i < count; i++) texts.push(`${view.getUint32(offset + 4 * i)}`);
  return texts.join('-');
}

/** extended_user, whose names come after both character sets. */
export const extendedUser: RecordPrinter = (out, at) => {
  out.field('extendedType', 'USER');
  const sourceSet = nextWord(at);
  if (sourceSet === null) return;
  out.field('src_user_charset', sourceSet);
  const source = nextText(at, 200);
  const destinationSet = nextWord(at);
  if (source === null || destinationSet === null) return;
  out.field('dst_user_charset', destinationSet);
  const destination = nextText(at, 200);
  out.field('src_user', source);
  if (destination !== null) out.field('dst_user', destination);
};

/** A list of words, each shown by `show`; not printed where it is empty. */
export function stack(out: Printer, at: Cursor, label: string, show: (entry: number) => string): boolean {
  const depth = nextWord(at);
  if (depth === null || depth > (at.end - at.offset) / 4) return false;
  const entries: string[] = [];
  for (let i = 0; i < depth; i++) entries.push(show(nextWord(at) ?? 0));
  if (depth > 0) out.field(label, entries.join('-'));
  return true;
}

/** label.experimental.bottom.ttl */
function mplsEntry(entry: number): string {
  return `${entry >>> 12}.${(entry >>> 9) & 7}.${(entry >>> 8) & 1}.${entry & 255}`;
}

/** TPID, then priority.CFI.VLAN, with nothing between. */
export function vlanEntry(entry: number): string {
  const tpid = (entry >>> 16).toString(16).padStart(4, '0');
  return `0x${tpid}${(entry >>> 13) & 7}.${(entry >>> 12) & 1}.${entry & 4095}`;
}

/** extended_mpls, stacks in one line each. */
export const extendedMpls: RecordPrinter = (out, at) => {
  out.field('extendedType', 'MPLS');
  const nextHop = nextValue(at, { name: '', type: 'address', unit: '' }, {});
  if (nextHop === null) return;
  out.field('mpls_nexthop', nextHop);
  if (stack(out, at, 'mpls_input_stack', mplsEntry)) stack(out, at, 'mpls_output_stack', mplsEntry);
};
