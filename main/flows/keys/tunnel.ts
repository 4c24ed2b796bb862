/** Keys of tunnels and labels: what stands between a packet and the packet inside it. */
import { GENEVE, GRE, GTP_U, VXLAN, VXLAN_GPE } from '../../packet/protocols.ts';
import { NUMBER, TEXT } from '../form.ts';
import { either, field, key, type Read, recordField } from './line.ts';
import { begin, finish, put, putNumber } from './scratch.ts';

const DASH = 0x2d;

/** The virtual network id, where the tunnel is of one of these protocols. */
const network = (...protocols: readonly number[]): Read =>
  field((layer) => (protocols.includes(layer.tunnelProtocol) ? layer.vni : -1));

/** The 32-bit key of a tunnel of one protocol. */
const tunnelKey =
  (protocol: number): Read =>
  (sample, layer, out, at) => {
    if (layer.tunnelProtocol !== protocol || layer.tunnelKey < 0) return false;
    out[at] = sample.header.view.getUint32(layer.tunnelKey);
    return true;
  };

const labels: Read = (_sample, layer, out, at) => {
  if (layer.labelCount === 0) return false;
  begin();
  for (let i = 0; i < layer.labelCount; i++) {
    if (i > 0) put(DASH);
    putNumber(layer.label[i]! >>> 12);
  }
  out[at] = finish();
  return true;
};

export const tunnelKeys = [
  key(
    'vni',
    'VNI',
    NUMBER,
    field((layer) => layer.vni),
    'Virtual network id of the tunnel behind this layer, else the one that the switch says it took off or put on.',
    either(recordField(1030, 'vni'), recordField(1029, 'vni')),
  ),
  key('vxlanvni', 'VXLAN', NUMBER, network(VXLAN, VXLAN_GPE), 'Virtual network id of VXLAN.'),
  key('grevsid', 'NVGRE', NUMBER, network(GRE), 'Virtual subnet id of NVGRE.'),
  key('genevevni', 'GENEVE', NUMBER, network(GENEVE), 'Virtual network id of GENEVE.'),
  key('grekey', 'GRE key', NUMBER, tunnelKey(GRE), 'Key of GRE. A key of Weir’s own.'),
  key('gtpteid', 'GTP tunnel', NUMBER, tunnelKey(GTP_U), 'Tunnel endpoint id of GTP-U. A key of Weir’s own.'),
  key('mplslabels', 'MPLS labels', TEXT, labels, 'MPLS labels, outermost first, as in 16-100.'),
] as const;
