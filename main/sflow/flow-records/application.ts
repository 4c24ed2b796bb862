/** Sampled transactions of applications and the sockets they came through. */
import {
  APPLICATION_STATUS,
  DATA_SOURCE_CLASS,
  HTTP_METHOD,
  IP_PROTOCOL,
  MEMCACHE_COMMAND,
  MEMCACHE_PROTOCOL,
  MEMCACHE_STATUS,
  TCP_DIRECTION,
  TRANSACTION_DIRECTION,
  TRANSACTION_STATUS,
} from '../enumerations.ts';
import { flowRecord, group, i32, integers32, ipv4, ipv6, text, u32, u64 } from '../field.ts';

const STORAGE = 'sFlow discussion 0282';
const APPLICATION = 'sflow_application.txt';
const HTTP = 'sflow_http.txt';
const HOST = 'sflow_host.txt';
const HOST_SFLOW = 'host-sflow src/sflow/sflow.h';

const socketIpv4 = flowRecord({
  format: 2100,
  name: 'extended_socket_ipv4',
  document: HOST,
  fields: [
    u32('protocol', '', { names: IP_PROTOCOL }),
    ipv4('local_ip'),
    ipv4('remote_ip'),
    u32('local_port'),
    u32('remote_port'),
  ],
});

const socketIpv6 = flowRecord({
  format: 2101,
  name: 'extended_socket_ipv6',
  document: HOST,
  fields: [
    u32('protocol', '', { names: IP_PROTOCOL }),
    ipv6('local_ip'),
    ipv6('remote_ip'),
    u32('local_port'),
    u32('remote_port'),
  ],
});

export const applicationRecords = [
  flowRecord({
    format: 2000,
    name: 'transaction',
    document: STORAGE,
    fields: [
      u32('direction', '', { names: TRANSACTION_DIRECTION }),
      u32('wait', 'us'),
      u32('duration', 'us'),
      u32('status', '', { names: TRANSACTION_STATUS }),
      u64('bytes_received', 'octets'),
      u64('bytes_send', 'octets'),
    ],
  }),
  flowRecord({
    format: 2001,
    name: 'extended_nfs_storage_transaction',
    document: STORAGE,
    fields: [text('path'), u32('operation'), u32('status')],
  }),
  flowRecord({
    format: 2002,
    name: 'extended_scsi_storage_transaction',
    document: STORAGE,
    fields: [u32('lun'), u32('operation'), u32('status')],
  }),
  flowRecord({
    format: 2003,
    name: 'extended_http_transaction',
    document: STORAGE,
    fields: [text('url'), text('host'), text('referer'), text('useragent'), text('user'), u32('status')],
  }),
  socketIpv4,
  socketIpv6,
  flowRecord({
    format: 2102,
    name: 'extended_proxy_socket_ipv4',
    document: HTTP,
    fields: [group('socket', socketIpv4.fields)],
  }),
  flowRecord({
    format: 2103,
    name: 'extended_proxy_socket_ipv6',
    document: HTTP,
    fields: [group('socket', socketIpv6.fields)],
  }),
  flowRecord({
    format: 2200,
    name: 'memcache_operation',
    document: 'sflow_memcache.txt',
    fields: [
      u32('protocol', '', { names: MEMCACHE_PROTOCOL }),
      u32('cmd', '', { names: MEMCACHE_COMMAND }),
      text('key', 255),
      u32('nkeys'),
      u32('value_bytes', 'octets'),
      u32('uS', 'us'),
      u32('status', '', { names: MEMCACHE_STATUS }),
    ],
  }),
  // The sources disagree; this is the order that senders and sflowtool share.
  flowRecord({
    format: 2201,
    name: 'http_request',
    document: 'sFlow discussion',
    deprecated: true,
    fields: [
      u32('method', '', { names: HTTP_METHOD }),
      u32('protocol'),
      text('uri', 255),
      text('host', 64),
      text('referer', 255),
      text('useragent', 128),
      text('authuser', 32),
      text('mime_type', 64),
      u64('resp_bytes', 'octets'),
      u32('uS', 'us'),
      u32('status'),
    ],
  }),
  flowRecord({
    format: 2202,
    name: 'app_operation',
    document: APPLICATION,
    fields: [
      text('application', 32),
      text('operation', 32),
      text('attributes', 255),
      text('status_descr', 64),
      u64('req_bytes', 'octets'),
      u64('resp_bytes', 'octets'),
      u32('uS', 'us'),
      u32('status', '', { names: APPLICATION_STATUS }),
    ],
  }),
  flowRecord({
    format: 2203,
    name: 'app_parent_context',
    document: APPLICATION,
    fields: [text('application', 32), text('operation', 32), text('attributes', 255)],
  }),
  flowRecord({ format: 2204, name: 'app_initiator', document: APPLICATION, fields: [text('actor', 64)] }),
  flowRecord({ format: 2205, name: 'app_target', document: APPLICATION, fields: [text('actor', 64)] }),
  flowRecord({
    format: 2206,
    name: 'http_request',
    document: HTTP,
    fields: [
      u32('method', '', { names: HTTP_METHOD }),
      u32('protocol'),
      text('uri', 255),
      text('host', 64),
      text('referer', 255),
      text('useragent', 128),
      text('xff', 64),
      text('authuser', 32),
      text('mime_type', 64),
      u64('req_bytes', 'octets'),
      u64('resp_bytes', 'octets'),
      u32('uS', 'us'),
      i32('status'),
    ],
  }),
  flowRecord({
    format: 2207,
    name: 'extended_proxy_request',
    document: HTTP,
    fields: [text('uri', 255), text('host', 64)],
  }),
  flowRecord({
    format: 2208,
    name: 'extended_nav_timing',
    document: 'sFlow discussion',
    fields: [
      ...integers32('', 'type', 'redirectCount'),
      ...integers32('ms', 'navigationStart', 'unloadEventStart', 'unloadEventEnd', 'redirectStart'),
      ...integers32('ms', 'redirectEnd', 'fetchStart', 'domainLookupStart', 'domainLookupEnd'),
      ...integers32('ms', 'connectStart', 'connectEnd', 'secureConnectionStart', 'requestStart'),
      ...integers32('ms', 'responseStart', 'responseEnd', 'domLoading', 'domInteractive'),
      ...integers32('ms', 'domContentLoadedEventStart', 'domContentLoadedEventEnd', 'domComplete'),
      ...integers32('ms', 'loadEventStart', 'loadEventEnd'),
    ],
  }),
  flowRecord({
    format: 2209,
    name: 'extended_tcp_info',
    document: HOST_SFLOW,
    fields: [
      u32('dir', '', { names: TCP_DIRECTION }),
      ...integers32('octets', 'snd_mss', 'rcv_mss'),
      ...integers32('packets', 'unacked', 'lost', 'retrans'),
      u32('pmtu', 'octets'),
      ...integers32('us', 'rtt', 'rttvar'),
      ...integers32('packets', 'snd_cwnd', 'reordering'),
      u32('min_rtt', 'us'),
    ],
  }),
  flowRecord({
    format: 2210,
    name: 'extended_entities',
    document: HOST_SFLOW,
    fields: [
      u32('src_ds_class', '', { names: DATA_SOURCE_CLASS }),
      u32('src_ds_index'),
      u32('dst_ds_class', '', { names: DATA_SOURCE_CLASS }),
      u32('dst_ds_index'),
    ],
  }),
] as const;
