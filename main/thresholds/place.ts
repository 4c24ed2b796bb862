/**
 * One place of a threshold: a metric at a data source, or one flow there; of contacts, a flow wherever it is seen. It
 * holds what the state machine remembers of it, and how near it is to being raised.
 */
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
  /** Largest nearness to the level in each of the last minutes; of thresholds by minutes only. */
  readonly #minutes: Float32Array | null;
  #minute = Number.NEGATIVE_INFINITY;

  constructor(agent: string, dataSource: string, metric: string, flowKey: string | null, window: number) {
    this.agent = agent;
    this.dataSource = dataSource;
    this.metric = metric;
    this.flowKey = flowKey;
    this.#minutes = window > 0 ? new Float32Array(window) : null;
  }

  /** Notes how near the level it is in this minute; 1 where it is beyond. */
  noteMinute(nowMs: number, ratio: number): void {
    const minutes = this.#minutes;
    if (!minutes) return;
    const minute = Math.floor(nowMs / 60_000);
    const gone = Math.min(minutes.length, minute - this.#minute);
    for (let i = 0; i < gone; i++)
      minutes[(((minute - i) % minutes.length) + minutes.length) % minutes.length] = 0;
    this.#minute = minute;
    const at = minute % minutes.length;
    if (ratio > minutes[at]!) minutes[at] = ratio;
  }

  /** In how many of the last minutes it was beyond. */
  get minutesBeyond(): number {
    let count = 0;
    for (const ratio of this.#minutes ?? []) if (ratio >= 1) count++;
    return count;
  }

  /** Mean nearness in the `above` nearest of the last minutes: how long and how close in one figure. */
  nearnessOfMinutes(above: number): number {
    const nearest = [...(this.#minutes ?? [])].sort((a, b) => b - a).slice(0, above);
    return nearest.reduce((sum, ratio) => sum + ratio, 0) / above;
  }

  /** Whether any of the last minutes has anything in it. */
  get hasMinutes(): boolean {
    return this.#minutes?.some((ratio) => ratio > 0) ?? false;
  }
}
