/**
 * Thresholds that ship with Weir: the six of an interface as sFlowTrend has them, silence, large flows, floods, and
 * who was never heard of before. Those that could be noisy, or that cost work for every sample, are switched off until
 * somebody wants them.
 */
import type { Threshold, ThresholdInput } from '../../shared/model/threshold.ts';
import { readThreshold } from './definition.ts';

/** Over several minutes, so that one busy moment is no event; again within ten minutes it is the same event. */
const OF_INTERFACES = { minutes: { above: 4, window: 10 }, timeout: 60, flapSeconds: 600 } as const;

/** Frames per second, as the DDoS Protect application of sFlow-RT has them. */
const flood = (metric: string, what: string, value = 500_000, timeout = 60): ThresholdInput => ({
  ...{ metric, value, timeout, byFlow: true, flapSeconds: 300, severity: 'critical', enabled: false },
  description: `${what} Set the level to what your links and hosts can take.`,
});

const LINES: Record<string, ThresholdInput> = {
  'Interface utilisation': {
    ...{ metric: 'ifinutilization,ifoututilization', value: 80, clearValue: 75, ...OF_INTERFACES },
    description: 'More than 80 % of the speed of an interface, in or out: look who uses it, or make room.',
  },
  'Interface unicasts': {
    ...{ metric: 'ifinucastpkts,ifoutucastpkts', value: 1_000_000, ...OF_INTERFACES, enabled: false },
    description: 'Unicast frames per second. What is many depends on the interface: give each its own level.',
  },
  'Interface broadcasts': {
    ...{ metric: 'ifinbroadcastpkts,ifoutbroadcastpkts', value: 1000, ...OF_INTERFACES },
    description: 'Every host of the VLAN must take each broadcast: a loop, or a host that has gone wrong.',
  },
  'Interface multicasts': {
    ...{ metric: 'ifinmulticastpkts,ifoutmulticastpkts', value: 20_000, ...OF_INTERFACES, enabled: false },
    description: 'Multicast frames per second. Video makes many; give such interfaces their own level.',
  },
  'Interface errors': {
    ...{ metric: 'ifinerrors,ifouterrors', value: 5, ...OF_INTERFACES },
    description: 'Frames with errors: a bad cable, plug or optic, or two ends that differ in duplex.',
  },
  'Interface discards': {
    ...{ metric: 'ifindiscards,ifoutdiscards', value: 50, ...OF_INTERFACES },
    description: 'Frames that the switch had no room for: the interface is full for moments.',
  },
  'Agent gone quiet': {
    ...{ metric: 'datagrams', kind: 'absence', value: 90, timeout: 0, flapSeconds: 600, enabled: false },
    description:
      'Nothing was heard of an agent for so many seconds. Weir tells of lost agents anyway, after five minutes; this one is quicker, and can have a time of its own for each agent.',
  },
  'Large flows': {
    ...{ metric: 'elephants', value: 10, of: 'speed', byFlow: true, timeout: 4, flapSeconds: 60 },
    ...{ severity: 'info', enabled: false },
    description: 'A connection that takes more than 10 % of its link, told within about a second.',
  },
  'IP flood': flood('ip-floods', 'So many packets of one protocol to one address.', 1_000_000, 180),
  'IP fragments': flood('ip-fragments', 'Fragments, which hosts must keep until they are complete.'),
  'ICMP flood': flood('icmp-floods', 'ICMP to one address.'),
  'UDP flood': flood('udp-floods', 'UDP to one port of one address.'),
  'UDP amplification': flood(
    'udp-amplification',
    'Answers of services that answer more than they are asked (DNS, NTP, …), to somebody who did not ask.',
  ),
  'TCP flood': flood('tcp-floods', 'TCP to one port of one address.'),
  'TCP amplification': flood('tcp-amplification', 'Answers to connections that the address did not begin.'),
  'New talker': {
    ...{ metric: 'talkers', kind: 'contact', value: 0, timeout: 300, learnMinutes: 1440 },
    ...{ severity: 'info', enabled: false },
    description: 'An address that was never heard of before. For the first day all are learned.',
  },
  'Blocklist contact': {
    ...{ metric: 'blocklist-contacts', kind: 'contact', value: 0, timeout: 300, severity: 'critical' },
    enabled: false,
    description: 'A host talks with an address of the group table “blocklist”.',
  },
};

/** By name; each can be used as it is. */
export const thresholdPresets: ReadonlyMap<string, Threshold> = new Map(
  Object.entries(LINES).map(([name, input]) => [name, readThreshold(name, input, true)]),
);
