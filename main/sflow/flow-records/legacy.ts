/**
 * Records of sFlow versions 2 and 4 whose layout differs from the version 5 record of the same meaning. Those
 * versions number their records 1, 2, 3 without an enterprise; the reader gives the ones below numbers of an
 * enterprise that is assigned to nobody (2^20 - 1), so that a tag alone still tells the layout. The other
 * version 2 and 4 records (switch, router, sampled IPv4 and IPv6, all counters) are laid out as in version 5
 * and carry its tags.
 */
import { AS_SEGMENT_TYPE, HEADER_PROTOCOL, URL_DIRECTION } from '../enumerations.ts';
import { flowRecord, list, opaque, text, u32 } from '../field.ts';

const LEGACY_ENTERPRISE = 0xfffff;
const VERSION_2 = 'sFlow version 2, layout as read by sflowtool';
const VERSION_4 = 'RFC 3176 (sFlow version 4)';

export const legacySampledHeader = flowRecord({
  enterprise: LEGACY_ENTERPRISE,
  format: 1,
  name: 'sampled_header_v2',
  document: VERSION_2,
  deprecated: true,
  fields: [u32('protocol', '', { names: HEADER_PROTOCOL }), u32('frame_length', 'octets'), opaque('header')],
});

export const gatewayVersion2 = flowRecord({
  enterprise: LEGACY_ENTERPRISE,
  format: 2,
  name: 'extended_gateway_v2',
  document: VERSION_2,
  deprecated: true,
  fields: [u32('as'), u32('src_as'), u32('src_peer_as'), list('dst_as_path', [u32('')])],
});

export const gatewayVersion4 = flowRecord({
  enterprise: LEGACY_ENTERPRISE,
  format: 3,
  name: 'extended_gateway_v4',
  document: VERSION_4,
  deprecated: true,
  fields: [
    u32('as'),
    u32('src_as'),
    u32('src_peer_as'),
    list('dst_as_path', [u32('segment_type', '', { names: AS_SEGMENT_TYPE }), list('as', [u32('')])]),
    list('communities', [u32('')]),
    u32('localpref'),
  ],
});

export const legacyUser = flowRecord({
  enterprise: LEGACY_ENTERPRISE,
  format: 4,
  name: 'extended_user_v2',
  document: VERSION_2,
  deprecated: true,
  fields: [text('src_user'), text('dst_user')],
});

export const legacyUrl = flowRecord({
  enterprise: LEGACY_ENTERPRISE,
  format: 5,
  name: 'extended_url_v2',
  document: VERSION_2,
  deprecated: true,
  fields: [u32('direction', '', { names: URL_DIRECTION }), text('url')],
});

export const legacyRecords = [
  legacySampledHeader,
  gatewayVersion2,
  gatewayVersion4,
  legacyUser,
  legacyUrl,
] as const;
