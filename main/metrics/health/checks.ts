/**
 * The checks of an agent's health (those of sFlow's own conformance test): each says what was found, with its figures,
 * and what to do. They are pure: figures in, words out.
 */
import { formatCount, formatPercent } from '../../../shared/format/rates.ts';
import { formatDuration } from '../../../shared/format/time.ts';
import { isBeyondChance } from '../../../shared/model/confidence.ts';
import type { HealthCheck, HealthState } from '../../../shared/model/health.ts';
import type { InterfaceStatus } from '../../../shared/model/network.ts';
import type { SourceHealth } from '../../samples/source-health.ts';
import { type AgentNotes, FEATURES } from './notes.ts';
import type { CounterCounts, StreamCounts } from './window.ts';

const LOSS_WARNS = 0.001;
const LOSS_IS_CRITICAL = 0.01;
const SILENT_WARNS_MS = 60_000;
const LEAST_SIZED = 1000;
const LEAST_CLOCK_MS = 120_000;
/** A share beyond this of one port is told; beyond that it makes figures useless. */
const RATE_WARNS = 0.1;
const RATE_IS_CRITICAL = 0.3;
/** What is skipped evenly over 1 to 2N frames varies by 0.58 of its mean, and what is skipped by chance alone by 1. */
const LEAST_VARIATION = 0.3;

function check(
  id: string,
  label: string,
  state: HealthState,
  finding: string,
  remedy = '',
  dataSource: string | null = null,
): HealthCheck {
  return { id, label, state, finding, remedy, dataSource };
}

const percent = (part: number, whole: number): string => formatPercent(whole > 0 ? part / whole : 0);
const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
const lossState = (lost: number, sent: number): HealthState =>
  lost <= 0 || lost / sent < LOSS_WARNS ? 'ok' : lost / sent >= LOSS_IS_CRITICAL ? 'crit' : 'warn';

/** Whether it still sends. `nowMs` null: a capture, whose silence means nothing. */
export function presence(lastSeenMs: number, nowMs: number | null): HealthCheck {
  const label = 'Sends';
  if (nowMs === null) return check('presence', label, 'ok', 'Its datagrams are in the capture.');
  const silentMs = nowMs - lastSeenMs;
  if (silentMs < SILENT_WARNS_MS) return check('presence', label, 'ok', 'Datagrams arrive.');
  return check(
    'presence',
    label,
    'crit',
    `Nothing was heard of it for ${formatDuration(Math.floor(silentMs / 1000) * 1000)}.`,
    'See whether the agent is up and may still send to this address and port.',
  );
}

export function datagrams(counts: readonly StreamCounts[]): HealthCheck {
  const sum = (name: 'datagrams' | 'lost' | 'late' | 'duplicates' | 'restarts'): number =>
    counts.reduce((all, one) => all + one[name], 0);
  const [heard, lost, late, duplicates] = [sum('datagrams'), sum('lost'), sum('late'), sum('duplicates')];
  const label = 'Datagrams in sequence';
  const odd = [
    late > 0 ? `${formatCount(late)} came late` : '',
    duplicates > 0 ? `${formatCount(duplicates)} came twice` : '',
  ].filter((words) => words !== '');
  const more = odd.length > 0 ? `; ${odd.join(', ')}` : '';
  const state = lossState(lost, heard + lost);
  if (lost > 0)
    return check(
      'sequence',
      label,
      state,
      `${formatCount(lost)} of ${plural(heard + lost, 'datagram')} are missing (${percent(lost, heard + lost)})${more}.`,
      state === 'ok'
        ? ''
        : 'Look for congestion on the way, a full receive buffer here, or a limit on the agent’s own CPU.',
    );
  if (duplicates > heard * 0.01)
    return check(
      'sequence',
      label,
      'warn',
      `${formatCount(duplicates)} of ${plural(heard, 'datagram')} came twice; they are counted once.`,
      'See whether the agent lists this collector twice, or a relay copies its datagrams.',
    );
  return check('sequence', label, 'ok', `All of ${plural(heard, 'datagram')} arrived${more}.`);
}

export type NamedSource = { name: string; health: SourceHealth };

/** Flow samples by their own sequence numbers, over all data sources. */
export function flowSamples(sources: readonly NamedSource[]): HealthCheck {
  const label = 'Flow samples in sequence';
  const sum = (name: 'samples' | 'lost' | 'late' | 'duplicates' | 'dropped'): number =>
    sources.reduce((all, { health }) => all + health[name], 0);
  const [samples, lost, dropped] = [sum('samples'), sum('lost'), sum('dropped')];
  if (samples === 0)
    return check(
      'samples',
      label,
      'absent',
      'No flow sample was heard.',
      'Switch sampling on at its ports; without samples nothing says who uses the network.',
    );
  if (dropped > samples * 0.01)
    return check(
      'samples',
      label,
      'warn',
      `The agent itself dropped ${plural(dropped, 'sample')} (${percent(dropped, samples + dropped)}).`,
      'Sample less often on its busiest ports: it cannot make as many samples as that.',
    );
  const state = lossState(lost, samples + lost);
  const odd = sum('late') + sum('duplicates');
  const more = odd > 0 ? `; ${formatCount(odd)} came late or twice` : '';
  if (state !== 'ok')
    return check(
      'samples',
      label,
      state,
      `${formatCount(lost)} of ${plural(samples + lost, 'sample')} are missing (${percent(lost, samples + lost)})${more}.`,
      'Where datagrams are missing too, look at the way to here; else the agent loses samples itself.',
    );
  return check('samples', label, 'ok', `${plural(samples, 'sample')}, none is missing that matters${more}.`);
}

/** Whether each data source samples at the rate that it states, by its pool. Those that do not, and one for all. */
export function samplingRates(sources: readonly NamedSource[]): HealthCheck[] {
  const label = 'Sampling rate';
  const wrong: HealthCheck[] = [];
  let told = 0;
  for (const { name, health } of sources) {
    const { statedRate, effectiveRate, samples } = health;
    if (effectiveRate <= 0 || statedRate <= 0) continue;
    told++;
    const factor = effectiveRate / statedRate;
    // Where sampling is random, so is the pool per sample.
    const off = Math.abs(factor - 1);
    if (off <= Math.max(RATE_WARNS, 4 / Math.sqrt(samples))) continue;
    wrong.push(
      check(
        'rate',
        label,
        off >= RATE_IS_CRITICAL ? 'crit' : 'warn',
        `It states 1 in ${formatCount(Math.round(statedRate))} and samples 1 in ${formatCount(Math.round(effectiveRate))}: estimates are ${factorWords(1 / factor)}.`,
        'Set a rate that the hardware can do (often a power of two), or sample less often; samples may also be lost on the way.',
        name,
      ),
    );
  }
  if (told === 0)
    return [
      check('rate', label, 'waiting', 'There are too few samples, or no sample pool, to tell the rate from.'),
    ];
  if (wrong.length > 0) return wrong;
  return [
    check(
      'rate',
      label,
      'ok',
      `${plural(told, 'data source')} ${told === 1 ? 'samples' : 'sample'} as often as stated.`,
    ),
  ];
}

/** Whether frames are picked at random: counted off, they fall into step with traffic that repeats. */
export function randomness(sources: readonly NamedSource[]): HealthCheck {
  const label = 'Random sampling';
  const told = sources.flatMap(({ name, health }) =>
    health.gapVariation === null || health.statedRate <= 1 ? [] : [{ name, variation: health.gapVariation }],
  );
  if (told.length === 0)
    return check(
      'random',
      label,
      'waiting',
      'Samples of a port one after the other are needed: 200 at least.',
    );
  const moving = told.filter(({ variation }) => variation > 0.001);
  if (moving.length === 0)
    return check(
      'random',
      label,
      'waiting',
      'The sample pool grows by the same for each sample: it may be worked out from the rate, so chance cannot be told.',
    );
  const least = moving.reduce((one, other) => (other.variation < one.variation ? other : one));
  if (least.variation < LEAST_VARIATION)
    return check(
      'random',
      label,
      'warn',
      `From sample to sample the frames between them vary by ${formatPercent(least.variation)} only: they are counted off, not picked at random.`,
      'Figures of traffic that comes in a fixed rhythm may be wrong. Switch random sampling on where the agent has it, or choose a rate that is a prime number.',
      least.name,
    );
  return check(
    'random',
    label,
    'ok',
    `${plural(moving.length, 'data source')} ${moving.length === 1 ? 'picks' : 'pick'} frames at random: the frames between samples vary by ${formatPercent(least.variation)} or more.`,
  );
}

/** 'half of the truth', '2.5 times the truth'. */
export function factorWords(factor: number): string {
  if (Math.abs(factor - 0.5) < 0.025) return 'half of the truth';
  if (factor < 1) return `${factor.toFixed(2)} times the truth, too low`;
  return `${factor.toFixed(factor < 10 ? 1 : 0)} times the truth, too high`;
}

export function counterSamples(
  sources: readonly { name: string; intervalMs: number; counts: CounterCounts }[],
): HealthCheck {
  const label = 'Counter polling';
  const sum = (name: 'samples' | 'lost'): number =>
    sources.reduce((all, { counts }) => all + counts[name], 0);
  const [samples, lost] = [sum('samples'), sum('lost')];
  if (samples === 0)
    return check(
      'polling',
      label,
      'absent',
      'No counter sample was heard.',
      'Set a polling interval, 30 seconds for instance: counters give utilisation, errors and a check of the samples.',
    );
  const intervals = sources
    .map(({ intervalMs }) => intervalMs)
    .filter((interval) => interval > 0)
    .sort((a, b) => a - b);
  if (intervals.length === 0)
    return check(
      'polling',
      label,
      'waiting',
      'Each data source was heard once; the interval shows with the next.',
    );
  const middle = intervals[intervals.length >> 1]!;
  const every = `Counters come every ${formatDuration(Math.max(1000, Math.round(middle / 1000) * 1000))}`;
  const state = lossState(lost, samples + lost);
  if (state !== 'ok')
    return check(
      'polling',
      label,
      state,
      `${every}; ${formatCount(lost)} of ${plural(samples + lost, 'counter sample')} are missing (${percent(lost, samples + lost)}).`,
      'A rate is then the mean over two intervals. Look for what loses datagrams.',
    );
  if (middle > 65_000)
    return check(
      'polling',
      label,
      'warn',
      `${every}.`,
      'Poll every 30 seconds or oftener: fast counters of 32 bits wrap within a minute, and short peaks do not show.',
    );
  return check('polling', label, 'ok', `${every} from ${plural(sources.length, 'data source')}.`);
}

export function frameLengths({ sized, sizeRight, sizeWithoutFcs }: AgentNotes): HealthCheck {
  const label = 'Frame lengths';
  if (sized < LEAST_SIZED)
    return check(
      'size',
      label,
      'waiting',
      `${plural(Math.floor(sized), 'frame')} of the ${formatCount(LEAST_SIZED)} needed were compared.`,
    );
  if (sizeRight >= sized * 0.99)
    return check('size', label, 'ok', 'Frame lengths are those of the packets, with headers and FCS.');
  if (sizeWithoutFcs >= sized * 0.9)
    return check(
      'size',
      label,
      'warn',
      'Frame lengths leave the four octets of the FCS out: octets are counted a little short.',
      'Nothing to set as a rule; a newer software of the agent may count them.',
    );
  return check(
    'size',
    label,
    sizeRight + sizeWithoutFcs >= sized * 0.9 ? 'warn' : 'crit',
    `Of ${percent(sized - sizeRight - sizeWithoutFcs, sized)} of the frames the length is not that of the packet in them.`,
    'Estimates of octets are off. See whether the agent samples packets that its hardware joins (GRO, TSO), or update it.',
  );
}

export function clock(clocks: readonly { agentMs: number; arrivalMs: number }[]): HealthCheck {
  const label = 'Clock';
  const told = clocks.filter(({ arrivalMs }) => arrivalMs >= LEAST_CLOCK_MS);
  if (told.length === 0)
    return check('clock', label, 'waiting', 'Its clock is compared from two minutes on.');
  const worst = told.reduce((one, other) => (offOf(other) > offOf(one) ? other : one));
  const { agentMs, arrivalMs } = worst;
  if (agentMs === 0)
    return check(
      'clock',
      label,
      'warn',
      'Its uptime stands still; rates are timed by arrival.',
      'Rates are a little less exact. A newer software of the agent may tell its uptime.',
    );
  const off = offOf(worst);
  if (off < 0.01) return check('clock', label, 'ok', 'Its uptime runs with the time here.');
  return check(
    'clock',
    label,
    off > 0.1 ? 'crit' : 'warn',
    `In ${formatDuration(Math.round(arrivalMs / 1000) * 1000)} its uptime moved by ${formatDuration(Math.round(agentMs / 1000) * 1000)}: rates of counters are off by ${formatPercent(off)}.`,
    'Rates are made by the agent’s uptime. Restart its sFlow process or update it.',
  );
}
const offOf = ({ agentMs, arrivalMs }: { agentMs: number; arrivalMs: number }): number =>
  Math.abs(agentMs / arrivalMs - 1);

export function portInformation({ frames, inputKnown, outputKnown }: AgentNotes): HealthCheck {
  const label = 'Ports of samples';
  if (frames < 100) return check('ports', label, 'waiting', 'There are too few samples to tell.');
  if (inputKnown < frames * 0.5)
    return check(
      'ports',
      label,
      'warn',
      `Of ${percent(frames - inputKnown, frames)} of its samples the port of entry is not told.`,
      'Figures by interface are short of these. Sample where frames come in.',
    );
  if (outputKnown < frames * 0.5)
    return check(
      'ports',
      label,
      'warn',
      `Of ${percent(frames - outputKnown, frames)} of its samples the port of exit is not told.`,
      'What leaves a port is known from its counters only.',
    );
  return check('ports', label, 'ok', 'Samples say where frames came in and went out.');
}

/** What is told beside the least; no state is worse than absent. */
export function features({ features: told, drops }: AgentNotes): HealthCheck {
  const names = (there: boolean): string[] => [
    ...FEATURES.flatMap(([name], index) => ((told[index + 1] === 1) === there ? [name] : [])),
    ...(drops === there ? ['dropped packets'] : []),
  ];
  const there = names(true);
  const not = names(false);
  return check(
    'features',
    'Optional records',
    there.length > 0 ? 'ok' : 'absent',
    `${there.length > 0 ? `Told: ${there.join(', ')}` : 'Nothing beside the least is told'}${not.length > 0 ? `; not told: ${not.join(', ')}` : ''}.`,
  );
}

/** Samples against counters, by octets or by frames: ports that differ by more than chance, and one for all. */
export function againstCounters(
  value: 'octets' | 'frames',
  ports: readonly InterfaceStatus[],
): HealthCheck[] {
  const label = value === 'octets' ? 'Octets against counters' : 'Frames against counters';
  const compared = ports.flatMap((port) => {
    const { agreement } = port;
    const found = value === 'octets' ? agreement : agreement?.frames;
    return agreement && found ? [{ port, direction: agreement.direction, ...found }] : [];
  });
  if (compared.length === 0)
    return [check(value, label, 'waiting', 'No port has both counters and enough samples yet.')];
  const wrong = compared.filter(isBeyondChance);
  const within = compared.filter(({ difference, halfWidth }) => Math.abs(difference) <= halfWidth).length;
  const checks = wrong.map(({ port, direction, difference, halfWidth }) =>
    check(
      value,
      label,
      Math.abs(difference) >= RATE_IS_CRITICAL ? 'crit' : 'warn',
      `${port.name}, ${direction === 'in' ? 'input' : 'output'}: samples give ${factorWords(1 + difference)} by the counters; chance explains ${formatPercent(halfWidth)}.`,
      'See whether the sampling rate that is stated is the one that is used, and whether all traffic of the port is sampled.',
      String(port.ifIndex),
    ),
  );
  const summary = `${formatCount(within)} of ${plural(compared.length, 'busy port')} ${compared.length === 1 ? 'agrees' : 'agree'} within the band of 95 %`;
  if (checks.length > 0) return checks;
  return [check(value, label, 'ok', `${summary}; none differs by more than chance.`)];
}
