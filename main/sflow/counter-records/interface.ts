/** Counters of a port: generic, by medium, its link aggregation, its optics. */
import { IF_DIRECTION, IF_STATUS, IF_TYPE } from '../enumerations.ts';
import {
  counter32,
  counter64,
  counterRecord,
  counters32,
  i32,
  integers32,
  list,
  mac,
  octets,
  percentage,
  text,
  u32,
  u64,
} from '../field.ts';

const VERSION_5 = 'sflow_version_5.txt';

export const ifCounters = counterRecord({
  format: 1,
  name: 'if_counters',
  document: VERSION_5,
  fields: [
    u32('ifIndex'),
    u32('ifType', '', { names: IF_TYPE }),
    u64('ifSpeed', 'bit/s'),
    u32('ifDirection', '', { names: IF_DIRECTION }),
    u32('ifStatus', '', { names: IF_STATUS }),
    counter64('ifInOctets', 'octets'),
    ...counters32('frames', 'ifInUcastPkts', 'ifInMulticastPkts', 'ifInBroadcastPkts'),
    ...counters32('frames', 'ifInDiscards', 'ifInErrors', 'ifInUnknownProtos'),
    counter64('ifOutOctets', 'octets'),
    ...counters32('frames', 'ifOutUcastPkts', 'ifOutMulticastPkts', 'ifOutBroadcastPkts'),
    ...counters32('frames', 'ifOutDiscards', 'ifOutErrors'),
    u32('ifPromiscuousMode'),
  ],
});

export const ethernetCounters = counterRecord({
  format: 2,
  name: 'ethernet_counters',
  document: VERSION_5,
  fields: [
    ...counters32('frames', 'dot3StatsAlignmentErrors', 'dot3StatsFCSErrors'),
    ...counters32('frames', 'dot3StatsSingleCollisionFrames', 'dot3StatsMultipleCollisionFrames'),
    ...counters32('', 'dot3StatsSQETestErrors'),
    ...counters32('frames', 'dot3StatsDeferredTransmissions', 'dot3StatsLateCollisions'),
    ...counters32('frames', 'dot3StatsExcessiveCollisions', 'dot3StatsInternalMacTransmitErrors'),
    ...counters32('', 'dot3StatsCarrierSenseErrors'),
    ...counters32('frames', 'dot3StatsFrameTooLongs', 'dot3StatsInternalMacReceiveErrors'),
    ...counters32('', 'dot3StatsSymbolErrors'),
  ],
});

export const tokenringCounters = counterRecord({
  format: 3,
  name: 'tokenring_counters',
  document: VERSION_5,
  fields: [
    ...counters32('', 'dot5StatsLineErrors', 'dot5StatsBurstErrors', 'dot5StatsACErrors'),
    ...counters32('', 'dot5StatsAbortTransErrors', 'dot5StatsInternalErrors', 'dot5StatsLostFrameErrors'),
    ...counters32('', 'dot5StatsReceiveCongestions', 'dot5StatsFrameCopiedErrors', 'dot5StatsTokenErrors'),
    ...counters32('', 'dot5StatsSoftErrors', 'dot5StatsHardErrors', 'dot5StatsSignalLoss'),
    ...counters32('', 'dot5StatsTransmitBeacons', 'dot5StatsRecoverys', 'dot5StatsLobeWires'),
    ...counters32('', 'dot5StatsRemoves', 'dot5StatsSingles', 'dot5StatsFreqErrors'),
  ],
});

export const vgCounters = counterRecord({
  format: 4,
  name: 'vg_counters',
  document: VERSION_5,
  fields: [
    counter32('dot12InHighPriorityFrames', 'frames'),
    counter64('dot12InHighPriorityOctets', 'octets'),
    counter32('dot12InNormPriorityFrames', 'frames'),
    counter64('dot12InNormPriorityOctets', 'octets'),
    ...counters32('frames', 'dot12InIPMErrors', 'dot12InOversizeFrameErrors', 'dot12InDataErrors'),
    ...counters32('frames', 'dot12InNullAddressedFrames', 'dot12OutHighPriorityFrames'),
    counter64('dot12OutHighPriorityOctets', 'octets'),
    counter32('dot12TransitionIntoTrainings'),
    counter64('dot12HCInHighPriorityOctets', 'octets'),
    counter64('dot12HCInNormPriorityOctets', 'octets'),
    counter64('dot12HCOutHighPriorityOctets', 'octets'),
  ],
});

export const vlanCounters = counterRecord({
  format: 5,
  name: 'vlan_counters',
  document: VERSION_5,
  fields: [
    u32('vlan_id'),
    counter64('octets', 'octets'),
    ...counters32('frames', 'ucastPkts', 'multicastPkts', 'broadcastPkts', 'discards'),
  ],
});

const ieee80211Counters = counterRecord({
  format: 6,
  name: 'ieee80211_counters',
  document: 'sflow_80211.txt',
  fields: [
    ...counters32('frames', 'dot11TransmittedFragmentCount', 'dot11MulticastTransmittedFrameCount'),
    ...counters32('frames', 'dot11FailedCount', 'dot11RetryCount', 'dot11MultipleRetryCount'),
    ...counters32('frames', 'dot11FrameDuplicateCount', 'dot11RTSSuccessCount', 'dot11RTSFailureCount'),
    ...counters32('frames', 'dot11ACKFailureCount', 'dot11ReceivedFragmentCount'),
    ...counters32('frames', 'dot11MulticastReceivedFrameCount', 'dot11FCSErrorCount'),
    ...counters32('frames', 'dot11TransmittedFrameCount', 'dot11WEPUndecryptableCount'),
    ...counters32('frames', 'dot11QoSDiscardedFragmentCount'),
    u32('dot11AssociatedStationCount', 'stations'),
    ...counters32('', 'dot11QoSCFPollsReceivedCount', 'dot11QoSCFPollsUnusedCount'),
    ...counters32('', 'dot11QoSCFPollsUnusableCount', 'dot11QoSCFPollsLostCount'),
  ],
});

const lagPortStatistics = counterRecord({
  format: 7,
  name: 'lag_port_stats',
  document: 'sflow_lag.txt',
  fields: [
    mac('dot3adAggPortActorSystemID'),
    mac('dot3adAggPortPartnerOperSystemID'),
    u32('dot3adAggPortAttachedAggID'),
    // actorAdmin, actorOper, partnerAdmin, partnerOper: one octet each.
    octets('dot3adAggPortState', 4),
    ...counters32('frames', 'dot3adAggPortStatsLACPDUsRx', 'dot3adAggPortStatsMarkerPDUsRx'),
    ...counters32('frames', 'dot3adAggPortStatsMarkerResponsePDUsRx', 'dot3adAggPortStatsUnknownRx'),
    ...counters32('frames', 'dot3adAggPortStatsIllegalRx', 'dot3adAggPortStatsLACPDUsTx'),
    ...counters32('frames', 'dot3adAggPortStatsMarkerPDUsTx', 'dot3adAggPortStatsMarkerResponsePDUsTx'),
  ],
});

const slowPathCounts = counterRecord({
  format: 8,
  name: 'slow_path_counts',
  document: 'sFlow discussion',
  fields: counters32('frames', 'unknown', 'other', 'cam_miss', 'cam_full', 'no_hw_support', 'cntrl'),
});

const infinibandCounters = counterRecord({
  format: 9,
  name: 'ib_counters',
  document: 'draft_sflow_infiniband_2.txt',
  fields: [
    counter64('PortXmitPkts', 'frames'),
    counter64('PortRcvPkts', 'frames'),
    ...counters32('', 'SymbolErrorCounter', 'LinkErrorRecoveryCounter', 'LinkDownedCounter'),
    ...counters32('frames', 'PortRcvErrors', 'PortRcvRemotePhysicalErrors', 'PortRcvSwitchRelayErrors'),
    ...counters32('frames', 'PortXmitDiscards', 'PortXmitConstraintErrors', 'PortRcvConstraintErrors'),
    ...counters32('', 'LocalLinkIntegrityErrors', 'ExcessiveBufferOverrunErrors', 'VL15Dropped'),
  ],
});

const opticalModule = counterRecord({
  format: 10,
  name: 'sfp',
  document: 'sflow_optics.txt',
  fields: [
    u32('module_id'),
    u32('module_num_lanes'),
    u32('module_supply_voltage', 'mV'),
    i32('module_temperature', '0.001 °C'),
    list('lanes', [
      u32('index'),
      u32('tx_bias_current', 'uA'),
      ...integers32('uW', 'tx_power', 'tx_power_min', 'tx_power_max'),
      u32('tx_wavelength', 'nm'),
      ...integers32('uW', 'rx_power', 'rx_power_min', 'rx_power_max'),
      u32('rx_wavelength', 'nm'),
    ]),
  ],
});

const priorityFlowControl = counterRecord({
  format: 11,
  name: 'pfc',
  document: 'host-sflow src/sflow/sflow.h',
  fields: [
    ...counters32('frames', 'requests', 'indications'),
    counter32('pause_duration', 'us'),
    ...counters32('', 'storm_detected', 'storm_restored'),
  ],
});

const radioUtilization = counterRecord({
  format: 1002,
  name: 'radio_utilization',
  document: 'sflow_80211.txt',
  fields: integers32('ms', 'elapsed_time', 'on_channel_time', 'on_channel_busy_time'),
});

const queueLength = counterRecord({
  format: 1003,
  name: 'queue_length',
  document: 'sFlow discussion',
  fields: [
    u32('queueIndex'),
    u32('segmentSize', 'octets'),
    u32('queueSegments', 'segments'),
    ...counters32('', 'queueLength0', 'queueLength1', 'queueLength2', 'queueLength4', 'queueLength8'),
    ...counters32('', 'queueLength32', 'queueLength128', 'queueLength1024', 'queueLengthMore'),
    counter32('dropped', 'frames'),
  ],
});

const openflowPort = counterRecord({
  format: 1004,
  name: 'of_port',
  document: 'sflow_openflow.txt',
  fields: [u64('datapath_id', '', { show: 'hex' }), u32('port_no')],
});

export const portName = counterRecord({
  format: 1005,
  name: 'port_name',
  document: 'sflow_openflow.txt',
  fields: [text('name', 255)],
});

const bstDeviceBuffers = counterRecord({
  enterprise: 4413,
  format: 1,
  name: 'bst_device_buffers',
  document: 'bv-sflow.txt',
  fields: [percentage('uc_pc'), percentage('mc_pc')],
});

const bstPortBuffers = counterRecord({
  enterprise: 4413,
  format: 2,
  name: 'bst_port_buffers',
  document: 'bv-sflow.txt',
  fields: [
    percentage('ingress_uc_pc'),
    percentage('ingress_mc_pc'),
    percentage('egress_uc_pc'),
    percentage('egress_mc_pc'),
    list('egress_queue_uc_pc', [percentage('')]),
    list('egress_queue_mc_pc', [percentage('')]),
  ],
});

const hardwareTables = counterRecord({
  enterprise: 4413,
  format: 3,
  name: 'hw_tables',
  document: 'sflow_broadcom_tables.txt',
  fields: [
    ...counters32('entries', 'host_entries', 'host_entries_max', 'ipv4_entries', 'ipv4_entries_max'),
    ...counters32('entries', 'ipv6_entries', 'ipv6_entries_max'),
    ...counters32('entries', 'ipv4_ipv6_entries', 'ipv4_ipv6_entries_max'),
    ...counters32('entries', 'long_ipv6_entries', 'long_ipv6_entries_max'),
    ...counters32('entries', 'total_routes', 'total_routes_max', 'ecmp_nexthops', 'ecmp_nexthops_max'),
    ...counters32('entries', 'mac_entries', 'mac_entries_max', 'ipv4_neighbors', 'ipv6_neighbors'),
    ...counters32('entries', 'ipv4_routes', 'ipv6_routes'),
    ...counters32('entries', 'acl_ingress_entries', 'acl_ingress_entries_max'),
    ...counters32('entries', 'acl_ingress_counters', 'acl_ingress_counters_max'),
    ...counters32('entries', 'acl_ingress_meters', 'acl_ingress_meters_max'),
    ...counters32('entries', 'acl_ingress_slices', 'acl_ingress_slices_max'),
    ...counters32('entries', 'acl_egress_entries', 'acl_egress_entries_max'),
    ...counters32('entries', 'acl_egress_counters', 'acl_egress_counters_max'),
    ...counters32('entries', 'acl_egress_meters', 'acl_egress_meters_max'),
    ...counters32('entries', 'acl_egress_slices', 'acl_egress_slices_max'),
  ],
});

export const interfaceRecords = [
  ifCounters,
  ethernetCounters,
  tokenringCounters,
  vgCounters,
  vlanCounters,
  ieee80211Counters,
  lagPortStatistics,
  slowPathCounts,
  infinibandCounters,
  opticalModule,
  priorityFlowControl,
  radioUtilization,
  queueLength,
  openflowPort,
  portName,
  bstDeviceBuffers,
  bstPortBuffers,
  hardwareTables,
] as const;
