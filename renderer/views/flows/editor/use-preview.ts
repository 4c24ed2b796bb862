/**
 * What a definition gives before it is saved: the last minute (of a capture, the range shown) as a question, asked while
 * the definition can be read and the engine has nothing against it. Nothing is kept of it.
 */
import { refDebounced } from '@vueuse/core';
import { computed, ref, type ShallowRef, watch } from 'vue';
import { shortDefinition } from '../../../../shared/definition/defaults.ts';
import { printDefinition } from '../../../../shared/definition/text.ts';
import { joinTerms, readTerms } from '../../../../shared/filter/terms.ts';
import { formatCount } from '../../../../shared/format/rates.ts';
import type { Catalog } from '../../../../shared/model/catalog.ts';
import type { FlowQuestion, Interval, MergeRule } from '../../../../shared/model/question.ts';
import { useApi } from '../../../api.ts';
import { useSeriesColours } from '../../../components/chart/series-colours.ts';
import { useAnswer } from '../../../composables/useAnswer.ts';
import { useAppearance } from '../../../stores/appearance.ts';
import { useDefinitions } from '../../../stores/definitions.ts';
import { useNames } from '../../../stores/names.ts';
import { useScope } from '../../../stores/scope.ts';
import { useWorkspaces } from '../../../stores/workspaces.ts';
import { topColumns } from '../../top-n/columns.ts';
import { countingOf, ruleFor } from '../../top-n/quality.ts';
import { questionFor, shownAs, whatIsTold } from '../../top-n/question.ts';
import { addressesOf, chartOf, coloured, coveredSeconds, footerRows, keyRows } from '../../top-n/rows.ts';
import { type Unnamed, useDraft } from './draft.ts';

export type Preview = ReturnType<typeof usePreview>;

const MINUTE_MS = 60_000;
const CHECK_AFTER_MS = 250;
/** Keys begin narrow here, and share what room there is. */
const MOST_KEY_PX = 108;
const SHOWN_COLUMNS = /^(swatch|key\d+|average|samples|band)$/;

/** The rule of charts that is nearest to a definition's. */
export const chartMerge = ({ aggMode }: Unnamed): MergeRule =>
  aggMode === 'max' || aggMode === 'sum' ? aggMode : 'once';

export function usePreview(catalog: ShallowRef<Catalog | null>) {
  const draft = useDraft();
  const definitions = useDefinitions();
  const scope = useScope();
  const workspaces = useWorkspaces();
  const appearance = useAppearance();

  /** The definition that is asked about: the newest one that nothing is wrong with. */
  const sound = ref<Unnamed | null>(null);
  const settled = refDebounced(
    computed(() => draft.definition),
    CHECK_AFTER_MS,
  );
  watch(
    [settled, () => scope.workspace, () => draft.opener],
    async ([definition]) => {
      const text = printDefinition(definition);
      const problems = await definitions.check(draft.name.trim() || 'preview', shortDefinition(definition));
      if (printDefinition(draft.definition) !== text) return;
      draft.problems = problems;
      if (problems.length === 0) sound.value = definition;
    },
    { immediate: true },
  );

  const interval = computed<Interval | null>(() => {
    if (scope.isCapture) return scope.interval;
    const toMs = scope.nowMs;
    return toMs === null ? null : { fromMs: toMs - MINUTE_MS, toMs };
  });
  const extent = computed(() => workspaces.status?.interval ?? null);
  const when = computed(() =>
    !scope.isCapture ? 'the last minute' : scope.interval === null ? 'the capture' : 'the range shown',
  );
  const isLive = computed(() => !scope.isCapture && !scope.paused);

  function questionOf(definition: Unnamed): FlowQuestion {
    return questionFor({
      keys: definition.keys,
      value: definition.value,
      dropped: definition.dropped,
      limit: 10,
      filter: joinTerms(readTerms(definition.filter).terms ?? []),
      merge: ruleFor(definition.keys, chartMerge(definition)),
      scope: { agent: null, ifIndex: null, direction: 'both' },
      interval: interval.value,
      extent: extent.value,
      follows: !scope.isCapture,
    });
  }
  const question = computed(() => (sound.value && workspaces.status ? questionOf(sound.value) : null));
  const ask = (asked: FlowQuestion, signal: AbortSignal) =>
    useApi().ask(scope.workspace, 'flows', [asked], signal);
  const { answer, problem, busy, slow } = useAnswer(() => question.value, ask);
  /** All that was sampled in the same time: what the definition's part is a part of. */
  const whole = useAnswer(
    () =>
      question.value && sound.value?.filter
        ? { ...question.value, keys: [], value: 'frames' as const, filter: '' }
        : null,
    ask,
  );

  const shown = computed(() => shownAs(answer.value?.value ?? 'bytes'));
  const what = computed(() => whatIsTold(answer.value?.value ?? 'bytes', catalog.value?.keys ?? []));
  const context = computed(() =>
    answer.value ? { answer: answer.value, ...shown.value, extent: extent.value } : null,
  );
  const names = useNames();
  watch(answer, (told) => names.show(told ? addressesOf(told) : []));

  const colours = useSeriesColours();
  let colouredKeys = '';
  const rows = computed(() => {
    if (!context.value) return [];
    const keys = context.value.answer.keys.join();
    if (keys !== colouredKeys) colours.reset();
    colouredKeys = keys;
    const plain = keyRows(context.value, names.nameOf);
    return coloured(plain, colours.assign(plain.map(({ id }) => id)));
  });
  const footer = computed(() => (context.value ? footerRows(context.value) : []));
  const columns = computed(() =>
    answer.value
      ? topColumns(answer.value, shown.value.unit, catalog.value?.keys ?? [], false)
          .filter(({ id }) => SHOWN_COLUMNS.test(id))
          // Without the bars the keys take the room.
          .map((column) =>
            column.id.startsWith('key')
              ? {
                  ...column,
                  width: Math.min(column.width, MOST_KEY_PX),
                  grow: Math.max(0.6, column.grow ?? 0),
                }
              : column,
          )
      : [],
  );
  const chart = computed(() =>
    answer.value && rows.value.length > 0
      ? chartOf(rows.value, footer.value, {
          answer: answer.value,
          unit: shown.value.unit,
          counting: countingOf(answer.value, { agent: null, ifIndex: null, direction: 'both' }),
          zone: appearance.zone,
          isolated: new Set(),
          live: isLive.value,
        })
      : null,
  );

  const samples = computed(() => answer.value?.total.samples[0] ?? 0);
  const matches = computed(() => {
    if (!answer.value) return null;
    if (answer.value.filter === '') return 1;
    const all = whole.answer.value?.total.samples[0] ?? 0;
    return all > 0 ? Math.min(1, samples.value / all) : null;
  });
  const samplesPerSecond = computed(() =>
    answer.value ? samples.value / coveredSeconds(answer.value, extent.value) : null,
  );
  /** Flows in the time shown, in words: '34', 'more than 1 000'. */
  const flows = computed(() => {
    if (!answer.value) return null;
    const { otherKeys, rows: sums } = answer.value;
    return otherKeys === null
      ? `more than ${formatCount(sums.value.length)}`
      : formatCount(sums.value.length + otherKeys);
  });
  const subject = computed(() =>
    JSON.stringify([question.value, scope.range]).replace(/"interval":\{[^}]*\}/, ''),
  );

  return {
    sound,
    question,
    answer,
    problem,
    busy,
    slow,
    shown,
    what,
    rows,
    footer,
    columns,
    chart,
    matches,
    samplesPerSecond,
    flows,
    when,
    isLive,
    subject,
  };
}
