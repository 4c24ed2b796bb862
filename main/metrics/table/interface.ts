/** Metrics of a port: its counters, its medium, its aggregation, its optics, its queues and the switch's tables. */
import { tagOf } from '../../sflow/field.ts';
import { derived, level, levels, named, Plan, percentOf, rate, rates, text, upOrDown } from '../line.ts';

/** if_counters. The counters stand in the order in which minutes are stored. */
export const ifCountersPlan = new Plan('Interface', 1, [
  rate('ifinoctets', 'ifInOctets', 'octets/s', 'In'),
  rate('ifinucastpkts', 'ifInUcastPkts', 'frames/s', 'Unicasts in'),
  rate('ifinmulticastpkts', 'ifInMulticastPkts', 'frames/s', 'Multicasts in'),
  rate('ifinbroadcastpkts', 'ifInBroadcastPkts', 'frames/s', 'Broadcasts in'),
  rate('ifindiscards', 'ifInDiscards', 'frames/s', 'Discards in'),
  rate('ifinerrors', 'ifInErrors', 'frames/s', 'Errors in'),
  rate('ifinunknownprotos', 'ifInUnknownProtos', 'frames/s', 'Unknown protocols in'),
  rate('ifoutoctets', 'ifOutOctets', 'octets/s', 'Out'),
  rate('ifoutucastpkts', 'ifOutUcastPkts', 'frames/s', 'Unicasts out'),
  rate('ifoutmulticastpkts', 'ifOutMulticastPkts', 'frames/s', 'Multicasts out'),
  rate('ifoutbroadcastpkts', 'ifOutBroadcastPkts', 'frames/s', 'Broadcasts out'),
  rate('ifoutdiscards', 'ifOutDiscards', 'frames/s', 'Discards out'),
  rate('ifouterrors', 'ifOutErrors', 'frames/s', 'Errors out'),
  derived(
    'ifinutilization',
    '%',
    'Utilisation in',
    'ifinoctets × 800 / ifspeed.',
    { rates: ['ifInOctets'], levels: ['ifSpeed'] },
    (octets, speed) => percentOf(octets * 8, speed),
  ),
  derived(
    'ifoututilization',
    '%',
    'Utilisation out',
    'ifoutoctets × 800 / ifspeed.',
    { rates: ['ifOutOctets'], levels: ['ifSpeed'] },
    (octets, speed) => percentOf(octets * 8, speed),
  ),
  derived(
    'ifinpkts',
    'frames/s',
    'Frames in',
    'Unicasts, multicasts and broadcasts in.',
    { rates: ['ifInUcastPkts', 'ifInMulticastPkts', 'ifInBroadcastPkts'] },
    knownSum,
  ),
  derived(
    'ifoutpkts',
    'frames/s',
    'Frames out',
    'Unicasts, multicasts and broadcasts out.',
    { rates: ['ifOutUcastPkts', 'ifOutMulticastPkts', 'ifOutBroadcastPkts'] },
    knownSum,
  ),
  level('ifindex', 'ifIndex', '', 'Interface index'),
  level('ifspeed', 'ifSpeed', 'bit/s', 'Speed'),
  named('iftype', 'ifType', 'Interface type'),
  named('ifdirection', 'ifDirection', 'Duplex'),
  upOrDown('ifadminstatus', 'ifStatus', 'Set to', 0),
  upOrDown('ifoperstatus', 'ifStatus', 'State', 1),
]);

/** Unicasts must be told; an agent that does not tell multicasts or broadcasts counts none of them apart. */
function knownSum(unicasts: number, ...others: number[]): number {
  return others.reduce((sum, other) => sum + (Number.isNaN(other) ? 0 : other), unicasts);
}

const ethernet = new Plan(
  'Ethernet',
  2,
  rates('frames/s', [
    ['eth_alignmenterrors', 'dot3StatsAlignmentErrors', 'Alignment errors'],
    ['eth_fcserrors', 'dot3StatsFCSErrors', 'FCS errors'],
    ['eth_singlecollisions', 'dot3StatsSingleCollisionFrames', 'Single collisions'],
    ['eth_multiplecollisions', 'dot3StatsMultipleCollisionFrames', 'Multiple collisions'],
    ['eth_sqetesterrors', 'dot3StatsSQETestErrors', 'SQE test errors'],
    ['eth_deferredtx', 'dot3StatsDeferredTransmissions', 'Deferred transmissions'],
    ['eth_latecollision', 'dot3StatsLateCollisions', 'Late collisions'],
    ['eth_excessivecollisions', 'dot3StatsExcessiveCollisions', 'Excessive collisions'],
    ['eth_internalmactxerrors', 'dot3StatsInternalMacTransmitErrors', 'MAC transmit errors'],
    ['eth_carriersenseerrors', 'dot3StatsCarrierSenseErrors', 'Carrier sense errors'],
    ['eth_frametoolongs', 'dot3StatsFrameTooLongs', 'Frames too long'],
    ['eth_internalmacrxerrors', 'dot3StatsInternalMacReceiveErrors', 'MAC receive errors'],
    ['eth_symbolerrors', 'dot3StatsSymbolErrors', 'Symbol errors'],
  ]),
);

const tokenRing = new Plan(
  'Token ring',
  3,
  rates('1/s', [
    ['tr_lineerrors', 'dot5StatsLineErrors', 'Line errors'],
    ['tr_bursterrors', 'dot5StatsBurstErrors', 'Burst errors'],
    ['tr_lostframeerrors', 'dot5StatsLostFrameErrors', 'Lost frames'],
    ['tr_receivecongestions', 'dot5StatsReceiveCongestions', 'Receive congestions'],
    ['tr_tokenerrors', 'dot5StatsTokenErrors', 'Token errors'],
    ['tr_softerrors', 'dot5StatsSoftErrors', 'Soft errors'],
    ['tr_harderrors', 'dot5StatsHardErrors', 'Hard errors'],
    ['tr_signalloss', 'dot5StatsSignalLoss', 'Signal losses'],
  ]),
);

const voiceGrade = new Plan('100BaseVG', 4, [
  ...rates('octets/s', [
    ['vg_inhighpriorityoctets', 'dot12InHighPriorityOctets', 'High priority in'],
    ['vg_innormpriorityoctets', 'dot12InNormPriorityOctets', 'Normal priority in'],
    ['vg_outhighpriorityoctets', 'dot12OutHighPriorityOctets', 'High priority out'],
  ]),
  ...rates('frames/s', [
    ['vg_inhighpriorityframes', 'dot12InHighPriorityFrames', 'High priority frames in'],
    ['vg_innormpriorityframes', 'dot12InNormPriorityFrames', 'Normal priority frames in'],
    ['vg_outhighpriorityframes', 'dot12OutHighPriorityFrames', 'High priority frames out'],
    ['vg_inipmerrors', 'dot12InIPMErrors', 'Invalid packet markers'],
    ['vg_inoversizeframeerrors', 'dot12InOversizeFrameErrors', 'Oversize frames'],
    ['vg_indataerrors', 'dot12InDataErrors', 'Data errors'],
    ['vg_innulladdressedframes', 'dot12InNullAddressedFrames', 'Null-addressed frames'],
  ]),
]);

const vlan = new Plan('VLAN', 5, [
  level('vlan_id', 'vlan_id', '', 'VLAN'),
  rate('vlan_octets', 'octets', 'octets/s', 'Octets'),
  ...rates('frames/s', [
    ['vlan_ucastpkts', 'ucastPkts', 'Unicasts'],
    ['vlan_multicastpkts', 'multicastPkts', 'Multicasts'],
    ['vlan_broadcastpkts', 'broadcastPkts', 'Broadcasts'],
    ['vlan_discards', 'discards', 'Discards'],
  ]),
]);

const wireless = new Plan('Wireless', 6, [
  level('wifi_stations', 'dot11AssociatedStationCount', 'count', 'Associated stations'),
  ...rates('frames/s', [
    ['wifi_transmittedframes', 'dot11TransmittedFrameCount', 'Frames sent'],
    ['wifi_transmittedfragments', 'dot11TransmittedFragmentCount', 'Fragments sent'],
    ['wifi_multicasttransmitted', 'dot11MulticastTransmittedFrameCount', 'Multicasts sent'],
    ['wifi_receivedfragments', 'dot11ReceivedFragmentCount', 'Fragments received'],
    ['wifi_multicastreceived', 'dot11MulticastReceivedFrameCount', 'Multicasts received'],
    ['wifi_failed', 'dot11FailedCount', 'Frames failed'],
    ['wifi_retries', 'dot11RetryCount', 'Retries'],
    ['wifi_multipleretries', 'dot11MultipleRetryCount', 'Multiple retries'],
    ['wifi_duplicates', 'dot11FrameDuplicateCount', 'Duplicates'],
    ['wifi_rtssuccess', 'dot11RTSSuccessCount', 'RTS answered'],
    ['wifi_rtsfailure', 'dot11RTSFailureCount', 'RTS unanswered'],
    ['wifi_ackfailure', 'dot11ACKFailureCount', 'ACK missing'],
    ['wifi_fcserrors', 'dot11FCSErrorCount', 'FCS errors'],
    ['wifi_undecryptable', 'dot11WEPUndecryptableCount', 'Undecryptable frames'],
    ['wifi_qosdiscarded', 'dot11QoSDiscardedFragmentCount', 'QoS fragments discarded'],
    ['wifi_cfpollsreceived', 'dot11QoSCFPollsReceivedCount', 'CF polls received'],
    ['wifi_cfpollsunused', 'dot11QoSCFPollsUnusedCount', 'CF polls unused'],
    ['wifi_cfpollsunusable', 'dot11QoSCFPollsUnusableCount', 'CF polls unusable'],
    ['wifi_cfpollslost', 'dot11QoSCFPollsLostCount', 'CF polls lost'],
  ]),
]);

const aggregation = new Plan('Link aggregation', 7, [
  text('agg_actorsystemid', 'dot3adAggPortActorSystemID', 'Actor system'),
  text('agg_partneropersystemid', 'dot3adAggPortPartnerOperSystemID', 'Partner system'),
  level('agg_attachedaggid', 'dot3adAggPortAttachedAggID', '', 'Attached aggregator'),
  ...rates('frames/s', [
    ['agg_lacpdusrx', 'dot3adAggPortStatsLACPDUsRx', 'LACP units received'],
    ['agg_lacpdustx', 'dot3adAggPortStatsLACPDUsTx', 'LACP units sent'],
    ['agg_markerpdusrx', 'dot3adAggPortStatsMarkerPDUsRx', 'Markers received'],
    ['agg_markerpdustx', 'dot3adAggPortStatsMarkerPDUsTx', 'Markers sent'],
    ['agg_markerresponsesrx', 'dot3adAggPortStatsMarkerResponsePDUsRx', 'Marker responses received'],
    ['agg_markerresponsestx', 'dot3adAggPortStatsMarkerResponsePDUsTx', 'Marker responses sent'],
    ['agg_unknownrx', 'dot3adAggPortStatsUnknownRx', 'Unknown units received'],
    ['agg_illegalrx', 'dot3adAggPortStatsIllegalRx', 'Illegal units received'],
  ]),
]);

const slowPath = new Plan(
  'Slow path',
  8,
  rates('frames/s', [
    ['slowpath_unknown', 'unknown', 'Unknown reason'],
    ['slowpath_other', 'other', 'Other reason'],
    ['slowpath_cam_miss', 'cam_miss', 'Not in the table'],
    ['slowpath_cam_full', 'cam_full', 'Table full'],
    ['slowpath_no_hw_support', 'no_hw_support', 'Not supported in hardware'],
    ['slowpath_cntrl', 'cntrl', 'Control traffic'],
  ]),
);

const infiniband = new Plan('InfiniBand', 9, [
  ...rates('frames/s', [
    ['ib_xmitpkts', 'PortXmitPkts', 'Packets sent'],
    ['ib_rcvpkts', 'PortRcvPkts', 'Packets received'],
    ['ib_rcverrors', 'PortRcvErrors', 'Receive errors'],
    ['ib_rcvremotephysicalerrors', 'PortRcvRemotePhysicalErrors', 'Remote physical errors'],
    ['ib_rcvswitchrelayerrors', 'PortRcvSwitchRelayErrors', 'Switch relay errors'],
    ['ib_xmitdiscards', 'PortXmitDiscards', 'Discards out'],
    ['ib_xmitconstrainterrors', 'PortXmitConstraintErrors', 'Constraint errors out'],
    ['ib_rcvconstrainterrors', 'PortRcvConstraintErrors', 'Constraint errors in'],
  ]),
  ...rates('1/s', [
    ['ib_symbolerrors', 'SymbolErrorCounter', 'Symbol errors'],
    ['ib_linkerrorrecovery', 'LinkErrorRecoveryCounter', 'Link recoveries'],
    ['ib_linkdowned', 'LinkDownedCounter', 'Link failures'],
    ['ib_locallinkintegrityerrors', 'LocalLinkIntegrityErrors', 'Link integrity errors'],
    ['ib_excessivebufferoverrunerrors', 'ExcessiveBufferOverrunErrors', 'Buffer overruns'],
    ['ib_vl15dropped', 'VL15Dropped', 'VL15 dropped'],
  ]),
]);

const optics = new Plan('Optics', 10, [
  level('opt_module_id', 'module_id', '', 'Module'),
  level('opt_module_lanes', 'module_num_lanes', 'count', 'Lanes'),
  level('opt_module_voltage', 'module_supply_voltage', 'V', 'Supply voltage', 0.001),
  level('opt_module_temperature', 'module_temperature', '°C', 'Module temperature', 0.001),
]);

const flowControl = new Plan('Priority flow control', 11, [
  rate('pfc_requests', 'requests', 'frames/s', 'Pauses sent'),
  rate('pfc_indications', 'indications', 'frames/s', 'Pauses received'),
  derived(
    'pfc_pause_utilization',
    '%',
    'Time paused',
    'Share of the time that the port was paused.',
    { rates: ['pause_duration'] },
    (microseconds) => microseconds / 10_000,
  ),
  rate('pfc_storm_detected', 'storm_detected', '1/s', 'Pause storms detected'),
  rate('pfc_storm_restored', 'storm_restored', '1/s', 'Pause storms ended'),
]);

const radio = new Plan('Radio', 1002, [
  derived(
    'radio_channel_utilization',
    '%',
    'Channel busy',
    'Busy time of the time on the channel.',
    { rates: ['on_channel_time', 'on_channel_busy_time'] },
    (onChannel, busy) => percentOf(busy, onChannel),
  ),
  derived(
    'radio_on_channel',
    '%',
    'On channel',
    'Time on the channel of the time that passed.',
    { rates: ['elapsed_time', 'on_channel_time'] },
    (elapsed, onChannel) => percentOf(onChannel, elapsed),
  ),
]);

const queue = new Plan('Queue', 1003, [
  level('queue_index', 'queueIndex', '', 'Queue'),
  level('queue_segment_size', 'segmentSize', 'octets', 'Segment size'),
  level('queue_segments', 'queueSegments', 'count', 'Segments'),
  ...rates('frames/s', [
    ['queue_length_0', 'queueLength0', 'Met an empty queue'],
    ['queue_length_1', 'queueLength1', 'Met 1 segment'],
    ['queue_length_2', 'queueLength2', 'Met 2 segments'],
    ['queue_length_4', 'queueLength4', 'Met up to 4 segments'],
    ['queue_length_8', 'queueLength8', 'Met up to 8 segments'],
    ['queue_length_32', 'queueLength32', 'Met up to 32 segments'],
    ['queue_length_128', 'queueLength128', 'Met up to 128 segments'],
    ['queue_length_1024', 'queueLength1024', 'Met up to 1024 segments'],
    ['queue_length_more', 'queueLengthMore', 'Met more than 1024 segments'],
    ['queue_dropped', 'dropped', 'Dropped'],
  ]),
]);

const openflow = new Plan('Interface', 1004, [
  text('of_dpid', 'datapath_id', 'OpenFlow datapath'),
  level('of_port', 'port_no', '', 'OpenFlow port'),
]);

export const portNamePlan = new Plan('Interface', 1005, [text('ifname', 'name', 'Interface name')]);

const deviceBuffers = new Plan('Buffers', tagOf(4413, 1), [
  level('bst_device_uc', 'uc_pc', '%', 'Unicast buffer', 0.01),
  level('bst_device_mc', 'mc_pc', '%', 'Multicast buffer', 0.01),
]);

const portBuffers = new Plan('Buffers', tagOf(4413, 2), [
  level('bst_port_ingress_uc', 'ingress_uc_pc', '%', 'Ingress unicast buffer', 0.01),
  level('bst_port_ingress_mc', 'ingress_mc_pc', '%', 'Ingress multicast buffer', 0.01),
  level('bst_port_egress_uc', 'egress_uc_pc', '%', 'Egress unicast buffer', 0.01),
  level('bst_port_egress_mc', 'egress_mc_pc', '%', 'Egress multicast buffer', 0.01),
]);

/** [metric, field] of the tables that tell their size beside what is used. */
const TABLES = [
  ['bcm_host', 'host_entries', 'Host table'],
  ['bcm_mac', 'mac_entries', 'MAC table'],
  ['bcm_ipv4', 'ipv4_entries', 'IPv4 table'],
  ['bcm_ipv6', 'ipv6_entries', 'IPv6 table'],
  ['bcm_ipv4_ipv6', 'ipv4_ipv6_entries', 'IPv4 and IPv6 table'],
  ['bcm_long_ipv6', 'long_ipv6_entries', 'Long IPv6 table'],
  ['bcm_total_routes', 'total_routes', 'Routes'],
  ['bcm_ecmp_nexthops', 'ecmp_nexthops', 'ECMP next hops'],
  ['bcm_acl_ingress', 'acl_ingress_entries', 'Ingress ACL'],
  ['bcm_acl_ingress_counters', 'acl_ingress_counters', 'Ingress ACL counters'],
  ['bcm_acl_ingress_meters', 'acl_ingress_meters', 'Ingress ACL meters'],
  ['bcm_acl_ingress_slices', 'acl_ingress_slices', 'Ingress ACL slices'],
  ['bcm_acl_egress', 'acl_egress_entries', 'Egress ACL'],
  ['bcm_acl_egress_counters', 'acl_egress_counters', 'Egress ACL counters'],
  ['bcm_acl_egress_meters', 'acl_egress_meters', 'Egress ACL meters'],
  ['bcm_acl_egress_slices', 'acl_egress_slices', 'Egress ACL slices'],
] as const;

const switchTables = new Plan('Switch tables', tagOf(4413, 3), [
  ...TABLES.map(([name, field, label]) =>
    derived(
      // sFlow-RT spells this one name so.
      name === 'bcm_long_ipv6' ? 'bcm_long_ipv6_utilizaton' : `${name}_utilization`,
      '%',
      label,
      `${field} of ${field}_max.`,
      { levels: [field, `${field}_max`] },
      percentOf,
    ),
  ),
  ...levels('count', [
    ['bcm_host_entries', 'host_entries', 'Host entries'],
    ['bcm_mac_entries', 'mac_entries', 'MAC entries'],
    ['bcm_ipv4_entries', 'ipv4_entries', 'IPv4 entries'],
    ['bcm_ipv6_entries', 'ipv6_entries', 'IPv6 entries'],
    ['bcm_total_routes', 'total_routes', 'Routes in the table'],
    ['bcm_ipv4_neighbors', 'ipv4_neighbors', 'IPv4 neighbours'],
    ['bcm_ipv6_neighbors', 'ipv6_neighbors', 'IPv6 neighbours'],
    ['bcm_ipv4_routes', 'ipv4_routes', 'IPv4 routes'],
    ['bcm_ipv6_routes', 'ipv6_routes', 'IPv6 routes'],
  ]),
]);

export const interfacePlans = [
  ifCountersPlan,
  ethernet,
  tokenRing,
  voiceGrade,
  vlan,
  wireless,
  aggregation,
  slowPath,
  infiniband,
  optics,
  flowControl,
  radio,
  queue,
  openflow,
  portNamePlan,
  deviceBuffers,
  portBuffers,
  switchTables,
];
