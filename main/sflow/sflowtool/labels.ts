/**
 * What sflowtool 6.11 calls the fields of the records that it prints in order, one line each: the document's
 * names with a prefix and exceptions. Its spelling is kept where it is odd (`cpuintr`, `http_methd_…`). Records
 * that it prints otherwise are in records.ts; records that it does not know are in neither.
 */

export type Labels = {
  /** Printed first, as "extendedType value" or "flowSampleType value". */
  heading?: ['extendedType' | 'flowSampleType', string];
  /** Put before every field name that is not renamed. */
  prefix?: string;
  /** By the document's field name; a name alone stands as it is. */
  rename?: { readonly [field: string]: string };
  /** Size of sflowtool's buffer for a string, where it is not the published maximum; it keeps one octet less. */
  buffer?: number;
  /** Strings are printed even when empty. */
  emptyToo?: boolean;
};

/** By name of the flow record. */
export const flowLabels: { readonly [record: string]: Labels } = {
  extended_switch: {
    heading: ['extendedType', 'SWITCH'],
    rename: {
      src_vlan: 'in_vlan',
      src_priority: 'in_priority',
      dst_vlan: 'out_vlan',
      dst_priority: 'out_priority',
    },
  },
  extended_router: {
    heading: ['extendedType', 'ROUTER'],
    rename: { nexthop: 'nextHop', src_mask_len: 'srcSubnetMask', dst_mask_len: 'dstSubnetMask' },
  },
  extended_user_v2: { heading: ['extendedType', 'USER'], buffer: 200, emptyToo: true },
  extended_url: {
    heading: ['extendedType', 'URL'],
    rename: { direction: 'url_direction' },
    buffer: 200,
    emptyToo: true,
  },
  extended_url_v2: {
    heading: ['extendedType', 'URL'],
    rename: { direction: 'url_direction' },
    buffer: 200,
    emptyToo: true,
  },
  extended_nat: {
    heading: ['extendedType', 'NAT'],
    rename: { src_address: 'nat_src', dst_address: 'nat_dst' },
  },
  extended_nat_port: { heading: ['extendedType', 'NAT PORT'], prefix: 'nat_' },
  extended_mpls_tunnel: { prefix: 'mpls_', buffer: 100 },
  extended_mpls_vc: {
    rename: { vc_instance_name: 'mpls_vc_name', vll_vc_id: 'mpls_vll_vc_id', vc_label_cos: 'mpls_vc_cos' },
    buffer: 100,
  },
  extended_mpls_FTN: {
    rename: { mplsFTNDescr: 'mpls_ftn_descr', mplsFTNMask: 'mpls_ftn_mask' },
    buffer: 100,
  },
  extended_mpls_LDP_FEC: { rename: { mplsFecAddrPrefixLength: 'mpls_fec_addr_prefix_len' } },
  extended_80211_rx: {
    prefix: 'rx_',
    rename: { ssid: 'rx_SSID', bssid: 'rx_BSSID', packet_duration: 'rx_packet_uS' },
    buffer: 256,
  },
  extended_80211_tx: {
    prefix: 'tx_',
    rename: {
      ssid: 'tx_SSID',
      bssid: 'tx_BSSID',
      packet_duration: 'tx_packet_uS',
      retrans_duration: 'tx_retrans_uS',
      power: 'tx_power_mW',
    },
    buffer: 256,
  },
  app_parent_context: { prefix: 'server_context_' },
  app_initiator: { rename: { actor: 'actor_initiator' } },
  app_target: { rename: { actor: 'actor_target' } },
  extended_socket_ipv4: {
    heading: ['extendedType', 'socket4'],
    prefix: 'socket4_',
    rename: { protocol: 'socket4_ip_protocol' },
  },
  extended_socket_ipv6: {
    heading: ['extendedType', 'socket6'],
    prefix: 'socket6_',
    rename: { protocol: 'socket6_ip_protocol' },
  },
  extended_proxy_socket_ipv4: {
    heading: ['extendedType', 'proxy_socket4'],
    prefix: 'proxy_socket4_',
    rename: { protocol: 'proxy_socket4_ip_protocol' },
  },
  extended_proxy_socket_ipv6: {
    heading: ['extendedType', 'proxy_socket6'],
    prefix: 'proxy_socket6_',
    rename: { protocol: 'proxy_socket6_ip_protocol' },
  },
  extended_decapsulate_egress: { heading: ['extendedType', 'out_decap'], prefix: 'out_decap_' },
  extended_decapsulate_ingress: { heading: ['extendedType', 'in_decap'], prefix: 'in_decap_' },
  extended_vni_egress: { heading: ['extendedType', 'out_VNI'], rename: { vni: 'out_VNI' } },
  extended_vni_ingress: { heading: ['extendedType', 'in_VNI'], rename: { vni: 'in_VNI' } },
  extended_tcp_info: {
    prefix: 'tcpinfo_',
    rename: {
      dir: 'tcpinfo_direction',
      snd_mss: 'tcpinfo_send_mss',
      rcv_mss: 'tcpinfo_receive_mss',
      unacked: 'tcpinfo_unacked_pkts',
      lost: 'tcpinfo_lost_pkts',
      retrans: 'tcpinfo_retrans_pkts',
      pmtu: 'tcpinfo_path_mtu',
      rtt: 'tcpinfo_rtt_uS',
      rttvar: 'tcpinfo_rtt_uS_var',
      snd_cwnd: 'tcpinfo_send_congestion_win',
      min_rtt: 'tcpinfo_rtt_uS_min',
    },
  },
  extended_entities: {
    heading: ['extendedType', 'entities'],
    rename: {
      src_ds_class: 'entities_src_class',
      src_ds_index: 'entities_src_index',
      dst_ds_class: 'entities_dst_class',
      dst_ds_index: 'entities_dst_index',
    },
  },
  extended_egress_queue: {
    heading: ['extendedType', 'egress_queue'],
    rename: { queue: 'egress_queue_id' },
  },
  extended_function: { heading: ['extendedType', 'function'] },
  extended_transit: {
    heading: ['extendedType', 'transit_delay'],
    rename: { delay: 'transit_delay_nS' },
  },
  extended_queue: { heading: ['extendedType', 'queue_depth'], rename: { depth: 'queue_depth_bytes' } },
  extended_hw_trap: {
    heading: ['extendedType', 'hw_trap'],
    rename: { group: 'hw_trap_group', trap: 'hw_trap_name' },
    buffer: 64,
  },
  extended_linux_drop_reason: {
    heading: ['extendedType', 'linux_reason'],
    rename: { reason: 'linux_drop_reason' },
    buffer: 64,
  },
  extended_timestamp: {
    heading: ['extendedType', 'timestamp'],
    rename: { nanoseconds: 'timestamp_nS' },
  },
  http_request: {
    heading: ['flowSampleType', 'http'],
    prefix: 'http_',
    rename: {
      referer: 'http_referrer',
      mime_type: 'http_mimetype',
      req_bytes: 'http_request_bytes',
      resp_bytes: 'http_bytes',
      uS: 'http_duration_uS',
    },
  },
};

/** By name of the counter record. */
export const counterLabels: { readonly [record: string]: Labels } = {
  if_counters: { rename: { ifType: 'networkType' } },
  ethernet_counters: {},
  tokenring_counters: {},
  vg_counters: {},
  vlan_counters: { rename: { vlan_id: 'in_vlan' } },
  ieee80211_counters: {},
  processor: { rename: { total_memory: 'total_memory_bytes', free_memory: 'free_memory_bytes' } },
  radio_utilization: { prefix: 'radio_' },
  port_name: { rename: { name: 'ifName' } },
  ovs_dp_stats: { prefix: 'OVS_dp_' },
  pfc: { prefix: 'PFC_' },
  host_descr: { rename: { uuid: 'UUID' } },
  host_parent: { rename: { container_type: 'parent_dsClass', container_index: 'parent_dsIndex' } },
  host_cpu: {
    rename: {
      load_one: 'cpu_load_one',
      load_five: 'cpu_load_five',
      load_fifteen: 'cpu_load_fifteen',
      proc_run: 'cpu_proc_run',
      proc_total: 'cpu_proc_total',
      uptime: 'cpu_uptime',
      cpu_intr: 'cpuintr',
      interrupts: 'cpuinterrupts',
      contexts: 'cpu_contexts',
    },
  },
  host_memory: {},
  host_disk_io: {
    rename: {
      part_max_used: 'disk_partition_max_used',
      reads: 'disk_reads',
      bytes_read: 'disk_bytes_read',
      read_time: 'disk_read_time',
      writes: 'disk_writes',
      bytes_written: 'disk_bytes_written',
      write_time: 'disk_write_time',
    },
  },
  host_net_io: { prefix: 'nio_', rename: { packets_out: 'nio_pkts_out' } },
  mib2_ip_group: {},
  mib2_icmp_group: {},
  mib2_tcp_group: { rename: { tcpInCsumErrs: 'tcpInCsumErrors' } },
  mib2_udp_group: {},
  virt_node: { prefix: 'vnode_' },
  virt_cpu: { prefix: 'vcpu_', rename: { cpuTime: 'vcpu_cpu_mS', nrVirtCpu: 'vcpu_cpuCount' } },
  virt_memory: { prefix: 'vmem_' },
  virt_disk_io: { prefix: 'vdsk_' },
  virt_net_io: {
    rename: {
      rx_bytes: 'vnio_bytes_in',
      rx_packets: 'vnio_pkts_in',
      rx_errs: 'vnio_errs_in',
      rx_drop: 'vnio_drops_in',
      tx_bytes: 'vnio_bytes_out',
      tx_packets: 'vnio_pkts_out',
      tx_errs: 'vnio_errs_out',
      tx_drop: 'vnio_drops_out',
    },
  },
  nvidia_gpu: {
    prefix: 'nvml_',
    rename: {
      gpu_time: 'nvml_gpu_mS',
      mem_time: 'nvml_mem_mS',
      mem_total: 'nvml_mem_bytes_total',
      mem_free: 'nvml_mem_bytes_free',
      energy: 'nvml_energy_mJ',
      temperature: 'nvml_temperature_C',
      fan_speed: 'nvml_fan_speed_pc',
    },
  },
  hw_tables: { prefix: 'bcm_', rename: { host_entries: 'bcm_asic_host_entries' } },
  memcached_counters: { prefix: 'memcache_' },
  memcache_counters: { prefix: 'memcache_' },
  http_counters: { prefix: 'http_', rename: { method_connect_count: 'http_methd_connect_count' } },
  jvm_runtime: { rename: { vm_name: 'jvm_name', vm_vendor: 'jvm_vendor', vm_version: 'jvm_version' } },
  jvm_statistics: {
    rename: {
      heap_initial: 'heap_mem_initial',
      heap_used: 'heap_mem_used',
      heap_committed: 'heap_mem_committed',
      heap_max: 'heap_mem_max',
      non_heap_initial: 'non_heap_mem_initial',
      non_heap_used: 'non_heap_mem_used',
      non_heap_committed: 'non_heap_mem_committed',
      non_heap_max: 'non_heap_mem_max',
      gc_time: 'gc_mS',
      compilation_time: 'compilation_mS',
      thread_num_live: 'threads_live',
      thread_num_daemon: 'threads_daemon',
      thread_num_started: 'threads_started',
      fd_open_count: 'fds_open',
      fd_max_count: 'fds_max',
    },
  },
  app_operations: {
    rename: {
      success: 'status_OK',
      other: 'errors_OTHER',
      timeout: 'errors_TIMEOUT',
      internal_error: 'errors_INTERNAL_ERROR',
      bad_request: 'errors_BAD_REQUEST',
      forbidden: 'errors_FORBIDDEN',
      too_large: 'errors_TOO_LARGE',
      not_implemented: 'errors_NOT_IMPLEMENTED',
      not_found: 'errors_NOT_FOUND',
      unavailable: 'errors_UNAVAILABLE',
      unauthorized: 'errors_UNAUTHORIZED',
    },
  },
  app_resources: {
    rename: {
      mem_used: 'memory_used',
      mem_max: 'memory_max',
      fd_open: 'files_open',
      fd_max: 'files_max',
      conn_open: 'connections_open',
      conn_max: 'connections_max',
    },
  },
  app_workers: { rename: { req_delayed: 'requests_delayed', req_dropped: 'requests_dropped' } },
  vdi: { prefix: 'vdi_' },
};
