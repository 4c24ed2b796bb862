/** Headers added and removed: sflow_tunnels.txt, and the InfiniBand headers of draft_sflow_infiniband_2.txt. */
import { flowRecord, group, integers32, octets, u32 } from '../field.ts';
import { sampledEthernet, sampledIpv4, sampledIpv6 } from './packet.ts';

const DOCUMENT = 'sflow_tunnels.txt';
const INFINIBAND = 'draft_sflow_infiniband_2.txt';

export const tunnelRecords = [
  flowRecord({
    format: 1021,
    name: 'extended_L2_tunnel_egress',
    document: DOCUMENT,
    fields: [group('header', sampledEthernet.fields)],
  }),
  flowRecord({
    format: 1022,
    name: 'extended_L2_tunnel_ingress',
    document: DOCUMENT,
    fields: [group('header', sampledEthernet.fields)],
  }),
  flowRecord({
    format: 1023,
    name: 'extended_ipv4_tunnel_egress',
    document: DOCUMENT,
    fields: [group('header', sampledIpv4.fields)],
  }),
  flowRecord({
    format: 1024,
    name: 'extended_ipv4_tunnel_ingress',
    document: DOCUMENT,
    fields: [group('header', sampledIpv4.fields)],
  }),
  flowRecord({
    format: 1025,
    name: 'extended_ipv6_tunnel_egress',
    document: DOCUMENT,
    fields: [group('header', sampledIpv6.fields)],
  }),
  flowRecord({
    format: 1026,
    name: 'extended_ipv6_tunnel_ingress',
    document: DOCUMENT,
    fields: [group('header', sampledIpv6.fields)],
  }),
  flowRecord({
    format: 1027,
    name: 'extended_decapsulate_egress',
    document: DOCUMENT,
    fields: [u32('inner_header_offset', 'octets')],
  }),
  flowRecord({
    format: 1028,
    name: 'extended_decapsulate_ingress',
    document: DOCUMENT,
    fields: [u32('inner_header_offset', 'octets')],
  }),
  flowRecord({ format: 1029, name: 'extended_vni_egress', document: DOCUMENT, fields: [u32('vni')] }),
  flowRecord({ format: 1030, name: 'extended_vni_ingress', document: DOCUMENT, fields: [u32('vni')] }),
  flowRecord({
    format: 1031,
    name: 'extended_ib_lrh',
    document: INFINIBAND,
    fields: [
      ...integers32('', 'src_vl', 'src_sl', 'src_dlid', 'src_slid', 'src_lnh'),
      ...integers32('', 'dst_vl', 'dst_sl', 'dst_dlid', 'dst_slid', 'dst_lnh'),
    ],
  }),
  flowRecord({
    format: 1032,
    name: 'extended_ib_grh',
    document: INFINIBAND,
    fields: [
      u32('flow_label'),
      u32('tc'),
      octets('s_gid', 16),
      octets('d_gid', 16),
      u32('next_header'),
      u32('length', 'octets'),
    ],
  }),
  flowRecord({
    format: 1033,
    name: 'extended_ib_bth',
    document: INFINIBAND,
    fields: integers32('', 'pkey', 'dst_qp', 'opcode'),
  }),
] as const;
