/**
 * The state of the Top N screen: what is asked, what was answered, and the rows, columns and chart made of it.
 * What is shown always belongs to the answer that is there, never to a question still under way.
 */

import { computed, type Ref, shallowRef, watch } from 'vue';
import { joinTerms } from '../../../shared/filter/terms.ts';
import { quantityOf } from '../../../shared/format/quantity.ts';
import { formatInterval } from '../../../shared/format/time.ts';
import type { FlowAnswer, FlowQuestion, Interval } from '../../../shared/model/question.ts';
import type { OnProgress } from '../../../shared/rpc.ts';
import { useApi } from '../../api.ts';
import { bucketAt } from '../../components/chart/geometry.ts';
import { useSeriesColours } from '../../components/chart/series-colours.ts';
import { rankKeeper } from '../../components/table/rank-keeper.ts';
import { useAnswer } from '../../composables/useAnswer.ts';
import { useAppearance } from '../../stores/appearance.ts';
import { useComparison } from '../../stores/comparison.ts';
import { useNames } from '../../stores/names.ts';
import { useNetwork } from '../../stores/network.ts';
import { useScope } from '../../stores/scope.ts';
import { useStatusWords } from '../../stores/statusWords.ts';
import { useWorkspaces } from '../../stores/workspaces.ts';
import { useChoices } from './choices.ts';
import { topColumns } from './columns.ts';
import { comparedQuestion, differenceOf, ghostOf } from './difference.ts';
import { provenanceWords } from './provenance.ts';
import { countingOf, ruleFor } from './quality.ts';
import { questionFor, shownAs, whatIsTold } from './question.ts';
import { addressesOf, bucketsOf, chartOf, coloured, footerRows, keyRows } from './rows.ts';
import { useCatalog } from './use-catalog.ts';
import { useSubject } from './use-subject.ts';

export type TopN = ReturnType<typeof useTopN>;

/** Everything the screen shows; `isolated` are the ids of rows that are shown alone. */
export function useTopN(isolated: Ref<ReadonlySet<string>>) {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const network = useNetwork();
  const appearance = useAppearance();
  const choices = useChoices();

  const catalog = useCatalog();
  const chosen = useSubject(catalog);

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
  /** Whether octets are wished for as the share of the link, and can be told so. */
  const ofLink = computed(() => choices.measure.ofLink && linkProblem.value === '');
  /** One of the subject's values: the one that was chosen where it has that, else its first. */
  const value = computed(() => {
    const values = chosen.value?.values ?? [];
    return values.find((one) => one === choices.measure.value) ?? values[0] ?? 'bytes';
  });

  const extent = computed(() => workspaces.status?.interval ?? null);
  const question = computed<FlowQuestion | null>(() => {
    if (!chosen.value || chosen.value.problem || !workspaces.status) return null;
    return questionFor({
      keys: chosen.value.keys,
      value: value.value,
      dropped: chosen.value.dropped,
      limit: choices.limit,
      filter: joinTerms([...chosen.value.terms, ...scope.filterTerms]),
      merge: ruleFor(chosen.value.keys, choices.merge),
      scope: scope.scope,
      interval: scope.interval,
      extent: extent.value,
      follows: scope.range.kind === 'last',
    });
  });
  const ask = (asked: FlowQuestion, signal: AbortSignal, onProgress: OnProgress<FlowAnswer>) =>
    useApi().ask(scope.workspace, 'flows', [asked], signal, onProgress);
  const { answer, problem, slow, progress, cancel } = useAnswer(() => question.value, ask);
  useStatusWords().tell(() => (answer.value && workspaces.status ? provenanceWords(answer.value) : ''));

  /** What the answer is about: while another subject is asked for, the old figures keep their names. */
  const subjectOfAnswer = shallowRef(chosen.value);
  watch(
    answer,
    () => {
      if (chosen.value?.keys.join() === answer.value?.keys.join()) subjectOfAnswer.value = chosen.value;
    },
    { flush: 'sync' },
  );
  /** How the value of the answer is shown: while another is asked for, the old figures keep their old unit. */
  const shown = computed(() => shownAs(answer.value?.value ?? 'bytes', ofLink.value ? linkSpeed.value : 0));
  const unit = computed(() => shown.value.unit);
  /** What is told of each row, where that is no sum. */
  const what = computed(() => whatIsTold(answer.value?.value ?? 'bytes', catalog.value?.keys ?? []));
  /** Figures that are no parts of a whole are never laid on each other. */
  const form = computed(() => (choices.form === 'stack' && !shown.value.isRate ? 'lines' : choices.form));
  const context = computed(() =>
    answer.value ? { answer: answer.value, ...shown.value, extent: extent.value } : null,
  );

  /** Names what the rows are: other rows have other colours, and none of them is isolated. */
  const identity = computed(() => JSON.stringify([scope.workspace, answer.value?.keys]));
  /** Names the question: another one has another axis and another ranking. */
  const subject = computed(() =>
    JSON.stringify([
      identity.value,
      unit.value,
      answer.value?.value,
      answer.value?.merge,
      answer.value?.filter,
      scope.scope,
      scope.range,
      choices.limit,
    ]),
  );

  const names = useNames();
  // Each answer again, as a name may have come since the last one.
  watch(answer, () => names.show(answer.value ? addressesOf(answer.value) : []), { immediate: true });

  const colours = useSeriesColours();
  let colouredIdentity = '';
  const rows = computed(() => {
    if (!context.value) return [];
    if (colouredIdentity !== identity.value) colours.reset();
    colouredIdentity = identity.value;
    const plain = keyRows(context.value, names.nameOf);
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

  /** The same question of the range that this one is compared with; means and extremes are compared by the chart alone. */
  const comparison = useComparison();
  const comparedTo = (interval: Interval | null | undefined) => {
    const ofRate = quantityOf(question.value?.value ?? 'bytes').isRate;
    if (!comparison.isOn || !comparison.interval || !question.value || !ofRate) return null;
    return comparedQuestion(interval ? { ...question.value, interval } : question.value);
  };
  const other = useAnswer(() => comparedTo(comparison.interval), ask);
  /** The shown range once more, with as many rows as the other one. */
  const own = useAnswer(() => comparedTo(null), ask);
  const difference = computed(() => {
    const [before, during, shownNow] = [other.answer.value, own.answer.value, answer.value];
    if (!comparison.isOn || !comparison.interval || !before || !during || !shownNow) return null;
    const isAlike = (one: FlowAnswer) =>
      one.keys.join() === shownNow.keys.join() &&
      one.value === shownNow.value &&
      one.filter === shownNow.filter;
    if (!isAlike(before) || !isAlike(during)) return null;
    const measure = { unit: unit.value, factor: shown.value.factor };
    return {
      ...differenceOf(before, during, measure, appearance.zone),
      ghost: ghostOf(before, shownNow, measure, appearance.zone),
      measure,
      range: formatInterval(before.interval.fromMs, before.interval.toMs, appearance.zone),
    };
  });
  const comparedChart = computed(() =>
    chart.value && difference.value ? { ...chart.value, ghost: difference.value.ghost } : chart.value,
  );

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
    chosen,
    shownSubject: subjectOfAnswer,
    value,
    ofLink,
    shown,
    form,
    linkProblem,
    answer,
    problem,
    slow,
    progress,
    cancel,
    unit,
    what,
    rows,
    footer,
    columns,
    chart: comparedChart,
    other,
    difference,
    identity,
    subject,
    leaderAt,
  };
}
