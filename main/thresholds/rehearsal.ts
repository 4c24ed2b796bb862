/**
 * A threshold run over what is remembered: the same state machine that watches, shown the past step by step. It says
 * what would have been raised, and proposes a level that would have been quiet.
 */
import type { Rehearsal, Threshold } from '../../shared/model/threshold.ts';
import { Baseline } from './baseline.ts';
import { Contacts } from './contacts.ts';
import type { Place, Raised } from './place.ts';
import type { Reading } from './readings.ts';
import { Watch } from './watch.ts';

/** One metric at one data source, or one flow there; a value holds until the next, but no longer than `holdsMs`. */
export type PastSeries = {
  agent: string;
  dataSource: string;
  metric: string;
  /** null where it is no flow. */
  flowKey: string | null;
  /** bit/s; 0 where it is not known. */
  speed: number;
  isOctets: boolean;
  timesMs: ArrayLike<number>;
  values: ArrayLike<number>;
  holdsMs: number;
};

export type Past = { series: readonly PastSeries[]; stepMs: number; source: string; unit: string };

const MOST_LISTED = 200;
const MOST_STEPS = 20_000;
/** Readings that a proposal needs at least, and moments that they are of: many ports at one moment tell little of a day. */
const LEAST_READINGS = 30;
const LEAST_MOMENTS = 20;
/** The part of the readings that a proposed level lets pass, and the room it leaves above them. */
const QUIET_PART = 0.999;
const ROOM = 1.15;

/** Runs a threshold over the past. */
export function rehearse(
  threshold: Threshold,
  { series, stepMs: finestMs, source, unit }: Past,
  fromMs: number,
  toMs: number,
): Rehearsal {
  const stepMs = Math.max(finestMs, Math.ceil((toMs - fromMs) / MOST_STEPS / 1000) * 1000);
  const baseline = threshold.kind === 'baseline' ? new Baseline() : null;
  const memory = {
    baseline,
    contacts: threshold.kind === 'contact' ? new Contacts(threshold.learnMinutes) : null,
  };
  const walk = new Walk(series);
  // What is usual is learned of the same time first.
  if (baseline) run(new Watch(threshold, memory), walk, fromMs, toMs, stepMs);
  const found: { place: Place; raised: Raised }[] = [];
  const watch = new Watch(threshold, memory);
  const levels = run(watch, walk, fromMs, toMs, stepMs, (place, raised) => found.push({ place, raised }));
  return {
    ...{ fromMs, toMs, source },
    raised: found.slice(0, MOST_LISTED).map(({ place, raised: { raisedMs, clearedMs, peak } }) => ({
      ...{ metric: place.metric, agent: place.agent, dataSource: place.dataSource },
      ...{ flowKey: place.flowKey ?? '', raisedMs, clearedMs, peak },
    })),
    more: Math.max(0, found.length - MOST_LISTED),
    chart: chartOf(threshold, series, found, levels, fromMs, toMs, unit),
    proposedValue: proposed(threshold, { series, stepMs, source, unit }, watch, walk, fromMs, toMs),
  };
}

/** The levels that held at each place of note, by the look. */
type LevelsSeen = Map<string, { timesMs: number[]; levels: number[] }>;

function run(
  watch: Watch,
  walk: Walk,
  fromMs: number,
  toMs: number,
  stepMs: number,
  raisedAt: (place: Place, raised: Raised) => void = () => {},
): LevelsSeen {
  const seen: LevelsSeen = new Map();
  walk.begin();
  for (let timeMs = fromMs + stepMs; timeMs <= toMs; timeMs += stepMs) {
    watch.look(walk.at(timeMs), timeMs, (what, place, raised) => {
      if (what === 'raised') raisedAt(place, raised);
    });
    // The level of a baseline moves; that of the others is the same each time.
    if (watch.threshold.kind !== 'baseline') continue;
    for (const { agent, dataSource, metric, level } of watch.places) {
      const key = `${agent}\n${dataSource}\n${metric}`;
      const one = seen.get(key) ?? { timesMs: [], levels: [] };
      seen.set(key, one);
      one.timesMs.push(timeMs);
      one.levels.push(level ?? Number.NaN);
    }
  }
  return seen;
}

/** All series side by side, moment by moment. */
class Walk {
  readonly #series: readonly PastSeries[];
  readonly #next: Int32Array;

  constructor(series: readonly PastSeries[]) {
    this.#series = series;
    this.#next = new Int32Array(series.length);
  }

  begin(): void {
    this.#next.fill(0);
  }

  /** What would have been read at a time; times never go back. */
  at(timeMs: number): Reading[] {
    const places = new Map<string, Reading & { flows: NonNullable<Reading['flows']>[number][] }>();
    const plain: Reading[] = [];
    for (const [i, one] of this.#series.entries()) {
      const { timesMs, values, holdsMs } = one;
      let next = this.#next[i]!;
      while (next < timesMs.length && timesMs[next]! <= timeMs) next++;
      this.#next[i] = next;
      const updatedMs = timesMs[next - 1];
      if (updatedMs === undefined || timeMs - updatedMs > holdsMs) continue;
      const value = values[next - 1]!;
      if (Number.isNaN(value)) continue;
      const { agent, dataSource, metric, speed, isOctets, flowKey } = one;
      const reading = { agent, dataSource, metric, value, updatedMs, speed, isOctets };
      if (flowKey === null) {
        plain.push({ ...reading, flows: null });
        continue;
      }
      const key = `${agent}\n${dataSource}\n${metric}`;
      const known = places.get(key) ?? { ...reading, flows: [] };
      places.set(key, known);
      known.value = Math.max(known.value, value);
      // A flow that sent nothing is not there.
      if (value > 0) known.flows.push({ key: flowKey, value, updatedMs, values: [] });
    }
    return [...plain, ...places.values()];
  }
}

/** What the level of a threshold is held against. */
function scaleOf({ of }: Threshold, { isOctets, speed }: PastSeries): number {
  return of === 'speed' ? (speed > 0 ? ((isOctets ? 8 : 1) * 100) / speed : Number.NaN) : 1;
}

function chartOf(
  threshold: Threshold,
  series: readonly PastSeries[],
  found: readonly { place: Place }[],
  levels: LevelsSeen,
  fromMs: number,
  toMs: number,
  unit: string,
): Rehearsal['chart'] {
  const counts = new Map<PastSeries, number>();
  for (const { place } of found) {
    const at = series.find(
      (one) =>
        one.agent === place.agent &&
        one.dataSource === place.dataSource &&
        one.metric === place.metric &&
        (place.flowKey === null || one.flowKey === place.flowKey),
    );
    if (at) counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const largest = (one: PastSeries): number => {
    let most = Number.NEGATIVE_INFINITY;
    const scale = scaleOf(threshold, one);
    for (let i = 0; i < one.values.length; i++)
      if (one.values[i]! * scale > most) most = one.values[i]! * scale;
    return most;
  };
  // Where nothing was raised, the place that came nearest.
  let shown: PastSeries | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (const [one, count] of counts) if (count > most) [shown, most] = [one, count];
  if (shown === null)
    for (const one of series) {
      const peak = threshold.direction === 'above' ? largest(one) : -largest(one);
      if (peak > most) [shown, most] = [one, peak];
    }
  if (shown === null) return null;
  const { agent, dataSource, metric, flowKey, timesMs, values } = shown;
  const scale = scaleOf(threshold, shown);
  const inside = Array.from(timesMs, (timeMs, i) => [timeMs, values[i]! * scale] as const).filter(
    ([timeMs]) => timeMs >= fromMs && timeMs <= toMs,
  );
  const own = threshold.overrides.find(
    (one) => one.agent === agent && (one.dataSource === dataSource || one.dataSource === ''),
  );
  const seen = levels.get(`${agent}\n${dataSource}\n${metric}`);
  const levelAt = (timeMs: number): number => {
    if (threshold.kind === 'absence' || threshold.kind === 'contact') return Number.NaN;
    if (!seen) return threshold.kind === 'baseline' ? Number.NaN : (own?.value ?? threshold.value);
    return seen.levels[seen.timesMs.findIndex((one) => one >= timeMs)] ?? seen.levels.at(-1)!;
  };
  return {
    ...{ metric, agent, dataSource, flowKey: flowKey ?? '', unit },
    timesMs: Float64Array.from(inside, ([timeMs]) => timeMs),
    values: Float64Array.from(inside, ([, value]) => value),
    levels: Float64Array.from(inside, ([timeMs]) => levelAt(timeMs)),
  };
}

/** Different moments of which anything was read. */
function momentsOf(series: readonly PastSeries[]): number {
  const moments = new Set<number>();
  // What is told within a second is of one moment.
  for (const { timesMs } of series)
    for (let i = 0; i < timesMs.length; i++) moments.add(Math.floor(timesMs[i]! / 1000));
  return moments.size;
}

/** Readings of the place that has most of them. */
const longestOf = (series: readonly PastSeries[]): number =>
  series.reduce((most, { timesMs }) => Math.max(most, timesMs.length), 0);

/** A level beyond almost all readings, with room for chance; of silence, beyond the longest pause. */
function proposed(
  threshold: Threshold,
  { series, stepMs, unit }: Past,
  watch: Watch,
  walk: Walk,
  fromMs: number,
  toMs: number,
): number | null {
  const { kind, direction } = threshold;
  if (kind === 'contact') return null;
  // Ports are polled at moments of their own, but each of them as seldom.
  const isFlows = series.some(({ flowKey }) => flowKey !== null);
  if ((isFlows ? momentsOf(series) : longestOf(series)) < LEAST_MOMENTS) return null;
  const readings: number[] = [];
  if (kind === 'absence') {
    for (const { timesMs } of series)
      for (let i = 1; i < timesMs.length; i++) readings.push((timesMs[i]! - timesMs[i - 1]!) / 1000);
  } else if (kind === 'baseline') {
    // How many spreads away readings are.
    const { baseline } = watch.memory;
    walk.begin();
    for (let timeMs = fromMs + stepMs; timeMs <= toMs; timeMs += stepMs)
      for (const { agent, dataSource, metric, value } of walk.at(timeMs)) {
        const usual = baseline?.usualAt(`${agent}\n${dataSource}\n${metric}\n`, timeMs);
        if (usual && usual.spread > 0) readings.push(Math.abs(value - usual.middle) / usual.spread);
      }
  } else
    for (const one of series) {
      const scale = scaleOf(threshold, one);
      for (let i = 0; i < one.values.length; i++) {
        const value = one.values[i]! * scale;
        // A flow that is not there has no value.
        if (Number.isFinite(value) && !(one.flowKey !== null && value === 0)) readings.push(value);
      }
    }
  if (readings.length < LEAST_READINGS) return null;
  const sorted = Float64Array.from(readings).sort();
  const isBelow = direction === 'below' && kind === 'level';
  const at = Math.floor((isBelow ? 1 - QUIET_PART : QUIET_PART) * (sorted.length - 1));
  if (kind === 'level' && unit === '%' && !isBelow) return percentage(sorted[at]!);
  const value = isBelow ? sorted[at]! / ROOM : sorted[at]! * ROOM;
  return rounded(value, isBelow);
}

/** Of a whole no more than the whole: half of what is left of it is room enough, and none is left where it was full. */
function percentage(reading: number): number | null {
  const level = rounded(Math.min(reading * ROOM, reading + (100 - reading) / 2), false);
  return reading < 100 && level < 100 ? level : null;
}

/** Two figures, away from the readings. */
function rounded(value: number, down: boolean): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  const whole = down ? Math.floor(value / unit) : Math.ceil(value / unit);
  return Number((whole * unit).toPrecision(2));
}
