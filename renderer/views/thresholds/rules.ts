/**
 * The levels of thresholds as rules of a chart that shows what they watch: what holds at a data source is its own level,
 * else that of its agent, else that of the threshold.
 */
import { safeText } from '../../../shared/format/text.ts';
import type { Threshold, ThresholdStatus } from '../../../shared/model/threshold.ts';
import type { Rule } from '../../components/chart/model.ts';
import { levelMeasure, levelText, type MeasureContext, metricsOf } from './measure.ts';
import { severityColour } from './words.ts';

export type RulePlace = {
  metric: string;
  /** '' for any. */
  agent: string;
  /** '' for any. */
  dataSource: string;
};

/** What holds at a place, in the engine's figure; null where it is not watched there. */
export function levelAt(
  { value, overrides }: Pick<Threshold, 'value' | 'overrides'>,
  { agent, dataSource }: Pick<RulePlace, 'agent' | 'dataSource'>,
): number | null {
  const own = (source: string) =>
    agent === '' ? undefined : overrides.find((one) => one.agent === agent && one.dataSource === source);
  const found = (dataSource === '' ? undefined : own(dataSource)) ?? own('');
  return found ? found.value : value;
}

/** The plain levels that hold for a metric somewhere, each once; only such as are in the unit of the chart. */
export function rulesFor(
  list: readonly ThresholdStatus[],
  places: readonly RulePlace[],
  context: MeasureContext,
  unit: string,
): Rule[] {
  const rules = new Map<string, Rule>();
  for (const { threshold } of list) {
    if (!threshold.enabled || threshold.kind !== 'level' || threshold.of !== 'value') continue;
    for (const place of places) {
      if (!metricsOf(threshold.metric).includes(place.metric)) continue;
      const level = levelAt(threshold, place);
      const measure = levelMeasure(threshold, context);
      if (level === null || measure.unit !== unit) continue;
      const label = `${safeText(threshold.name, 40)}, ${levelText(level, measure)}`;
      rules.set(label, {
        value: level * measure.factor,
        label,
        colour: severityColour(threshold.severity),
        dash: [4, 3],
      });
    }
  }
  return [...rules.values()];
}

/** The levels of the utilisation of a port, as rates: a share of its speed. */
export function speedRules(
  list: readonly ThresholdStatus[],
  place: RulePlace & { speed: number },
  context: MeasureContext,
): Rule[] {
  if (!(place.speed > 0)) return [];
  return rulesFor(list, [place], context, '%').map((rule) => ({
    ...rule,
    value: (rule.value / 100) * place.speed,
  }));
}
