/**
 * One place of a threshold: a metric at a data source, or one flow there; of contacts, a flow wherever it is seen. It
 * holds what the state machine remembers of it, and how near it is to being raised.
 */
import type { Threshold } from '../../shared/model/threshold.ts';
import type { LevelFrom } from './levels.ts';

/** What happened at a place from being raised to being cleared. */
export type Raised = {
  raisedMs: number;
  /** When it was last beyond its level. */
  beyondMs: number;
  clearedMs: number | null;
  level: number;
  value: number;
  /** The value that was furthest beyond. */
  peak: number;
};

export class Place {
  readonly key: string;
  readonly agent: string;
  readonly dataSource: string;
  readonly metric: string;
  /** null where it does not go by flow. */
  readonly flowKey: string | null;
  /** What was told of it last, in the unit of the level; it holds while `isThere`. */
  told = Number.NaN;
  isThere = false;
  /** What its level is held against: what was told, or for how long nothing was; NaN where it is not there. */
  value = Number.NaN;
  level: number | null = null;
  clearLevel = 0;
  levelFrom: LevelFrom = 'threshold';
  /** When it was last decided upon. */
  decidedMs = Number.NEGATIVE_INFINITY;
  /** When its agent last told of it. */
  heardMs = Number.NEGATIVE_INFINITY;
  /** Since when it is beyond its level without a break; NaN where it is not. */
  beyondSinceMs = Number.NaN;
  /** How near its value is to its level, 0 to 1; 1 where it is beyond. */
  ratio = 0;
  /** How near it is to being raised, 0 to 1. */
  nearness = 0;
  raised: Raised | null = null;
  /** The last one, which goes on where it is raised again soon. */
  before: Raised | null = null;
  /** Largest ratio in each of the last minutes, from the first that has any. */
  #minutes: number[] | null = null;
  readonly #window: number;
  #minute = Number.NEGATIVE_INFINITY;
  readonly #above: number;
  /** In how many of the last minutes it was beyond. */
  minutesBeyond = 0;
  /** Mean ratio in the `above` nearest of the last minutes: how long and how close in one figure. */
  nearnessOfMinutes = 0;

  /** `minutes`: those of the threshold. */
  constructor(
    key: string,
    { agent, dataSource, metric, flowKey }: Pick<Place, 'agent' | 'dataSource' | 'metric' | 'flowKey'>,
    minutes: Threshold['minutes'],
  ) {
    this.key = key;
    this.agent = agent;
    this.dataSource = dataSource;
    this.metric = metric;
    this.flowKey = flowKey;
    this.#window = minutes?.window ?? 0;
    this.#above = minutes?.above ?? 0;
  }

  /**
   * Takes how near it is to its level now. The minutes that passed meanwhile, up to the last look at all, are as near as
   * it was: what is not told anew holds.
   */
  note(ratio: number, nowMs: number, lastLookMs: number): void {
    const held = this.ratio;
    this.ratio = ratio;
    // Most places are never near their level, and need no minutes.
    if (this.#window > 0 && ratio > 0) this.#minutes ??= new Array<number>(this.#window).fill(0);
    const minutes = this.#minutes;
    if (!minutes) return;
    const minute = Math.floor(nowMs / 60_000);
    const lookedAt = Math.floor(lastLookMs / 60_000);
    const isFirst = this.#minute === Number.NEGATIVE_INFINITY;
    const gone = Math.min(minutes.length, minute - this.#minute);
    for (let one = minute - gone + 1; one <= minute; one++)
      minutes[at(one, minutes)] = one <= lookedAt && !isFirst ? held : 0;
    this.#minute = minute;
    const isNearer = ratio > minutes[at(minute, minutes)]!;
    if (isNearer) minutes[at(minute, minutes)] = ratio;
    // Most looks find a minute as it was.
    if (gone > 0 || isNearer) this.#count(minutes);
  }

  /** Whether any of the last minutes has anything in it. */
  get hasMinutes(): boolean {
    return this.nearnessOfMinutes > 0;
  }

  #count(minutes: readonly number[]): void {
    let beyond = 0;
    for (const ratio of minutes) if (ratio >= 1) beyond++;
    this.minutesBeyond = beyond;
    this.nearnessOfMinutes = sumOfLargest(minutes, this.#above) / this.#above;
  }
}

/** Room for the largest, so that a minute's turn of many places makes no garbage. */
const largest = new Float64Array(64);

function sumOfLargest(values: readonly number[], most: number): number {
  largest.fill(0, 0, most);
  for (const value of values) {
    let at = most - 1;
    if (value <= largest[at]!) continue;
    for (; at > 0 && value > largest[at - 1]!; at--) largest[at] = largest[at - 1]!;
    largest[at] = value;
  }
  let sum = 0;
  for (let i = 0; i < most; i++) sum += largest[i]!;
  return sum;
}

const at = (minute: number, { length }: readonly number[]): number => ((minute % length) + length) % length;
