/** IEEE 802.11: sflow_80211.txt. An aggregation carries the records of each of its packets inside itself. */
import { IEEE80211_VERSION } from '../enumerations.ts';
import { flowRecord, list, mac, opaque, records, text, u32, u64 } from '../field.ts';

const DOCUMENT = 'sflow_80211.txt';

const extended80211Payload = flowRecord({
  format: 1013,
  name: 'extended_80211_payload',
  document: DOCUMENT,
  fields: [u32('cipher_suite', '', { show: 'hex' }), opaque('data')],
});

const extended80211Receive = flowRecord({
  format: 1014,
  name: 'extended_80211_rx',
  document: DOCUMENT,
  fields: [
    text('ssid', 32),
    mac('bssid'),
    u32('version', '', { names: IEEE80211_VERSION }),
    u32('channel'),
    u64('speed'),
    u32('rsni'),
    u32('rcpi'),
    u32('packet_duration', 'us'),
  ],
});

const extended80211Transmit = flowRecord({
  format: 1015,
  name: 'extended_80211_tx',
  document: DOCUMENT,
  fields: [
    text('ssid', 32),
    mac('bssid'),
    u32('version', '', { names: IEEE80211_VERSION }),
    u32('transmissions'),
    u32('packet_duration', 'us'),
    u32('retrans_duration', 'us'),
    u32('channel'),
    u64('speed'),
    u32('power', 'mW'),
  ],
});

const extended80211Aggregation = flowRecord({
  format: 1016,
  name: 'extended_80211_aggregation',
  document: DOCUMENT,
  fields: [list('pdus', [records('flow_records', 'flow')])],
});

export const wirelessRecords = [
  extended80211Payload,
  extended80211Receive,
  extended80211Transmit,
  extended80211Aggregation,
] as const;
