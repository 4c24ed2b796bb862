/**
 * Names of the values of sFlow's enumerations, as the documents spell them. A value without a name is shown
 * as its number; most of these lists may grow.
 */
import type { Names } from './field.ts';

/** Numbers a list of names from `first` on. */
function from(first: number, names: string): Names {
  const table: { [value: number]: string } = {};
  names.split(' ').forEach((name, index) => {
    table[first + index] = name;
  });
  return table;
}

/** sflow_version_5.txt, sflow_80211.txt (15 to 17), host-sflow (18). */
export const HEADER_PROTOCOL = from(
  1,
  'ETHERNET-ISO88023 ISO88024-TOKENBUS ISO88025-TOKENRING FDDI FRAME-RELAY X25 PPP SMDS AAL5 AAL5-IP IPv4 ' +
    'IPv6 MPLS POS IEEE80211MAC IEEE80211-AMPDU IEEE80211-AMSDU-Subframe INFINIBAND',
);

/** sflow_version_5.txt; class 3 by sflow_host.txt. */
export const DATA_SOURCE_CLASS = from(0, 'ifIndex smonVlanDataSource entPhysicalEntry entLogicalEntry');

export const AS_SEGMENT_TYPE = from(1, 'AS_SET AS_SEQUENCE');
export const URL_DIRECTION = from(1, 'src dst');
export const CHARACTER_SET: Names = { 0: 'unknown', 3: 'US-ASCII', 4: 'ISO-8859-1', 106: 'UTF-8' };
export const IEEE80211_VERSION = from(1, 'a b g n');
export const ACL_DIRECTION = from(0, 'unknown ingress egress');
export const TCP_DIRECTION = from(0, 'unknown received sent');
export const TRANSACTION_DIRECTION = from(1, 'client server');
export const TRANSACTION_STATUS = from(0, 'succeeded generic_failure outofmemory timeout notpermitted');
/** The more common of IANA's ifType numbers. */
export const IF_TYPE: Names = {
  1: 'other',
  6: 'ethernetCsmacd',
  23: 'ppp',
  24: 'softwareLoopback',
  53: 'propVirtual',
  71: 'ieee80211',
  117: 'gigabitEthernet',
  131: 'tunnel',
  135: 'l2vlan',
  136: 'l3ipvlan',
  161: 'ieee8023adLag',
  166: 'mpls',
  199: 'infiniband',
  209: 'bridge',
};
export const IF_DIRECTION = from(0, 'unknown full-duplex half-duplex in out');
/** Bit 0 ifAdminStatus, bit 1 ifOperStatus. */
export const IF_STATUS = from(0, 'down admin-up,oper-down admin-down,oper-up up');
export const ETHER_TYPE: Names = {
  2048: 'IPv4',
  2054: 'ARP',
  33024: '802.1Q',
  34525: 'IPv6',
  34887: 'MPLS',
  34984: '802.1ad',
};
export const IP_PROTOCOL: Names = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  89: 'OSPF',
  132: 'SCTP',
};

/** sflow_host.txt. */
export const MACHINE_TYPE = from(
  0,
  'unknown other x86 x86_64 ia64 sparc alpha powerpc m68k mips arm hppa s390',
);
export const OS_NAME = from(
  0,
  'unknown other linux windows darwin hpux aix dragonfly freebsd netbsd openbsd osf solaris',
);
/** libvirt's virDomainState. */
export const DOMAIN_STATE = from(0, 'nostate running blocked paused shutdown shutoff crashed');

/** sflow_application.txt. */
export const APPLICATION_STATUS = from(
  0,
  'SUCCESS OTHER TIMEOUT INTERNAL_ERROR BAD_REQUEST FORBIDDEN TOO_LARGE NOT_IMPLEMENTED NOT_FOUND ' +
    'UNAVAILABLE UNAUTHORIZED',
);
/** sflow_http.txt. */
export const HTTP_METHOD = from(0, 'OTHER OPTIONS GET HEAD POST PUT DELETE TRACE CONNECT');

/** sflow_memcache.txt. */
export const MEMCACHE_PROTOCOL = from(0, 'OTHER ASCII BINARY');
export const MEMCACHE_COMMAND = from(
  0,
  'OTHER SET ADD REPLACE APPEND PREPEND CAS GET GETS INCR DECR DELETE STATS FLUSH VERSION QUIT TOUCH',
);
export const MEMCACHE_STATUS = from(
  0,
  'UNKNOWN OK ERROR CLIENT_ERROR SERVER_ERROR STORED NOT_STORED EXISTS NOT_FOUND DELETED',
);

/**
 * Why a packet was dropped: sflow_drops.txt (0 to 303; 0 to 15 are ICMP's codes), host-sflow's sflow_drop.h
 * beyond. 332 and 366 follow their places in that sequence, which gives 33 and 36.
 */
export const DROP_REASON: Names = {
  ...from(
    0,
    'net_unreachable host_unreachable protocol_unreachable port_unreachable frag_needed src_route_failed ' +
      'dst_net_unknown dst_host_unknown src_host_isolated dst_net_prohibited dst_host_prohibited ' +
      'dst_net_tos_unreachable dst_host_tos_unreacheable comm_admin_prohibited host_precedence_violation ' +
      'precedence_cutoff',
  ),
  ...from(
    256,
    'unknown ttl_exceeded acl no_buffer_space red traffic_shaping pkt_too_big src_mac_is_multicast ' +
      'vlan_tag_mismatch ingress_vlan_filter ingress_spanning_tree_filter port_list_is_empty ' +
      'port_loopback_filter blackhole_route non_ip uc_dip_over_mc_dmac dip_is_loopback_address sip_is_mc ' +
      'sip_is_loopback_address ip_header_corrupted ipv4_sip_is_limited_bc ipv6_mc_dip_reserved_scope ' +
      'ipv6_mc_dip_interface_local_scope unresolved_neigh mc_reverse_path_forwarding non_routable_packet ' +
      'decap_error overlay_smac_is_mc unknown_l2 unknown_l3 unknown_l3_exception unknown_buffer ' +
      'unknown_tunnel unknown_l4 sip_is_unspecified mlag_port_isolation blackhole_arp_neigh ' +
      'src_mac_is_dmac dmac_is_reserved sip_is_class_e mc_dmac_mismatch sip_is_dip dip_is_local_network ' +
      'dip_is_link_local overlay_smac_is_dmac egress_vlan_filter uc_reverse_path_forwarding split_horizon ' +
      'locked_port dmac_filter blackhole_nexthop vxlan_parsing llc_snap_parsing vlan_parsing ' +
      'pppoe_ppp_parsing mpls_parsing arp_parsing ip_1_parsing ip_n_parsing gre_parsing udp_parsing ' +
      'tcp_parsing ipsec_parsing sctp_parsing dccp_parsing gtp_parsing esp_parsing unknown_parsing ' +
      'pkt_too_small unhandled_proto ipv6disabled invalid_proto ip_noproto skb_csum skb_ucopy_fault ' +
      'dev_ready dev_hdr dup_frag skb_gso_seg reverse_path_forwarding icmp_parsing tcp_md5notfound ' +
      'tcp_md5unexpected tcp_md5failure tcp_flags tcp_zerowindow tcp_old_data tcp_overwindow ' +
      'tcp_ofomerge tcp_rfc7323_paws tcp_invalid_sequence tcp_reset tcp_invalid_syn tcp_close ' +
      'tcp_fastopen tcp_old_ack tcp_too_old_ack tcp_ack_unsent_data tcp_ofo_queue_prune tcp_ofo_drop ' +
      'tcp_minttl ipv6_bad_exthdr ipv6_ndisc_frag ipv6_ndisc_hop_limit ipv6_ndisc_bad_code ' +
      'ipv6_ndisc_bad_options ipv6_ndisc_ns_otherhost tap_filter tap_txfilter tc_ingress tc_egress xdp ' +
      'cpu_backlog bpf_cgroup_egress xfrm_policy socket_filter bgp_flowspec',
  ),
};
