/** From an event to the screens at the moment it stood: Top N of its place, one of its causes, the explanation of it. */
import type { Contributor, WeirEvent } from '../../../shared/model/event.ts';
import type { Interval } from '../../../shared/model/question.ts';
import { goTo } from '../../composables/useRoute.ts';
import { useScope } from '../../stores/scope.ts';
import { causeTerms } from './causes.ts';

/** So much is shown before it was raised and after it was cleared. */
const LEAST_ROOM_MS = 60_000;

/** The range in which an event is seen with what was before and behind it. */
export function momentOf({ evidence, raisedMs, clearedMs, updatedMs }: WeirEvent): Interval {
  const from = Math.min(evidence.fromMs, raisedMs);
  const to = Math.max(evidence.toMs, clearedMs ?? updatedMs);
  const room = Math.max(LEAST_ROOM_MS, (to - from) / 2);
  const second = (ms: number) => Math.floor(ms / 1000) * 1000;
  return { fromMs: second(from - room), toMs: second(to + room) + 1000 };
}

export function useEventMoment() {
  const scope = useScope();

  /** The data source as a port of the agent; null where it is none, or none is named. */
  const portOf = ({ dataSource }: WeirEvent): number | null =>
    /^\d+$/.test(dataSource) && Number(dataSource) > 0 ? Number(dataSource) : null;

  function showPlace(event: WeirEvent): void {
    if (event.agent === '') return;
    const port = portOf(event);
    if (port === null) scope.setAgent(event.agent);
    else scope.setInterface(event.agent, port);
    goTo(port === null ? 'agents' : 'interfaces');
  }
  function settle(event: WeirEvent, interval: Interval): void {
    if (event.agent !== '') {
      const port = portOf(event);
      if (port === null) scope.setAgent(event.agent);
      else scope.setInterface(event.agent, port);
    } else scope.setAgent(null);
    const end = scope.isCapture ? scope.extent?.toMs : scope.nowMs;
    const toMs = end === undefined || end === null ? interval.toMs : Math.min(interval.toMs, end);
    scope.setRange({
      kind: 'between',
      fromMs: interval.fromMs,
      toMs: Math.max(toMs, interval.fromMs + 1000),
    });
  }
  /** Top N of the place, at the time the event stood. */
  function show(event: WeirEvent, interval: Interval = momentOf(event)): void {
    settle(event, interval);
    scope.setFilter(causeTerms({ keys: '', key: '' }, event.evidence));
    goTo('top-n');
  }
  function showCause(event: WeirEvent, cause: Contributor): void {
    settle(event, momentOf(event));
    scope.setFilter(causeTerms(cause, event.evidence));
    goTo('top-n');
  }
  /** What changed when it was raised, against the time before. */
  function explain(event: WeirEvent): void {
    settle(event, {
      fromMs: Math.floor(event.evidence.fromMs / 1000) * 1000,
      toMs: Math.ceil(Math.max(event.evidence.toMs, event.evidence.fromMs + 10_000) / 1000) * 1000,
    });
    scope.setFilter(causeTerms({ keys: '', key: '' }, event.evidence));
    goTo('explain');
  }
  return { show, showCause, showPlace, explain };
}
