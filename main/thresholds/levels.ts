/**
 * Which level holds at a place: that of its data source where it has one of its own, else that of its agent, else the
 * threshold's. A clear level keeps its proportion to the level.
 */
import type { Threshold, ThresholdPlace } from '../../shared/model/threshold.ts';

export type LevelFrom = ThresholdPlace['levelFrom'];
/** `value` null: not watched there. */
export type Level = { value: number | null; clear: number; from: LevelFrom };

export class Levels {
  readonly #own: Level;
  readonly #byAgent = new Map<string, Level>();
  readonly #bySource = new Map<string, Level>();

  constructor(threshold: Threshold) {
    const { value, clearValue, overrides } = threshold;
    const part = clearValue === null || value === 0 ? 1 : clearValue / value;
    const offset = value === 0 ? (clearValue ?? 0) : 0;
    this.#own = { value, clear: clearValue ?? value, from: 'threshold' };
    for (const { agent, dataSource, value: own } of overrides) {
      const clear = (own ?? 0) * part + offset;
      if (dataSource === '') this.#byAgent.set(agent, { value: own, clear, from: 'agent' });
      else this.#bySource.set(`${agent}\n${dataSource}`, { value: own, clear, from: 'data source' });
    }
  }

  at(agent: string, dataSource: string): Level {
    if (this.#bySource.size > 0) {
      const own = this.#bySource.get(`${agent}\n${dataSource}`);
      if (own) return own;
    }
    return this.#byAgent.get(agent) ?? this.#own;
  }
}
