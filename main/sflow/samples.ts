/**
 * The samples as structures, declared like the records, for those who show or write a whole datagram. The hot
 * path does not come here: reader.ts reads them by hand into sample.ts.
 */
import { DATA_SOURCE_CLASS, DROP_REASON } from './enumerations.ts';
import { f32, f64, ipv4, ipv6, list, mac, records, sampleType, text, typed, u32, u64 } from './field.ts';

const VERSION_5 = 'sflow_version_5.txt';
const RT_DOCUMENT = 'sFlow-RT custom metrics; layout from sflowtool';

const sourceExpanded = [
  u32('source_id_type', '', { names: DATA_SOURCE_CLASS }),
  u32('source_id_index'),
] as const;

export const flowSample = sampleType({
  format: 1,
  name: 'flow_sample',
  document: VERSION_5,
  fields: [
    u32('sequence_number'),
    u32('source_id', '', { show: 'data source' }),
    u32('sampling_rate', 'frames per sample'),
    u32('sample_pool', 'frames'),
    u32('drops', 'frames'),
    u32('input', '', { show: 'interface' }),
    u32('output', '', { show: 'interface' }),
    records('flow_records', 'flow'),
  ],
});

export const countersSample = sampleType({
  format: 2,
  name: 'counters_sample',
  document: VERSION_5,
  fields: [
    u32('sequence_number'),
    u32('source_id', '', { show: 'data source' }),
    records('counters', 'counter'),
  ],
});

export const flowSampleExpanded = sampleType({
  format: 3,
  name: 'flow_sample_expanded',
  document: VERSION_5,
  fields: [
    u32('sequence_number'),
    ...sourceExpanded,
    u32('sampling_rate', 'frames per sample'),
    u32('sample_pool', 'frames'),
    u32('drops', 'frames'),
    u32('input_format'),
    u32('input_value'),
    u32('output_format'),
    u32('output_value'),
    records('flow_records', 'flow'),
  ],
});

export const countersSampleExpanded = sampleType({
  format: 4,
  name: 'counters_sample_expanded',
  document: VERSION_5,
  fields: [u32('sequence_number'), ...sourceExpanded, records('counters', 'counter')],
});

export const discardedPacket = sampleType({
  format: 5,
  name: 'discarded_packet',
  document: 'sflow_drops.txt',
  fields: [
    u32('sequence_number'),
    ...sourceExpanded,
    u32('drops', 'notifications'),
    u32('inputifindex'),
    u32('outputifindex'),
    u32('reason', '', { names: DROP_REASON }),
    records('discard_records', 'flow'),
  ],
});

export const rtMetric = sampleType({
  enterprise: 4300,
  format: 1002,
  name: 'rtmetric',
  document: RT_DOCUMENT,
  fields: [
    text('datasource_name'),
    list('metrics', [
      text('name'),
      typed('value', [
        text('string'),
        u32('counter32'),
        u64('counter64'),
        u32('gauge32'),
        u64('gauge64'),
        f32('gaugeFloat'),
        f64('gaugeDouble'),
      ]),
    ]),
  ],
});

export const rtFlow = sampleType({
  enterprise: 4300,
  format: 1003,
  name: 'rtflow',
  document: RT_DOCUMENT,
  fields: [
    text('datasource_name'),
    u32('sampling_rate', 'frames per sample'),
    u32('sample_pool', 'frames'),
    list('fields', [
      text('name'),
      typed('value', [
        text('string'),
        mac('mac'),
        ipv4('ipv4'),
        ipv6('ipv6'),
        u32('int32'),
        u64('int64'),
        f32('float'),
        f64('double'),
      ]),
    ]),
  ],
});

export const sampleTypes = [
  flowSample,
  countersSample,
  flowSampleExpanded,
  countersSampleExpanded,
  discardedPacket,
  rtMetric,
  rtFlow,
] as const;
