/**
 * What a change is looked for by. Where the keys are those of a preset its tables and stored minutes answer; a
 * dimension may be some of the keys of a question, so that one question answers two.
 */
import { flowPresets } from '../flows/presets.ts';

const keysOf = (id: string): readonly string[] => flowPresets.find((preset) => preset.id === id)!.keys;

/** Hosts by their networks, as a filter can name them too. */
export const SOURCE_SUBNET = 'or:[mask:ipsource:24]:[mask:ip6source:64]';
export const DESTINATION_SUBNET = 'or:[mask:ipdestination:24]:[mask:ip6destination:64]';

export type Dimension = {
  id: string;
  label: string;
  /** What is asked for. */
  keys: readonly string[];
  /** Which of these keys it is; all where it is left out. */
  keep?: readonly number[];
};

export const dimensions: readonly Dimension[] = [
  { id: 'sources', label: 'Source', keys: keysOf('sources') },
  { id: 'destinations', label: 'Destination', keys: keysOf('destinations') },
  { id: 'pairs', label: 'Pair', keys: keysOf('pairs') },
  { id: 'applications', label: 'Application', keys: keysOf('applications') },
  { id: 'protocols', label: 'Protocol', keys: keysOf('protocols') },
  { id: 'source-subnets', label: 'Source subnet', keys: [SOURCE_SUBNET] },
  { id: 'destination-subnets', label: 'Destination subnet', keys: [DESTINATION_SUBNET] },
  { id: 'entering', label: 'Input port', keys: keysOf('ports'), keep: [0, 1] },
  { id: 'leaving', label: 'Output port', keys: keysOf('ports'), keep: [0, 2] },
  { id: 'vlans', label: 'VLAN', keys: keysOf('vlans') },
  { id: 'source-countries', label: 'Source country', keys: ['or:[country:ipsource]:[country:ip6source]'] },
  {
    id: 'destination-countries',
    label: 'Destination country',
    keys: ['or:[country:ipdestination]:[country:ip6destination]'],
  },
  { id: 'tenants', label: 'Tenant (VNI)', keys: ['vni'] },
];

const [SOURCE, DESTINATION] = keysOf('pairs') as [string, string];

/** The rows in which patterns are looked for, and where the fields of a pattern stand in them. */
export const PATTERN_KEYS: readonly string[] = [
  SOURCE,
  DESTINATION,
  'application',
  'agent',
  'ifname:inputifindex',
  'vlan',
  'vni',
];
/** Where no others are known, as of stored minutes: a protocol and its two ports in place of the application. */
export const CONNECTION_KEYS = keysOf('connections');
