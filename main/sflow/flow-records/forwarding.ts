/** What the device did with the packet: VLANs, routes, BGP paths, MPLS, address translation, queues. */
import { AS_SEGMENT_TYPE, CHARACTER_SET, URL_DIRECTION } from '../enumerations.ts';
import { address, flowRecord, list, text, u32, u64 } from '../field.ts';

const VERSION_5 = 'sflow_version_5.txt';
const UNKNOWN_VLAN = { unknown: 0xffffffff };

export const extendedSwitch = flowRecord({
  format: 1001,
  name: 'extended_switch',
  document: 'sflow_version_5.txt, errata',
  fields: [
    u32('src_vlan', '', UNKNOWN_VLAN),
    u32('src_priority', '', UNKNOWN_VLAN),
    u32('dst_vlan', '', UNKNOWN_VLAN),
    u32('dst_priority', '', UNKNOWN_VLAN),
  ],
});

export const extendedRouter = flowRecord({
  format: 1002,
  name: 'extended_router',
  document: VERSION_5,
  fields: [address('nexthop'), u32('src_mask_len', 'bits'), u32('dst_mask_len', 'bits')],
});

export const extendedGateway = flowRecord({
  format: 1003,
  name: 'extended_gateway',
  document: VERSION_5,
  fields: [
    address('nexthop'),
    u32('as'),
    u32('src_as'),
    u32('src_peer_as'),
    list('dst_as_path', [u32('segment_type', '', { names: AS_SEGMENT_TYPE }), list('as', [u32('')])]),
    list('communities', [u32('')]),
    u32('localpref'),
  ],
});

const extendedUser = flowRecord({
  format: 1004,
  name: 'extended_user',
  document: VERSION_5,
  fields: [
    u32('src_charset', '', { names: CHARACTER_SET }),
    text('src_user'),
    u32('dst_charset', '', { names: CHARACTER_SET }),
    text('dst_user'),
  ],
});

const extendedUrl = flowRecord({
  format: 1005,
  name: 'extended_url',
  document: VERSION_5,
  deprecated: true,
  fields: [u32('direction', '', { names: URL_DIRECTION }), text('url'), text('host')],
});

const extendedMpls = flowRecord({
  format: 1006,
  name: 'extended_mpls',
  document: VERSION_5,
  fields: [
    address('nexthop'),
    list('in_stack', [u32('', '', { show: 'hex' })]),
    list('out_stack', [u32('', '', { show: 'hex' })]),
  ],
});

const extendedNat = flowRecord({
  format: 1007,
  name: 'extended_nat',
  document: VERSION_5,
  fields: [address('src_address'), address('dst_address')],
});

const extendedMplsTunnel = flowRecord({
  format: 1008,
  name: 'extended_mpls_tunnel',
  document: VERSION_5,
  fields: [text('tunnel_lsp_name'), u32('tunnel_id'), u32('tunnel_cos')],
});

const extendedMplsVc = flowRecord({
  format: 1009,
  name: 'extended_mpls_vc',
  document: VERSION_5,
  fields: [text('vc_instance_name'), u32('vll_vc_id'), u32('vc_label_cos')],
});

const extendedMplsFtn = flowRecord({
  format: 1010,
  name: 'extended_mpls_FTN',
  document: VERSION_5,
  fields: [text('mplsFTNDescr'), u32('mplsFTNMask')],
});

const extendedMplsLdpFec = flowRecord({
  format: 1011,
  name: 'extended_mpls_LDP_FEC',
  document: VERSION_5,
  fields: [u32('mplsFecAddrPrefixLength', 'bits')],
});

const extendedVlanTunnel = flowRecord({
  format: 1012,
  name: 'extended_vlantunnel',
  document: VERSION_5,
  fields: [list('stack', [u32('', '', { show: 'hex' })])],
});

const extendedOpenflow = flowRecord({
  format: 1017,
  name: 'extended_openflow_v1',
  document: 'draft-sflow-openflow.txt',
  deprecated: true,
  fields: [
    u64('flow_cookie'),
    u32('flow_match', '', { show: 'hex' }),
    u32('flow_actions', '', { show: 'hex' }),
  ],
});

const extendedFibreChannel = flowRecord({
  format: 1018,
  name: 'extended_fc',
  document: 'sFlow, CEE and FCoE discussion; RFC 4625',
  fields: [
    u32('src_mask_len', 'bits'),
    u32('dst_mask_len', 'bits'),
    u32('next_hop', '', { show: 'hex' }),
    u32('metric'),
  ],
});

const extendedQueueLength = flowRecord({
  format: 1019,
  name: 'extended_queue_length',
  document: 'sFlow discussion, queue length monitoring',
  fields: [u32('queueIndex'), u32('queueLength', 'segments')],
});

const extendedNatPort = flowRecord({
  format: 1020,
  name: 'extended_nat_port',
  document: 'sflow_pnat.txt',
  fields: [u32('src_port'), u32('dst_port')],
});

const extendedVlanIn = flowRecord({
  format: 1034,
  name: 'extended_vlanin',
  document: 'sFlow discussion',
  fields: [list('stack', [u32('', '', { show: 'hex' })])],
});

const extendedVlanOut = flowRecord({
  format: 1035,
  name: 'extended_vlanout',
  document: 'sFlow discussion',
  fields: [list('stack', [u32('', '', { show: 'hex' })])],
});

const extendedTransit = flowRecord({
  format: 1039,
  name: 'extended_transit',
  document: 'sflow_transit.txt',
  fields: [u32('delay', 'ns')],
});

const extendedQueue = flowRecord({
  format: 1040,
  name: 'extended_queue',
  document: 'sflow_transit.txt',
  fields: [u32('depth', 'octets')],
});

const extendedTimestamp = flowRecord({
  format: 1043,
  name: 'extended_timestamp',
  document: 'host-sflow src/sflow/sflow.h',
  fields: [u64('nanoseconds', 'ns since 1970')],
});

const extendedBstEgressQueue = flowRecord({
  enterprise: 4413,
  format: 1,
  name: 'extended_bst_egress_queue',
  document: 'bv-sflow.txt',
  fields: [u32('queue')],
});

export const forwardingRecords = [
  extendedSwitch,
  extendedRouter,
  extendedGateway,
  extendedUser,
  extendedUrl,
  extendedMpls,
  extendedNat,
  extendedMplsTunnel,
  extendedMplsVc,
  extendedMplsFtn,
  extendedMplsLdpFec,
  extendedVlanTunnel,
  extendedOpenflow,
  extendedFibreChannel,
  extendedQueueLength,
  extendedNatPort,
  extendedVlanIn,
  extendedVlanOut,
  extendedTransit,
  extendedQueue,
  extendedTimestamp,
  extendedBstEgressQueue,
] as const;
