/** Metrics of a host and of the virtual nodes on it. */
import { tagOf } from '../../sflow/field.ts';
import {
  derived,
  level,
  levels,
  type MetricLine,
  named,
  Plan,
  percentOf,
  rate,
  rates,
  text,
} from '../line.ts';

const processor = new Plan('Processor', 1001, [
  level('cpu_5sec', '5s_cpu', '%', 'CPU, 5 s', 0.01),
  level('cpu_1min', '1m_cpu', '%', 'CPU, 1 min', 0.01),
  level('cpu_5min', '5m_cpu', '%', 'CPU, 5 min', 0.01),
  level('switch_mem_total', 'total_memory', 'octets', 'Memory of the switch'),
  level('switch_mem_free', 'free_memory', 'octets', 'Free memory of the switch'),
  derived(
    'switch_mem_utilization',
    '%',
    'Memory used by the switch',
    'What is not free of its memory.',
    { levels: ['total_memory', 'free_memory'] },
    (total, free) => percentOf(total - free, total),
  ),
]);

/** Name tags of a node, told by how Docker, Kubernetes and systemd name what they run. */
const SWARM = /^(.+)\.\d+\.[a-z0-9]{25}$/;
const KUBERNETES = /^k8s_([^_]+)_([^_]+)_([^_]+)_[^_]+_\d+$/;
const nameTags: MetricLine[] = [
  text('systemd_service', 'hostname', 'systemd service', 'A node named NAME.service.', (name) =>
    name.endsWith('.service') ? name : null,
  ),
  text('swarm_name', 'hostname', 'Swarm service', 'SERVICE of a task named SERVICE.N.ID.', (name) =>
    part(SWARM, name, 1),
  ),
  text('docker_name', 'hostname', 'Docker container', 'A task of a swarm, or of Kubernetes.', (name) =>
    SWARM.test(name) || KUBERNETES.test(name) ? name : null,
  ),
  text('k8s_name', 'hostname', 'Kubernetes pod', 'POD of k8s_CONTAINER_POD_NAMESPACE_ID_N.', (name) =>
    part(KUBERNETES, name, 2),
  ),
  text('k8s_namespace', 'hostname', 'Kubernetes namespace', 'NAMESPACE of the same.', (name) =>
    part(KUBERNETES, name, 3),
  ),
];
function part(pattern: RegExp, name: string, group: number): string | null {
  return pattern.exec(name)?.[group] ?? null;
}

const description = (prefix: string): MetricLine[] => [
  text(`${prefix}host_name`, 'hostname', 'Host name'),
  text(`${prefix}uuid`, 'uuid', 'UUID'),
  named(`${prefix}machine_type`, 'machine_type', 'Machine type'),
  named(`${prefix}os_name`, 'os_name', 'Operating system'),
  text(`${prefix}os_release`, 'os_release', 'System release'),
];
const hostDescription = new Plan('Host', 2000, description(''), false);
export const virtualDescription = new Plan('Virtual node', 2000, [...description('vir_'), ...nameTags], true);

/** Times of all processors together; guests run within user and nice. */
const CPU_TIMES = [
  'cpu_user',
  'cpu_nice',
  'cpu_system',
  'cpu_idle',
  'cpu_wio',
  'cpu_intr',
  'cpu_sintr',
  'cpu_steal',
];
const sum = (values: number[]): number =>
  // Older agents end the record before cpu_steal.
  values.reduce((all, value) => all + (Number.isNaN(value) ? 0 : value), 0);
const cpuShare = (name: string, label: string): MetricLine =>
  derived(name, '%', label, `${name} of the time of all processors.`, { rates: CPU_TIMES }, (...times) =>
    percentOf(times[CPU_TIMES.indexOf(name)]!, sum(times)),
  );

const cpu = new Plan(
  'Host',
  2003,
  [
    level('load_one', 'load_one', '', 'Load, 1 min'),
    level('load_five', 'load_five', '', 'Load, 5 min'),
    level('load_fifteen', 'load_fifteen', '', 'Load, 15 min'),
    derived(
      'load_one_per_cpu',
      '',
      'Load per CPU',
      'load_one / cpu_num.',
      { levels: ['load_one', 'cpu_num'] },
      (load, cpus) => (cpus > 0 ? load / cpus : Number.NaN),
    ),
    derived(
      'cpu_utilization',
      '%',
      'CPU used',
      'What is not idle of the time of all processors.',
      { rates: CPU_TIMES },
      (...times) => {
        const idle = times[CPU_TIMES.indexOf('cpu_idle')]!;
        const all = sum(times);
        return percentOf(all - idle, all);
      },
    ),
    cpuShare('cpu_user', 'CPU, user'),
    cpuShare('cpu_nice', 'CPU, nice'),
    cpuShare('cpu_system', 'CPU, system'),
    cpuShare('cpu_idle', 'CPU, idle'),
    cpuShare('cpu_wio', 'CPU, waiting for disks'),
    cpuShare('cpu_intr', 'CPU, interrupts'),
    cpuShare('cpu_sintr', 'CPU, soft interrupts'),
    cpuShare('cpu_steal', 'CPU, stolen'),
    rate('interrupts', 'interrupts', '1/s', 'Interrupts'),
    rate('contexts', 'contexts', '1/s', 'Context switches'),
    level('proc_run', 'proc_run', 'count', 'Running processes'),
    level('proc_total', 'proc_total', 'count', 'Processes'),
    level('cpu_num', 'cpu_num', 'count', 'CPUs'),
    level('cpu_speed', 'cpu_speed', 'MHz', 'CPU speed'),
    level('uptime', 'uptime', 's', 'Up for'),
  ],
  false,
);

const memory = new Plan(
  'Host',
  2004,
  [
    level('mem_total', 'mem_total', 'octets', 'Memory'),
    level('mem_free', 'mem_free', 'octets', 'Free memory'),
    level('mem_shared', 'mem_shared', 'octets', 'Shared memory'),
    level('mem_buffers', 'mem_buffers', 'octets', 'Buffers'),
    level('mem_cached', 'mem_cached', 'octets', 'Cached'),
    level('swap_total', 'swap_total', 'octets', 'Swap'),
    level('swap_free', 'swap_free', 'octets', 'Free swap'),
    derived(
      'mem_utilization',
      '%',
      'Memory used',
      'mem_total less mem_free, mem_buffers and mem_cached.',
      { levels: ['mem_total', 'mem_free', 'mem_buffers', 'mem_cached'] },
      (total, free, buffers, cached) => percentOf(Math.max(0, total - free - buffers - cached), total),
    ),
    derived(
      'swap_utilization',
      '%',
      'Swap used',
      'What is not free of the swap.',
      { levels: ['swap_total', 'swap_free'] },
      (total, free) => percentOf(total - free, total),
    ),
    ...rates('1/s', [
      ['page_in', 'page_in', 'Pages in'],
      ['page_out', 'page_out', 'Pages out'],
      ['swap_in', 'swap_in', 'Swaps in'],
      ['swap_out', 'swap_out', 'Swaps out'],
    ]),
  ],
  false,
);

const disk = new Plan(
  'Host',
  2005,
  [
    level('disk_total', 'disk_total', 'octets', 'Disk'),
    level('disk_free', 'disk_free', 'octets', 'Free disk'),
    derived(
      'disk_utilization',
      '%',
      'Disk used',
      'What is not free of the disk.',
      { levels: ['disk_total', 'disk_free'] },
      (total, free) => percentOf(total - free, total),
    ),
    level('part_max_used', 'part_max_used', '%', 'Fullest partition', 0.01),
    rate('disk_reads', 'reads', '1/s', 'Disk reads'),
    rate('bytes_read', 'bytes_read', 'octets/s', 'Read from disk'),
    rate('disk_writes', 'writes', '1/s', 'Disk writes'),
    rate('bytes_written', 'bytes_written', 'octets/s', 'Written to disk'),
    perOperation('read_time', 'read_time', 'reads', 'Time per read'),
    perOperation('write_time', 'write_time', 'writes', 'Time per write'),
  ],
  false,
);
function perOperation(name: string, time: string, count: string, label: string): MetricLine {
  return derived(name, 'ms', label, `${time} / ${count}.`, { rates: [time, count] }, (milliseconds, times) =>
    times > 0 ? milliseconds / times : Number.NaN,
  );
}

const network = new Plan(
  'Host',
  2006,
  [
    rate('bytes_in', 'bytes_in', 'octets/s', 'Network in'),
    rate('pkts_in', 'pkts_in', 'frames/s', 'Frames in'),
    rate('errs_in', 'errs_in', 'frames/s', 'Errors in'),
    rate('drops_in', 'drops_in', 'frames/s', 'Drops in'),
    rate('bytes_out', 'bytes_out', 'octets/s', 'Network out'),
    rate('pkts_out', 'packets_out', 'frames/s', 'Frames out'),
    rate('errs_out', 'errs_out', 'frames/s', 'Errors out'),
    rate('drops_out', 'drops_out', 'frames/s', 'Drops out'),
  ],
  false,
);

const hypervisor = new Plan('Hypervisor', 2100, [
  level('vnode_mhz', 'mhz', 'MHz', 'CPU speed'),
  level('vnode_cpus', 'cpus', 'count', 'CPUs'),
  level('vnode_memory', 'memory', 'octets', 'Memory'),
  level('vnode_memory_free', 'memory_free', 'octets', 'Free memory'),
  level('vnode_domains', 'num_domains', 'count', 'Virtual nodes'),
]);

export const virtualCpu = new Plan('Virtual node', 2101, [
  named('vir_state', 'state', 'State'),
  derived(
    'vir_cpu_utilization',
    '%',
    'CPU used',
    'CPU time of the time of its CPUs, of one where their number is not told.',
    { rates: ['cpuTime'], levels: ['nrVirtCpu'] },
    (milliseconds, cpus) => milliseconds / 10 / (cpus > 0 ? cpus : 1),
  ),
  level('vir_cpu_num', 'nrVirtCpu', 'count', 'CPUs'),
]);

const virtualMemory = new Plan('Virtual node', 2102, [
  level('vir_mem_used', 'memory', 'octets', 'Memory used'),
  level('vir_mem_total', 'maxMemory', 'octets', 'Memory'),
  derived(
    'vir_mem_utilization',
    '%',
    'Memory used',
    'memory of maxMemory.',
    { levels: ['memory', 'maxMemory'] },
    percentOf,
  ),
]);

const virtualDisk = new Plan('Virtual node', 2103, [
  level('vir_disk_capacity', 'capacity', 'octets', 'Disk capacity'),
  level('vir_disk_allocation', 'allocation', 'octets', 'Disk allocated'),
  level('vir_disk_physical', 'available', 'octets', 'Physical disk'),
  derived(
    'vir_disk_utilization',
    '%',
    'Disk allocated',
    'allocation of capacity.',
    { levels: ['allocation', 'capacity'] },
    percentOf,
  ),
  rate('vir_disk_reads', 'rd_req', '1/s', 'Disk reads'),
  rate('vir_bytes_read', 'rd_bytes', 'octets/s', 'Read from disk'),
  rate('vir_disk_writes', 'wr_req', '1/s', 'Disk writes'),
  rate('vir_bytes_written', 'wr_bytes', 'octets/s', 'Written to disk'),
  rate('vir_disk_errs', 'errs', '1/s', 'Disk errors'),
]);

const virtualNetwork = new Plan('Virtual node', 2104, [
  rate('vir_bytes_in', 'rx_bytes', 'octets/s', 'Network in'),
  rate('vir_pkts_in', 'rx_packets', 'frames/s', 'Frames in'),
  rate('vir_errs_in', 'rx_errs', 'frames/s', 'Errors in'),
  rate('vir_drops_in', 'rx_drop', 'frames/s', 'Drops in'),
  rate('vir_bytes_out', 'tx_bytes', 'octets/s', 'Network out'),
  rate('vir_pkts_out', 'tx_packets', 'frames/s', 'Frames out'),
  rate('vir_errs_out', 'tx_errs', 'frames/s', 'Errors out'),
  rate('vir_drops_out', 'tx_drop', 'frames/s', 'Drops out'),
]);

const jvm = new Plan('Java', 2105, [
  text('jvm_name', 'vm_name', 'Java machine'),
  text('jvm_vendor', 'vm_vendor', 'Vendor'),
  text('jvm_version', 'vm_version', 'Version'),
]);

const jvmStatistics = new Plan('Java', 2106, [
  ...levels('octets', [
    ['jvm_heap_initial', 'heap_initial', 'Heap at the start'],
    ['jvm_heap_used', 'heap_used', 'Heap used'],
    ['jvm_heap_committed', 'heap_committed', 'Heap committed'],
    ['jvm_heap_max', 'heap_max', 'Heap at most'],
    ['jvm_nonheap_initial', 'non_heap_initial', 'Other memory at the start'],
    ['jvm_nonheap_used', 'non_heap_used', 'Other memory used'],
    ['jvm_nonheap_committed', 'non_heap_committed', 'Other memory committed'],
    ['jvm_nonheap_max', 'non_heap_max', 'Other memory at most'],
  ]),
  derived(
    'jvm_heap_utilization',
    '%',
    'Heap used',
    'heap_used of heap_max.',
    { levels: ['heap_used', 'heap_max'] },
    percentOf,
  ),
  rate('jvm_gc_count', 'gc_count', '1/s', 'Collections'),
  derived(
    'jvm_gc_utilization',
    '%',
    'Time collecting',
    'Share of the time spent collecting garbage.',
    { rates: ['gc_time'] },
    (ms) => ms / 10,
  ),
  rate('jvm_classes_loading', 'classes_total', '1/s', 'Classes loaded'),
  level('jvm_classes_loaded', 'classes_loaded', 'count', 'Classes in memory'),
  rate('jvm_classes_unloaded', 'classes_unloaded', '1/s', 'Classes unloaded'),
  derived(
    'jvm_compile_utilization',
    '%',
    'Time compiling',
    'Share of the time spent compiling.',
    { rates: ['compilation_time'] },
    (ms) => ms / 10,
  ),
  level('jvm_threads_live', 'thread_num_live', 'count', 'Threads'),
  level('jvm_threads_daemon', 'thread_num_daemon', 'count', 'Daemon threads'),
  rate('jvm_threads_started', 'thread_num_started', '1/s', 'Threads started'),
  level('jvm_fds_open', 'fd_open_count', 'count', 'Open files'),
  level('jvm_fds_max', 'fd_max_count', 'count', 'Open files at most'),
]);

const graphics = (prefix: string): MetricLine[] => [
  level(`${prefix}nvml_device_count`, 'device_count', 'count', 'GPUs'),
  level(`${prefix}nvml_processes`, 'processes', 'count', 'GPU processes'),
  derived(
    `${prefix}nvml_gputime`,
    '%',
    'GPU used',
    'Time that the GPUs were busy; 100 % for each GPU.',
    { rates: ['gpu_time'] },
    (ms) => ms / 10,
  ),
  derived(
    `${prefix}nvml_gpu_utilization`,
    '%',
    'GPU used, of all',
    'Time that the GPUs were busy, of the time of all of them.',
    { rates: ['gpu_time'], levels: ['device_count'] },
    (ms, devices) => percentOf(ms, devices * 1000),
  ),
  derived(
    `${prefix}nvml_memtime`,
    '%',
    'GPU memory busy',
    'Time that the memory of the GPUs was busy; 100 % for each GPU.',
    { rates: ['mem_time'] },
    (ms) => ms / 10,
  ),
  level(`${prefix}nvml_mem_total`, 'mem_total', 'octets', 'GPU memory'),
  level(`${prefix}nvml_mem_free`, 'mem_free', 'octets', 'Free GPU memory'),
  derived(
    `${prefix}nvml_mem_utilization`,
    '%',
    'GPU memory used',
    'What is not free of the GPU memory.',
    { levels: ['mem_total', 'mem_free'] },
    (total, free) => percentOf(total - free, total),
  ),
  rate(`${prefix}nvml_ecc_errors`, 'ecc_errors', '1/s', 'ECC errors'),
  rate(`${prefix}nvml_power`, 'energy', 'W', 'GPU power', 0.001),
  level(`${prefix}nvml_temperature`, 'temperature', '°C', 'GPU temperature'),
  level(`${prefix}nvml_fan_speed`, 'fan_speed', '%', 'GPU fan'),
];

export const hostPlans = [
  processor,
  hostDescription,
  virtualDescription,
  cpu,
  memory,
  disk,
  network,
  hypervisor,
  virtualCpu,
  virtualMemory,
  virtualDisk,
  virtualNetwork,
  jvm,
  jvmStatistics,
  new Plan('GPU', tagOf(5703, 1), graphics(''), false),
  new Plan('GPU', tagOf(5703, 1), graphics('vir_'), true),
  new Plan('Power', 3000, [
    level('voltage', 'voltage', 'V', 'Voltage', 0.001),
    level('current', 'current', 'A', 'Current', 0.001),
    level('real_power', 'real_power', 'W', 'Power', 0.001),
    level('power_factor', 'power_factor', '%', 'Power factor', 0.01),
    rate('energy', 'energy', 'W', 'Energy per second', 0.001),
    rate('power_errors', 'errors', '1/s', 'Power errors'),
  ]),
  new Plan('Environment', 3001, [
    level('temperature_min', 'minimum', '°C', 'Lowest temperature', 0.1),
    level('temperature_max', 'maximum', '°C', 'Highest temperature', 0.1),
    rate('temperature_errors', 'errors', '1/s', 'Temperature errors'),
  ]),
  new Plan('Environment', 3002, [level('humidity', 'relative', '%', 'Humidity')]),
  new Plan('Environment', 3003, [
    level('fans_total', 'total', 'count', 'Fans'),
    level('fans_failed', 'failed', 'count', 'Fans failed'),
    level('fans_speed', 'speed', '%', 'Fan speed'),
  ]),
];
