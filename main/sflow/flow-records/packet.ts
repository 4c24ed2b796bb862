/** The sampled packet itself: its first octets, or its fields as the agent read them. */
import { ETHER_TYPE, HEADER_PROTOCOL, IP_PROTOCOL } from '../enumerations.ts';
import { flowRecord, ipv4, ipv6, mac, opaque, u32 } from '../field.ts';

const VERSION_5 = 'sflow_version_5.txt';

export const sampledHeader = flowRecord({
  format: 1,
  name: 'sampled_header',
  document: VERSION_5,
  fields: [
    u32('protocol', '', { names: HEADER_PROTOCOL }),
    u32('frame_length', 'octets'),
    u32('stripped', 'octets'),
    opaque('header'),
  ],
});

export const sampledEthernet = flowRecord({
  format: 2,
  name: 'sampled_ethernet',
  document: VERSION_5,
  fields: [
    u32('length', 'octets'),
    mac('src_mac'),
    mac('dst_mac'),
    u32('type', '', { names: ETHER_TYPE, show: 'hex' }),
  ],
});

export const sampledIpv4 = flowRecord({
  format: 3,
  name: 'sampled_ipv4',
  document: VERSION_5,
  fields: [
    u32('length', 'octets'),
    u32('protocol', '', { names: IP_PROTOCOL }),
    ipv4('src_ip'),
    ipv4('dst_ip'),
    u32('src_port'),
    u32('dst_port'),
    u32('tcp_flags', '', { show: 'hex' }),
    u32('tos', '', { show: 'hex' }),
  ],
});

export const sampledIpv6 = flowRecord({
  format: 4,
  name: 'sampled_ipv6',
  document: VERSION_5,
  fields: [
    u32('length', 'octets'),
    u32('protocol', '', { names: IP_PROTOCOL }),
    ipv6('src_ip'),
    ipv6('dst_ip'),
    u32('src_port'),
    u32('dst_port'),
    u32('tcp_flags', '', { show: 'hex' }),
    u32('priority'),
  ],
});

export const packetRecords = [sampledHeader, sampledEthernet, sampledIpv4, sampledIpv6] as const;
