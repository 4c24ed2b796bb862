/**
 * How thresholds stood at a moment of the past, by the events that are kept: those that stood then say which thresholds
 * were raised, where, and by how much at most. How near the others were is not kept: it is NaN.
 */
import { computed } from 'vue';
import type { WeirEvent } from '../../../shared/model/event.ts';
import type { ThresholdPlace, ThresholdStatus } from '../../../shared/model/threshold.ts';
import { useApi } from '../../api.ts';
import { useAnswer } from '../../composables/useAnswer.ts';
import { allEvents } from '../../stores/event-counts.ts';
import { useScope } from '../../stores/scope.ts';
import { levelAt } from './rules.ts';

/** Events that are told of a moment; more never stand for long. */
const MOST_STANDING = 1000;

/** The thresholds of now with what stood of them then. */
export function statusesAt(
  list: readonly ThresholdStatus[],
  events: readonly WeirEvent[],
): ThresholdStatus[] {
  return list.map((status) => {
    const standing = events.filter(({ name }) => name === status.threshold.name).length;
    return { ...status, standing, nearness: standing > 0 ? 1 : Number.NaN, unraised: 0, learning: '' };
  });
}

/** The places at which thresholds were raised then: of one, or ('') of all. Their levels are those of now. */
export function placesAt(
  list: readonly ThresholdStatus[],
  events: readonly WeirEvent[],
  name: string,
): ThresholdPlace[] {
  return events.flatMap((event) => {
    const { agent, agentName, dataSource, interfaceName, flowKey, metric, unit } = event;
    const threshold = list.find((status) => status.threshold.name === event.name)?.threshold;
    if (!threshold || (name !== '' && name !== event.name)) return [];
    const own = (source: string) =>
      threshold.overrides.some((one) => one.agent === agent && one.dataSource === source);
    return [
      {
        ...{ threshold: event.name, metric, agent, agentName, dataSource, interfaceName, flowKey, unit },
        ...{ interfaceAlias: '', value: null, level: levelAt(threshold, event), nearness: 1, standing: true },
        levelFrom: own(dataSource) && dataSource !== '' ? 'data source' : own('') ? 'agent' : 'threshold',
      },
    ];
  });
}

/** The events that stood at the moment that is looked at; null where that is now, and while they are asked for. */
export function useStandingAt() {
  const scope = useScope();
  const { answer, problem } = useAnswer<{ atMs: number }, readonly WeirEvent[]>(
    () => (scope.momentMs === null ? null : { atMs: scope.momentMs }),
    async ({ atMs }, signal) => {
      const range = { fromMs: atMs, toMs: atMs + 1, kinds: ['threshold' as const] };
      const question = allEvents(MOST_STANDING, range);
      return (await useApi().ask(scope.workspace, 'events.list', [question], signal)).events;
    },
  );
  const standingThen = computed(() => (scope.momentMs === null ? null : answer.value));
  return { standingThen, problem };
}
