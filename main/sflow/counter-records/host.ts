/** Counters of a host, its virtual machines, its protocol stack and its surroundings. */
import { DATA_SOURCE_CLASS, DOMAIN_STATE, MACHINE_TYPE, OS_NAME } from '../enumerations.ts';
import {
  counter32,
  counter64,
  counterRecord,
  counters32,
  f32,
  i32,
  integers32,
  list,
  mac,
  percentage,
  text,
  u32,
  u64,
  uuid,
} from '../field.ts';

const HOST = 'sflow_host.txt';
const HOST_IP = 'sflow_host_ip.txt';
const JVM = 'sflow_jvm.txt';
const ENVIRONMENT = 'sFlow discussion';
const UNKNOWN_LOAD = { unknown: -1 };

export const processor = counterRecord({
  format: 1001,
  name: 'processor',
  document: 'sflow_version_5.txt',
  fields: [
    percentage('5s_cpu'),
    percentage('1m_cpu'),
    percentage('5m_cpu'),
    u64('total_memory', 'octets'),
    u64('free_memory', 'octets'),
  ],
});

export const hostDescription = counterRecord({
  format: 2000,
  name: 'host_descr',
  document: 'sflow_host.txt, errata',
  fields: [
    text('hostname', 64),
    uuid('uuid'),
    u32('machine_type', '', { names: MACHINE_TYPE }),
    u32('os_name', '', { names: OS_NAME }),
    text('os_release', 32),
  ],
});

const hostAdapters = counterRecord({
  format: 2001,
  name: 'host_adapters',
  document: HOST,
  fields: [list('adapters', [u32('ifIndex'), list('mac_address', [mac('')])])],
});

const hostParent = counterRecord({
  format: 2002,
  name: 'host_parent',
  document: HOST,
  fields: [u32('container_type', '', { names: DATA_SOURCE_CLASS }), u32('container_index')],
});

export const hostCpu = counterRecord({
  format: 2003,
  name: 'host_cpu',
  document: 'sflow_host.txt; last three fields since 2014, host-sflow src/sflow/sflow.h',
  fields: [
    f32('load_one', '', UNKNOWN_LOAD),
    f32('load_five', '', UNKNOWN_LOAD),
    f32('load_fifteen', '', UNKNOWN_LOAD),
    u32('proc_run', 'processes'),
    u32('proc_total', 'processes'),
    u32('cpu_num'),
    u32('cpu_speed', 'MHz'),
    u32('uptime', 's'),
    ...counters32('ms', 'cpu_user', 'cpu_nice', 'cpu_system', 'cpu_idle', 'cpu_wio', 'cpu_intr', 'cpu_sintr'),
    ...counters32('', 'interrupts', 'contexts'),
    ...counters32('ms', 'cpu_steal', 'cpu_guest', 'cpu_guest_nice'),
  ],
});

export const hostMemory = counterRecord({
  format: 2004,
  name: 'host_memory',
  document: HOST,
  fields: [
    u64('mem_total', 'octets'),
    u64('mem_free', 'octets'),
    u64('mem_shared', 'octets'),
    u64('mem_buffers', 'octets'),
    u64('mem_cached', 'octets'),
    u64('swap_total', 'octets'),
    u64('swap_free', 'octets'),
    ...counters32('', 'page_in', 'page_out', 'swap_in', 'swap_out'),
  ],
});

export const hostDiskIo = counterRecord({
  format: 2005,
  name: 'host_disk_io',
  document: HOST,
  fields: [
    u64('disk_total', 'octets'),
    u64('disk_free', 'octets'),
    percentage('part_max_used'),
    counter32('reads'),
    counter64('bytes_read', 'octets'),
    counter32('read_time', 'ms'),
    counter32('writes'),
    counter64('bytes_written', 'octets'),
    counter32('write_time', 'ms'),
  ],
});

export const hostNetIo = counterRecord({
  format: 2006,
  name: 'host_net_io',
  document: HOST,
  fields: [
    counter64('bytes_in', 'octets'),
    ...counters32('frames', 'pkts_in', 'errs_in', 'drops_in'),
    counter64('bytes_out', 'octets'),
    ...counters32('frames', 'packets_out', 'errs_out', 'drops_out'),
  ],
});

const ipGroup = counterRecord({
  format: 2007,
  name: 'mib2_ip_group',
  document: HOST_IP,
  fields: [
    u32('ipForwarding'),
    u32('ipDefaultTTL'),
    ...counters32('packets', 'ipInReceives', 'ipInHdrErrors', 'ipInAddrErrors', 'ipForwDatagrams'),
    ...counters32('packets', 'ipInUnknownProtos', 'ipInDiscards', 'ipInDelivers', 'ipOutRequests'),
    ...counters32('packets', 'ipOutDiscards', 'ipOutNoRoutes'),
    u32('ipReasmTimeout', 's'),
    ...counters32('packets', 'ipReasmReqds', 'ipReasmOKs', 'ipReasmFails'),
    ...counters32('packets', 'ipFragOKs', 'ipFragFails', 'ipFragCreates'),
  ],
});

const icmpGroup = counterRecord({
  format: 2008,
  name: 'mib2_icmp_group',
  document: HOST_IP,
  fields: [
    ...counters32('packets', 'icmpInMsgs', 'icmpInErrors', 'icmpInDestUnreachs', 'icmpInTimeExcds'),
    ...counters32('packets', 'icmpInParamProbs', 'icmpInSrcQuenchs', 'icmpInRedirects', 'icmpInEchos'),
    ...counters32('packets', 'icmpInEchoReps', 'icmpInTimestamps', 'icmpInAddrMasks', 'icmpInAddrMaskReps'),
    ...counters32('packets', 'icmpOutMsgs', 'icmpOutErrors', 'icmpOutDestUnreachs', 'icmpOutTimeExcds'),
    ...counters32('packets', 'icmpOutParamProbs', 'icmpOutSrcQuenchs', 'icmpOutRedirects', 'icmpOutEchos'),
    ...counters32('packets', 'icmpOutEchoReps', 'icmpOutTimestamps', 'icmpOutTimestampReps'),
    ...counters32('packets', 'icmpOutAddrMasks', 'icmpOutAddrMaskReps'),
  ],
});

const tcpGroup = counterRecord({
  format: 2009,
  name: 'mib2_tcp_group',
  document: HOST_IP,
  fields: [
    u32('tcpRtoAlgorithm'),
    u32('tcpRtoMin', 'ms'),
    u32('tcpRtoMax', 'ms'),
    u32('tcpMaxConn', 'connections'),
    ...counters32('connections', 'tcpActiveOpens', 'tcpPassiveOpens', 'tcpAttemptFails', 'tcpEstabResets'),
    u32('tcpCurrEstab', 'connections'),
    ...counters32('segments', 'tcpInSegs', 'tcpOutSegs', 'tcpRetransSegs', 'tcpInErrs', 'tcpOutRsts'),
    counter32('tcpInCsumErrs', 'segments'),
  ],
});

const udpGroup = counterRecord({
  format: 2010,
  name: 'mib2_udp_group',
  document: HOST_IP,
  fields: [
    ...counters32('packets', 'udpInDatagrams', 'udpNoPorts', 'udpInErrors', 'udpOutDatagrams'),
    ...counters32('packets', 'udpRcvbufErrors', 'udpSndbufErrors', 'udpInCsumErrors'),
  ],
});

const virtualNode = counterRecord({
  format: 2100,
  name: 'virt_node',
  document: HOST,
  fields: [
    u32('mhz', 'MHz'),
    u32('cpus'),
    u64('memory', 'octets'),
    u64('memory_free', 'octets'),
    u32('num_domains'),
  ],
});

const virtualCpu = counterRecord({
  format: 2101,
  name: 'virt_cpu',
  document: HOST,
  fields: [u32('state', '', { names: DOMAIN_STATE }), counter32('cpuTime', 'ms'), u32('nrVirtCpu')],
});

const virtualMemory = counterRecord({
  format: 2102,
  name: 'virt_memory',
  document: HOST,
  fields: [u64('memory', 'octets'), u64('maxMemory', 'octets')],
});

const virtualDiskIo = counterRecord({
  format: 2103,
  name: 'virt_disk_io',
  document: HOST,
  fields: [
    u64('capacity', 'octets'),
    u64('allocation', 'octets'),
    // An erratum renames it "physical".
    u64('available', 'octets'),
    counter32('rd_req'),
    counter64('rd_bytes', 'octets'),
    counter32('wr_req'),
    counter64('wr_bytes', 'octets'),
    counter32('errs'),
  ],
});

const virtualNetIo = counterRecord({
  format: 2104,
  name: 'virt_net_io',
  document: HOST,
  fields: [
    counter64('rx_bytes', 'octets'),
    ...counters32('frames', 'rx_packets', 'rx_errs', 'rx_drop'),
    counter64('tx_bytes', 'octets'),
    ...counters32('frames', 'tx_packets', 'tx_errs', 'tx_drop'),
  ],
});

const jvmRuntime = counterRecord({
  format: 2105,
  name: 'jvm_runtime',
  document: JVM,
  fields: [text('vm_name', 64), text('vm_vendor', 32), text('vm_version', 32)],
});

const jvmStatistics = counterRecord({
  format: 2106,
  name: 'jvm_statistics',
  document: 'sflow_jvm.txt; older senders end before fd_open_count',
  fields: [
    u64('heap_initial', 'octets'),
    u64('heap_used', 'octets'),
    u64('heap_committed', 'octets'),
    u64('heap_max', 'octets'),
    u64('non_heap_initial', 'octets'),
    u64('non_heap_used', 'octets'),
    u64('non_heap_committed', 'octets'),
    u64('non_heap_max', 'octets'),
    counter32('gc_count'),
    counter32('gc_time', 'ms'),
    u32('classes_loaded'),
    counter32('classes_total'),
    counter32('classes_unloaded'),
    counter32('compilation_time', 'ms'),
    u32('thread_num_live'),
    u32('thread_num_daemon'),
    counter32('thread_num_started'),
    u32('fd_open_count'),
    u32('fd_max_count'),
  ],
});

const energy = counterRecord({
  format: 3000,
  name: 'energy',
  document: ENVIRONMENT,
  fields: [
    u32('voltage', 'mV'),
    u32('current', 'mA'),
    u32('real_power', 'mW'),
    i32('power_factor', '0.01 %', { unknown: -2147483647 }),
    counter32('energy', 'mJ'),
    counter32('errors'),
  ],
});

const temperature = counterRecord({
  format: 3001,
  name: 'temperature',
  document: ENVIRONMENT,
  fields: [i32('minimum', '0.1 °C'), i32('maximum', '0.1 °C'), counter32('errors')],
});

const humidity = counterRecord({
  format: 3002,
  name: 'humidity',
  document: ENVIRONMENT,
  fields: [i32('relative', '%')],
});

const fans = counterRecord({
  format: 3003,
  name: 'fans',
  document: ENVIRONMENT,
  fields: [u32('total'), u32('failed'), u32('speed', '%')],
});

const nvidiaGpu = counterRecord({
  enterprise: 5703,
  format: 1,
  name: 'nvidia_gpu',
  document: 'sflow_nvml.txt',
  fields: [
    u32('device_count'),
    u32('processes'),
    ...counters32('ms', 'gpu_time', 'mem_time'),
    u64('mem_total', 'octets'),
    u64('mem_free', 'octets'),
    counter32('ecc_errors'),
    counter32('energy', 'mJ'),
    ...integers32('°C', 'temperature'),
    ...integers32('%', 'fan_speed'),
  ],
});

export const hostRecords = [
  processor,
  hostDescription,
  hostAdapters,
  hostParent,
  hostCpu,
  hostMemory,
  hostDiskIo,
  hostNetIo,
  ipGroup,
  icmpGroup,
  tcpGroup,
  udpGroup,
  virtualNode,
  virtualCpu,
  virtualMemory,
  virtualDiskIo,
  virtualNetIo,
  jvmRuntime,
  jvmStatistics,
  energy,
  temperature,
  humidity,
  fans,
  nvidiaGpu,
] as const;
