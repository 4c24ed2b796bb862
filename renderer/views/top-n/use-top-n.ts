/**
 * The state of the Top N screen: what is asked, what was answered, and the rows, columns and chart made of it.
 * What is shown always belongs to the answer that is there, never to a question still under way.
 */

import { computed, type Ref, watch } from 'vue';
import type { FlowPreset } from '../../../shared/model/catalog.ts';
import type { FlowQuestion } from '../../../shared/model/question.ts';
import { useApi } from '../../api.ts';
import { bucketAt } from '../../components/chart/geometry.ts';
import { useSeriesColours } from '../../components/chart/series-colours.ts';
import { rankKeeper } from '../../components/table/rank-keeper.ts';
import { useAnswer } from '../../composables/useAnswer.ts';
import { useAppearance } from '../../stores/appearance.ts';
import { useNetwork } from '../../stores/network.ts';
import { useScope } from '../../stores/scope.ts';
import { useWorkspaces } from '../../stores/workspaces.ts';
import { type Measure, useChoices } from './choices.ts';
import { topColumns } from './columns.ts';
import { countingOf, ruleFor } from './quality.ts';
import { factorOf, questionFor, unitOf } from './question.ts';
import { bucketsOf, chartOf, coloured, footerRows, keyRows } from './rows.ts';
import { useCatalog } from './use-catalog.ts';

export type TopN = ReturnType<typeof useTopN>;

/** Everything the screen shows; `isolated` are the ids of rows that are shown alone. */
export function useTopN(isolated: Ref<ReadonlySet<string>>) {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const network = useNetwork();
  const appearance = useAppearance();
  const choices = useChoices();

  const catalog = useCatalog();
  const preset = computed<FlowPreset | null>(
    () => catalog.value?.presets.find(({ id }) => id === choices.preset) ?? catalog.value?.presets[0] ?? null,
  );
  /** What the answer on the screen is about. */
  const shownPreset = computed<FlowPreset | null>(() => {
    const keys = answer.value?.keys.join();
    return catalog.value?.presets.find((one) => one.keys.join() === keys) ?? preset.value;
  });
  const presetOptions = computed(
    () => catalog.value?.presets.map(({ id, label }) => ({ value: id, label })) ?? [],
  );

  const linkSpeed = computed(() => {
    const { agent, ifIndex } = scope;
    return network.interfaces.find((one) => one.agent === agent && one.ifIndex === ifIndex)?.speed ?? 0;
  });
  const linkProblem = computed(() => {
    if (scope.ifIndex === null) return 'Choose an interface to see the share of its speed';
    if (linkSpeed.value === 0) return 'The agent does not report the speed of this interface';
    if (scope.direction === 'both') return 'Choose in or out to see the share of the speed';
    return '';
  });
  const wished = computed<Measure>(() =>
    choices.measure === 'link' && linkProblem.value !== '' ? 'bits' : choices.measure,
  );

  const extent = computed(() => workspaces.status?.interval ?? null);
  const question = computed<FlowQuestion | null>(() => {
    if (!preset.value || !workspaces.status) return null;
    return questionFor({
      keys: preset.value.keys,
      measure: wished.value,
      limit: choices.limit,
      filter: scope.filter,
      merge: ruleFor(preset.value.keys, choices.merge),
      scope: scope.scope,
      interval: scope.interval,
      extent: extent.value,
      follows: scope.range.kind === 'last',
    });
  });
  const ask = (asked: FlowQuestion, signal: AbortSignal) =>
    useApi().ask(scope.workspace, 'flows', [asked], signal);
  const { answer, problem, slow } = useAnswer(() => question.value, ask);

  /** The measure of the answer: while another is asked for, the old figures keep their old unit. */
  const measure = computed<Measure>(() => {
    if (answer.value?.value === 'frames') return 'frames';
    return wished.value === 'link' ? 'link' : 'bits';
  });
  const unit = computed(() => unitOf(measure.value));
  const context = computed(() =>
    answer.value
      ? { answer: answer.value, factor: factorOf(measure.value, linkSpeed.value), extent: extent.value }
      : null,
  );

  /** Names what the rows are: other rows have other colours, and none of them is isolated. */
  const identity = computed(() => JSON.stringify([scope.workspace, answer.value?.keys]));
  /** Names the question: another one has another axis and another ranking. */
  const subject = computed(() =>
    JSON.stringify([
      identity.value,
      measure.value,
      answer.value?.merge,
      answer.value?.filter,
      scope.scope,
      scope.range,
      choices.limit,
    ]),
  );

  const colours = useSeriesColours();
  let colouredIdentity = '';
  const rows = computed(() => {
    if (!context.value) return [];
    if (colouredIdentity !== identity.value) colours.reset();
    colouredIdentity = identity.value;
    const plain = keyRows(context.value);
    return coloured(plain, colours.assign(plain.map(({ id }) => id)));
  });
  const footer = computed(() => (context.value ? footerRows(context.value) : []));
  const columns = computed(() =>
    answer.value
      ? topColumns(answer.value, unit.value, catalog.value?.keys ?? [], scope.ifIndex === null)
      : [],
  );

  const isLive = computed(() => {
    const { status } = workspaces;
    return scope.range.kind === 'last' && (status?.kind === 'live' || status?.replay != null);
  });
  const stackOrder = rankKeeper();
  watch(subject, () => stackOrder.reset(), { flush: 'sync' });
  const chart = computed(() => {
    if (!answer.value || rows.value.length === 0) return null;
    const byId = new Map(rows.value.map((row) => [row.id, row]));
    const order = stackOrder.order([...byId.keys()], false, performance.now());
    return chartOf(
      order.map((id) => byId.get(id)!),
      footer.value,
      {
        answer: answer.value,
        unit: unit.value,
        counting: countingOf(answer.value, scope.scope),
        zone: appearance.zone,
        isolated: isolated.value,
        live: isLive.value,
      },
    );
  });

  /** The id of the row that has most at a moment; null where there is none. */
  function leaderAt(timeMs: number): string | null {
    if (!answer.value) return null;
    const bucket = bucketAt(bucketsOf(answer.value), timeMs);
    let leader: string | null = null;
    let most = 0;
    for (const { id, series } of rows.value) {
      if (bucket < 0 || !(series.values[bucket]! > most)) continue;
      most = series.values[bucket]!;
      leader = id;
    }
    return leader;
  }

  return {
    choices,
    catalog,
    preset,
    shownPreset,
    presetOptions,
    linkProblem,
    answer,
    problem,
    slow,
    unit,
    rows,
    footer,
    columns,
    chart,
    identity,
    subject,
    leaderAt,
  };
}
