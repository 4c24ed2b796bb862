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
  readonly agent: string;
  readonly dataSource: string;
  readonly metric: string;
  /** null where it does not go by flow. */
  readonly flowKey: string | null;
  /** As it was last read; NaN where it was not. */
  value = Number.NaN;
  level: number | null = null;
  clearLevel = 0;
  levelFrom: LevelFrom = 'threshold';
  /** When it was last looked at with a value. */
  readMs = Number.NEGATIVE_INFINITY;
  /** When its agent last told of it. */
  heardMs = Number.NEGATIVE_INFINITY;
  /** Since when it is beyond its level without a break; NaN where it is not. */
  beyondSinceMs = Number.NaN;
  /** 0 to 1. */
  nearness = 0;
  raised: Raised | null = null;
  /** The last one, which goes on where it is raised again soon. */
  before: Raised | null = null;
  /** Largest nearness to the level in each of the last minutes, from the first that has any. */
  #minutes: Float32Array | null = null;
  readonly #window: number;
  #minute = Number.NEGATIVE_INFINITY;
  readonly #above: number;
  /** In how many of the last minutes it was beyond. */
  minutesBeyond = 0;
  /** Mean nearness in the `above` nearest of the last minutes: how long and how close in one figure. */
  nearnessOfMinutes = 0;

  /** `minutes`: those of the threshold. */
  constructor(
    agent: string,
    dataSource: string,
    metric: string,
    flowKey: string | null,
    minutes: Threshold['minutes'],
  ) {
    this.agent = agent;
    this.dataSource = dataSource;
    this.metric = metric;
    this.flowKey = flowKey;
    this.#window = minutes?.window ?? 0;
    this.#above = minutes?.above ?? 0;
  }

  /** Notes how near the level it is in this minute; 1 where it is beyond. */
  noteMinute(nowMs: number, ratio: number): void {
    // Most places are never near their level, and need no minutes.
    if (this.#window > 0 && ratio > 0) this.#minutes ??= new Float32Array(this.#window);
    const minutes = this.#minutes;
    if (!minutes) return;
    const minute = Math.floor(nowMs / 60_000);
    const gone = Math.min(minutes.length, minute - this.#minute);
    for (let i = 0; i < gone; i++)
      minutes[(((minute - i) % minutes.length) + minutes.length) % minutes.length] = 0;
    this.#minute = minute;
    const at = minute % minutes.length;
    const isNearer = ratio > minutes[at]!;
    if (isNearer) minutes[at] = ratio;
    // Most looks find a minute as it was.
    if (gone > 0 || isNearer) this.#count(minutes);
  }

  /** Whether any of the last minutes has anything in it. */
  get hasMinutes(): boolean {
    return this.nearnessOfMinutes > 0;
  }

  #count(minutes: Float32Array): void {
    const nearest = minutes.toSorted().reverse();
    this.minutesBeyond = nearest.filter((ratio) => ratio >= 1).length;
    this.nearnessOfMinutes =
      nearest.subarray(0, this.#above).reduce((sum, ratio) => sum + ratio, 0) / this.#above;
  }
}
