/** Metrics of applications and services: HTTP, workers, operations, resources, memcache, virtual desktops. */
import { derived, level, levels, type MetricLine, Plan, percentOf, rate, rates, text } from '../line.ts';

const METHODS = ['option', 'get', 'head', 'post', 'put', 'delete', 'trace', 'connect', 'other'] as const;
const STATUSES = ['1XX', '2XX', '3XX', '4XX', '5XX', 'other'] as const;

const http = new Plan('HTTP', 2201, [
  ...METHODS.map((method) =>
    rate(`http_method_${method}`, `method_${method}_count`, '1/s', `HTTP ${method.toUpperCase()}`),
  ),
  ...STATUSES.map((status) =>
    rate(`http_status_${status.toLowerCase()}`, `status_${status}_count`, '1/s', `HTTP status ${status}`),
  ),
  derived(
    'http_requests',
    '1/s',
    'HTTP requests',
    'The requests of all methods.',
    { rates: METHODS.map((method) => `method_${method}_count`) },
    total,
  ),
]);
function total(...values: number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? Number.NaN : known.reduce((all, value) => all + value, 0);
}

/** [field, words] of how an operation may end other than well. */
const FAILURES = [
  ['other', 'other errors'],
  ['timeout', 'timed out'],
  ['internal_error', 'internal errors'],
  ['bad_request', 'bad requests'],
  ['forbidden', 'forbidden'],
  ['too_large', 'too large'],
  ['not_implemented', 'not implemented'],
  ['not_found', 'not found'],
  ['unavailable', 'unavailable'],
  ['unauthorized', 'unauthorised'],
] as const;
const failureFields = FAILURES.map(([field]) => field);

const operations = new Plan('Application', 2202, [
  text('app_name', 'application', 'Application'),
  rate('app_status_success', 'success', '1/s', 'Operations, succeeded'),
  ...FAILURES.map(([field, words]) => rate(`app_status_${field}`, field, '1/s', `Operations, ${words}`)),
  derived(
    'app_operations',
    '1/s',
    'Operations',
    'The operations of every outcome.',
    { rates: ['success', ...failureFields] },
    total,
  ),
  derived(
    'app_errors',
    '1/s',
    'Failed operations',
    'The operations that did not succeed.',
    { rates: failureFields },
    total,
  ),
]);

const resources = new Plan('Application', 2203, [
  derived(
    'app_cpu_user',
    '%',
    'CPU, user',
    'user_time per second; 100 % is one CPU.',
    { rates: ['user_time'] },
    (ms) => ms / 10,
  ),
  derived(
    'app_cpu_system',
    '%',
    'CPU, system',
    'system_time per second; 100 % is one CPU.',
    { rates: ['system_time'] },
    (ms) => ms / 10,
  ),
  derived(
    'app_cpu',
    '%',
    'CPU',
    'Both times per second; 100 % is one CPU.',
    { rates: ['user_time', 'system_time'] },
    (user, system) => (user + system) / 10,
  ),
  level('app_mem_used', 'mem_used', 'octets', 'Memory used'),
  level('app_mem_max', 'mem_max', 'octets', 'Memory at most'),
  derived(
    'app_mem_utilization',
    '%',
    'Memory used',
    'mem_used of mem_max.',
    { levels: ['mem_used', 'mem_max'] },
    percentOf,
  ),
  ...levels('count', [
    ['app_fd_open', 'fd_open', 'Open files'],
    ['app_fd_max', 'fd_max', 'Open files at most'],
    ['app_conn_open', 'conn_open', 'Open connections'],
    ['app_conn_max', 'conn_max', 'Open connections at most'],
  ]),
]);

const workers = new Plan('Workers', 2206, [
  level('workers_active', 'workers_active', 'count', 'Active workers'),
  level('workers_idle', 'workers_idle', 'count', 'Idle workers'),
  level('workers_max', 'workers_max', 'count', 'Workers at most'),
  derived(
    'workers_utilization',
    '%',
    'Workers used',
    'workers_active of workers_max.',
    { levels: ['workers_active', 'workers_max'] },
    percentOf,
  ),
  rate('req_delayed', 'req_delayed', '1/s', 'Requests delayed'),
  rate('req_dropped', 'req_dropped', '1/s', 'Requests dropped'),
]);

/** What both forms of memcache's counters have. */
const MEMCACHE_RATES = [
  ['memcache_cmd_set', 'cmd_set', 'Sets'],
  ['memcache_cmd_flush', 'cmd_flush', 'Flushes'],
  ['memcache_get_hits', 'get_hits', 'Get hits'],
  ['memcache_get_misses', 'get_misses', 'Get misses'],
  ['memcache_delete_hits', 'delete_hits', 'Delete hits'],
  ['memcache_delete_misses', 'delete_misses', 'Delete misses'],
  ['memcache_incr_hits', 'incr_hits', 'Increment hits'],
  ['memcache_incr_misses', 'incr_misses', 'Increment misses'],
  ['memcache_decr_hits', 'decr_hits', 'Decrement hits'],
  ['memcache_decr_misses', 'decr_misses', 'Decrement misses'],
  ['memcache_cas_hits', 'cas_hits', 'CAS hits'],
  ['memcache_cas_misses', 'cas_misses', 'CAS misses'],
  ['memcache_cas_badval', 'cas_badval', 'CAS bad values'],
  ['memcache_auth_cmds', 'auth_cmds', 'Authentications'],
  ['memcache_auth_errors', 'auth_errors', 'Authentication errors'],
  ['memcache_conn_yields', 'conn_yields', 'Connection yields'],
  ['memcache_listen_disabled', 'listen_disabled_num', 'Listening paused'],
  ['memcache_total_connections', 'total_connections', 'New connections'],
  ['memcache_evictions', 'evictions', 'Evictions'],
  ['memcache_total_items', 'total_items', 'New items'],
] as const;
const memcacheLines: MetricLine[] = [
  ...rates('1/s', MEMCACHE_RATES),
  rate('memcache_bytes_read', 'bytes_read', 'octets/s', 'Octets read'),
  rate('memcache_bytes_written', 'bytes_written', 'octets/s', 'Octets written'),
  level('memcache_bytes', 'bytes', 'octets', 'Octets stored'),
  level('memcache_limit_maxbytes', 'limit_maxbytes', 'octets', 'Octets at most'),
  ...levels('count', [
    ['memcache_curr_connections', 'curr_connections', 'Connections'],
    ['memcache_connection_structures', 'connection_structures', 'Connection structures'],
    ['memcache_curr_items', 'curr_items', 'Items'],
    ['memcache_threads', 'threads', 'Threads'],
  ]),
  derived(
    'memcache_hit_rate',
    '%',
    'Hit rate',
    'get_hits of all gets.',
    { rates: ['get_hits', 'get_misses'] },
    (hits, misses) => percentOf(hits, hits + misses),
  ),
];

const memcached = new Plan('Memcache', 2200, [
  ...memcacheLines,
  rate('memcache_cmd_get', 'cmd_get', '1/s', 'Gets'),
  level('memcache_uptime', 'uptime', 's', 'Up for'),
  level('memcache_accepting_conns', 'accepting_conns', '', 'Accepts connections'),
  derived(
    'memcache_cpu',
    '%',
    'CPU',
    'User and system time per second; 100 % is one CPU.',
    { rates: ['rusage_user', 'rusage_system'] },
    (user, system) => (user + system) / 10,
  ),
]);

const memcache = new Plan('Memcache', 2204, [
  ...memcacheLines,
  rate('memcache_cmd_touch', 'cmd_touch', '1/s', 'Touches'),
  rate('memcache_rejected_connections', 'rejected_connections', '1/s', 'Rejected connections'),
  rate('memcache_reclaimed', 'reclaimed', '1/s', 'Items reclaimed'),
]);

const desktops = new Plan('Virtual desktop', 2205, [
  level('vdi_sessions_current', 'sessions_current', 'count', 'Sessions'),
  rate('vdi_sessions_total', 'sessions_total', '1/s', 'New sessions'),
  ...rates('octets/s', [
    ['vdi_rx_bytes', 'rx_bytes', 'Received'],
    ['vdi_tx_bytes', 'tx_bytes', 'Sent'],
    ['vdi_audio_rx_bytes', 'audio_rx_bytes', 'Audio received'],
    ['vdi_audio_tx_bytes', 'audio_tx_bytes', 'Audio sent'],
    ['vdi_img_rx_bytes', 'img_rx_bytes', 'Pictures received'],
    ['vdi_img_tx_bytes', 'img_tx_bytes', 'Pictures sent'],
    ['vdi_usb_rx_bytes', 'usb_rx_bytes', 'USB received'],
    ['vdi_usb_tx_bytes', 'usb_tx_bytes', 'USB sent'],
  ]),
  ...rates('frames/s', [
    ['vdi_rx_packets', 'rx_packets', 'Packets received'],
    ['vdi_tx_packets', 'tx_packets', 'Packets sent'],
    ['vdi_rx_packets_lost', 'rx_packets_lost', 'Received packets lost'],
    ['vdi_tx_packets_lost', 'tx_packets_lost', 'Sent packets lost'],
  ]),
  ...levels('ms', [
    ['vdi_rtt_min', 'rtt_min_ms', 'Shortest round trip'],
    ['vdi_rtt_max', 'rtt_max_ms', 'Longest round trip'],
    ['vdi_rtt_avg', 'rtt_avg_ms', 'Round trip'],
  ]),
  level('vdi_audio_tx_limit', 'audio_tx_limit', 'bit/s', 'Audio limit'),
  rate('vdi_img_frames', 'img_frames', '1/s', 'Pictures'),
  ...levels('%', [
    ['vdi_img_qual_min', 'img_qual_min', 'Lowest picture quality'],
    ['vdi_img_qual_max', 'img_qual_max', 'Highest picture quality'],
    ['vdi_img_qual_avg', 'img_qual_avg', 'Picture quality'],
  ]),
]);

const virtualSwitch = new Plan('Open vSwitch', 2207, [
  ...rates('1/s', [
    ['ovs_dp_hits', 'hits', 'Datapath hits'],
    ['ovs_dp_misses', 'misses', 'Datapath misses'],
    ['ovs_dp_lost', 'lost', 'Lost on the way to userspace'],
    ['ovs_dp_mask_hits', 'mask_hits', 'Mask lookups'],
  ]),
  level('ovs_dp_flows', 'flows', 'count', 'Datapath flows'),
  level('ovs_dp_masks', 'masks', 'count', 'Datapath masks'),
]);

export const applicationPlans = [
  http,
  operations,
  resources,
  workers,
  memcached,
  memcache,
  desktops,
  virtualSwitch,
];
