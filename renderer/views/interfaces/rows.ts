/**
 * From the status of an interface to its row. Counters are exact and come first; where none were heard, the
 * flow estimate stands in and says so.
 */
import { NAME_SOURCE_WORDS } from '../../../shared/format/name-source.ts';
import { formatPercent, MINUS, UNKNOWN } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import { formatDuration } from '../../../shared/format/time.ts';
import { isBeyondChance } from '../../../shared/model/confidence.ts';
import type { FrameRates, InterfaceStatus } from '../../../shared/model/network.ts';

export type Way = {
  average: number;
  /** NaN where only samples tell. */
  peak: number;
  /** Of the speed; NaN where that is not reported. */
  utilisation: number;
  peakUtilisation: number;
  spark: ArrayLike<number> | null;
  discards: number;
  errors: number;
  frames: FrameRates;
};

export type InterfaceRow = {
  id: string;
  agent: string;
  ifIndex: number;
  agentName: string;
  name: string;
  /** Where the name is from, in words. */
  named: string;
  /** ifAlias, or the neighbour by LLDP; '' for none. */
  alias: string;
  speed: number;
  state: 'up' | 'down' | 'unknown';
  /** What the averages come from. */
  source: 'counters' | 'samples' | 'nothing';
  in: Way;
  out: Way;
  discards: number;
  errors: number;
  badge: Badge;
  status: InterfaceStatus;
};

export type Badge = {
  tone: 'ok' | 'warn' | 'plain';
  figure: string;
  words: string;
  about: string;
  sort: number;
};

export const interfaceId = (agent: string, ifIndex: number) => `${agent} ${ifIndex}`;

const NO_FRAMES: FrameRates = { unicast: Number.NaN, multicast: Number.NaN, broadcast: Number.NaN };

function wayOf(status: InterfaceStatus, direction: 'in' | 'out'): Way {
  const { counters, flows, speed } = status;
  const isIn = direction === 'in';
  const estimate = isIn ? flows.inBitsPerSecond : flows.outBitsPerSecond;
  const samples = isIn ? flows.inSamples : flows.outSamples;
  const share = (bitsPerSecond: number) => (speed > 0 ? bitsPerSecond / speed : Number.NaN);
  if (!counters || counters.intervals === 0) {
    const average = samples > 0 ? estimate : Number.NaN;
    return {
      average,
      peak: Number.NaN,
      utilisation: share(average),
      peakUtilisation: Number.NaN,
      spark: null,
      discards: Number.NaN,
      errors: Number.NaN,
      frames: NO_FRAMES,
    };
  }
  const average = isIn ? counters.inBitsPerSecond : counters.outBitsPerSecond;
  const peak = isIn ? counters.peakInBitsPerSecond : counters.peakOutBitsPerSecond;
  return {
    average,
    peak,
    utilisation: share(average),
    peakUtilisation: share(peak),
    spark: isIn ? counters.inSpark : counters.outSpark,
    discards: isIn ? counters.inDiscards : counters.outDiscards,
    errors: isIn ? counters.inErrors : counters.outErrors,
    frames: isIn ? counters.inFrames : counters.outFrames,
  };
}

const signed = (share: number) =>
  `${share > 0 ? '+' : share < 0 ? MINUS : ''}${formatPercent(Math.abs(share))}`;

/** Whether what was sampled agrees with what was counted, in words. */
export function badgeOf({ agreement, flows, counters }: InterfaceStatus): Badge {
  if (!agreement) {
    const none = { tone: 'plain', figure: '', sort: Number.NaN } as const;
    if (flows.inSamples + flows.outSamples === 0)
      return { ...none, words: 'no samples', about: 'No flow sample of this port lies in the range.' };
    if (!counters || counters.intervals === 0)
      return {
        ...none,
        words: 'no counters',
        about: 'No two counter samples of this port lie in the range.',
      };
    return {
      ...none,
      words: 'too little to tell',
      about: 'Counters and samples share too little time or traffic.',
    };
  }
  const { direction, difference, halfWidth, frames, countersAgeMs } = agreement;
  const within = Math.abs(difference) <= halfWidth;
  const width = `±${formatPercent(halfWidth).replace(/\s*%$/, '')}`;
  // A band that is wider than the figure itself confirms nothing.
  const isVague = halfWidth >= 1 && !isBeyondChance(agreement);
  const verdict = {
    tone: isBeyondChance(agreement) ? 'warn' : within ? 'ok' : 'plain',
    figure: signed(difference),
    words: `${within ? 'within' : 'beyond'} ${width}`,
  } as const;
  return {
    ...(isVague ? { tone: 'plain', figure: '', words: 'too few samples' } : verdict),
    about: [
      `${direction === 'in' ? 'Input' : 'Output'}: the flow estimate is ${signed(difference)} from the counters; chance explains ${width} %.`,
      frames
        ? `Frames: ${signed(frames.difference)}, of which chance explains ±${formatPercent(frames.halfWidth)}.`
        : '',
      countersAgeMs
        ? `The counters are ${formatDuration(Math.round(countersAgeMs / 100) * 100)} old when they are sent.`
        : '',
    ]
      .filter(Boolean)
      .join(' '),
    sort: Math.abs(difference) - halfWidth,
  };
}

const sumKnown = (one: number, other: number) =>
  Number.isNaN(one) ? other : Number.isNaN(other) ? one : one + other;

/** The row of an interface; `agentName` is how its agent is called on the screen. */
export function interfaceRow(status: InterfaceStatus, agentName: string): InterfaceRow {
  const [input, output] = [wayOf(status, 'in'), wayOf(status, 'out')];
  const counted = status.counters !== null && status.counters.intervals > 0;
  const sampled = status.flows.inSamples + status.flows.outSamples > 0;
  return {
    id: interfaceId(status.agent, status.ifIndex),
    agent: status.agent,
    ifIndex: status.ifIndex,
    agentName,
    name: safeText(status.name),
    named: NAME_SOURCE_WORDS[status.nameSource],
    alias: safeText(status.alias),
    speed: status.speed,
    state: status.operUp === null ? (sampled || counted ? 'up' : 'unknown') : status.operUp ? 'up' : 'down',
    source: counted ? 'counters' : sampled ? 'samples' : 'nothing',
    in: input,
    out: output,
    discards: sumKnown(input.discards, output.discards),
    errors: sumKnown(input.errors, output.errors),
    badge: badgeOf(status),
    status,
  };
}

/** The state of a port in words: what it was set to comes before what it is. */
export function stateWords({ status, state }: Pick<InterfaceRow, 'status' | 'state'>): string {
  if (status.adminUp === false) return 'switched off';
  return state === 'unknown' ? UNKNOWN : state;
}

/** A share of the speed of a port: rounded down, '–' where the speed is not reported. */
export const utilisationText = (share: number) =>
  Number.isFinite(share) ? formatPercent(share, 'down') : UNKNOWN;
