/**
 * The threshold that is being made or changed. It stays while another screen is looked at, until it is saved or
 * discarded; what cannot be read in a field is a problem of that field and keeps it from being saved.
 */
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { Threshold } from '../../../../shared/model/threshold.ts';
import type { RouteQuery } from '../../../composables/useRoute.ts';

export const NEW_THRESHOLD: Threshold = {
  name: '',
  metric: 'ifinutilization',
  kind: 'level',
  value: 80,
  direction: 'above',
  of: 'value',
  clearValue: null,
  minutes: null,
  holdSeconds: 0,
  filter: {},
  byFlow: false,
  timeout: 60,
  flapSeconds: 300,
  learnMinutes: 0,
  overrides: [],
  severity: 'warning',
  enabled: true,
  description: '',
  preset: false,
};

const KINDS: readonly Threshold['kind'][] = ['level', 'baseline', 'absence', 'contact'];

/** A new threshold from what an address tells, on top of the one it is a copy of. */
export function prefilled(query: RouteQuery, from: Threshold | undefined): Threshold {
  const { metric, value, kind, flow, port, name } = query;
  const figure = Number(value ?? Number.NaN);
  const filter = port ? { ifname: [port] } : (from?.filter ?? {});
  return {
    ...NEW_THRESHOLD,
    ...from,
    preset: false,
    enabled: true,
    overrides: [],
    filter,
    name: name ?? from?.name ?? '',
    ...(metric === undefined ? {} : { metric }),
    ...(Number.isFinite(figure) ? { value: figure } : {}),
    ...(KINDS.some((one) => one === kind) ? { kind: kind as Threshold['kind'] } : {}),
    ...(flow === undefined ? {} : { byFlow: flow === '1' }),
  };
}

/** The attributes that a sentence of the engine may be about. */
const ATTRIBUTES = [
  'name',
  'metric',
  'kind',
  'value',
  'direction',
  'of',
  'clearValue',
  'minutes',
  'holdSeconds',
  'filter',
  'byFlow',
  'timeout',
  'flapSeconds',
  'learnMinutes',
  'overrides',
  'severity',
  'description',
] as const satisfies readonly (keyof Threshold)[];
export type Attribute = (typeof ATTRIBUTES)[number];

/** At which field the engine's sentence belongs; '' where it names none. */
export function attributeOf(sentence: string): Attribute | '' {
  const told = /takes (\w+):/.exec(sentence)?.[1];
  // A level is told of in words too; names of two words are no words of a sentence.
  return (
    ATTRIBUTES.find((one) => one === told) ??
    ATTRIBUTES.find((one) => /[A-Z]/.test(one) && sentence.includes(one)) ??
    (/\bvalue\b/.test(sentence) ? 'value' : /\bfilter\b|\bpattern\b/.test(sentence) ? 'filter' : '')
  );
}

export const useThresholdDraft = defineStore('threshold-draft', () => {
  const opener = ref('');
  const initial = ref<Threshold>(NEW_THRESHOLD);
  const threshold = ref<Threshold>(NEW_THRESHOLD);
  /** Whether it is an edit of one that is kept. */
  const isSaved = ref(false);
  /** What is wrong in a field, by its name; '' or absent where nothing is. */
  const problems = ref<Partial<Record<Attribute, string>>>({});

  function open(by: string, next: Threshold, saved: boolean): void {
    opener.value = by;
    isSaved.value = saved;
    initial.value = next;
    threshold.value = next;
    problems.value = {};
  }
  function close(): void {
    opener.value = '';
  }
  function change(part: Partial<Threshold>): void {
    threshold.value = { ...threshold.value, ...part };
  }
  function tell(attribute: Attribute, problem: string): void {
    problems.value = { ...problems.value, [attribute]: problem };
  }

  const isChanged = computed(() => JSON.stringify(threshold.value) !== JSON.stringify(initial.value));
  const isSound = computed(() => Object.values(problems.value).every((problem) => !problem));

  return { opener, initial, threshold, isSaved, problems, isChanged, isSound, open, close, change, tell };
});
