/**
 * What every screen is about: workspace, agent, interface, filter and time. Screens read `interval` and `scope` and ask
 * with them; the scope bar, charts (drag to zoom), tables and the palette change them here. Each change can be
 * undone, and each workspace keeps its own scope while another one is shown.
 *
 * Time: `last` follows the workspace's own clock in whole seconds, so that a question changes once a second at
 * most; pausing holds that clock still, not the data.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { joinTerms, withTerm } from '../../shared/filter/terms.ts';
import type { Interval, Scope } from '../../shared/model/question.ts';
import type { WorkspaceId, WorkspaceStatus } from '../../shared/model/workspace.ts';

export type Direction = Scope['direction'];
export type Range =
  | { kind: 'last'; ms: number }
  | { kind: 'between'; fromMs: number; toMs: number }
  | { kind: 'all' };

/** What undo brings back. */
type Snapshot = {
  agent: string | null;
  ifIndex: number | null;
  direction: Direction;
  range: Range;
  filterTerms: readonly string[];
};

type Clock = Pick<WorkspaceStatus, 'kind' | 'nowMs' | 'interval'>;

const undoDepth = 50;
const shortestMs = 1_000;
const longestLastMs = 24 * 3_600_000;

const liveRange: Range = { kind: 'last', ms: 5 * 60_000 };
const captureRange: Range = { kind: 'all' };

const wholeSecond = (ms: number) => Math.floor(ms / 1_000) * 1_000;

export const useScope = defineStore('scope', () => {
  const workspace = ref<WorkspaceId>('');
  const agent = ref<string | null>(null);
  const ifIndex = ref<number | null>(null);
  const direction = ref<Direction>('both');
  const range = shallowRef<Range>(liveRange);
  const paused = ref(false);
  /** What must hold of the traffic, term by term, in the filter language. */
  const filterTerms = shallowRef<readonly string[]>([]);

  const clock = shallowRef<Clock | null>(null);
  const heldMs = ref<number | null>(null);
  const history = shallowRef<Snapshot[]>([]);
  const elsewhere = new Map<WorkspaceId, { snapshot: Snapshot; history: Snapshot[] }>();

  /** The workspace's time that `last` counts back from, in whole seconds; null before anything is known. */
  const nowMs = computed(() => {
    if (heldMs.value !== null) return heldMs.value;
    if (!clock.value) return null;
    // A capture ends inside a second that belongs to it; the live second is still filling.
    const { kind, nowMs } = clock.value;
    return kind === 'capture' ? wholeSecond(nowMs + 999) : wholeSecond(nowMs);
  });

  const interval = computed<Interval | null>(() => {
    const chosen = range.value;
    if (chosen.kind === 'all') return null;
    if (chosen.kind === 'between') return { fromMs: chosen.fromMs, toMs: chosen.toMs };
    return nowMs.value === null ? null : { fromMs: nowMs.value - chosen.ms, toMs: nowMs.value };
  });

  const scope = computed<Scope>(() => ({
    agent: agent.value,
    ifIndex: ifIndex.value,
    direction: direction.value,
  }));

  /** The terms as one filter, '' for all traffic. */
  const filter = computed(() => joinTerms(filterTerms.value));

  /** What can be asked about at all; null before the first datagram. */
  const extent = computed<Interval | null>(() => clock.value?.interval ?? null);
  const isCapture = computed(() => clock.value?.kind === 'capture');

  const snapshot = (): Snapshot => ({
    agent: agent.value,
    ifIndex: ifIndex.value,
    direction: direction.value,
    range: range.value,
    filterTerms: filterTerms.value,
  });

  function restore(before: Snapshot) {
    agent.value = before.agent;
    ifIndex.value = before.ifIndex;
    direction.value = before.direction;
    range.value = before.range;
    filterTerms.value = before.filterTerms;
  }

  function remember() {
    history.value = [...history.value.slice(-(undoDepth - 1)), snapshot()];
  }

  function setPaused(next: boolean) {
    if (next === paused.value) return;
    heldMs.value = next ? nowMs.value : null;
    paused.value = next;
  }

  /** Hears each new status of the shown workspace; its clock is what `last` follows. */
  function observe(status: Clock) {
    clock.value = status;
  }

  /** Shows another workspace with the scope it was left with, or its default. */
  function setWorkspace(id: WorkspaceId, kind: WorkspaceStatus['kind']) {
    if (id === workspace.value) return;
    if (workspace.value) elsewhere.set(workspace.value, { snapshot: snapshot(), history: history.value });
    setPaused(false);
    clock.value = null;
    workspace.value = id;
    const left = elsewhere.get(id);
    history.value = left?.history ?? [];
    restore(
      left?.snapshot ?? {
        agent: null,
        ifIndex: null,
        direction: 'both',
        range: kind === 'live' ? liveRange : captureRange,
        filterTerms: [],
      },
    );
  }

  /** Forgets the scope of a workspace that was closed. */
  function forget(id: WorkspaceId) {
    elsewhere.delete(id);
  }

  function setAgent(next: string | null) {
    if (next === agent.value && ifIndex.value === null) return;
    remember();
    agent.value = next;
    ifIndex.value = null;
    direction.value = 'both';
  }

  function setInterface(nextAgent: string, nextIfIndex: number | null, nextDirection: Direction = 'both') {
    if (nextAgent === agent.value && nextIfIndex === ifIndex.value && nextDirection === direction.value)
      return;
    remember();
    agent.value = nextAgent;
    ifIndex.value = nextIfIndex;
    direction.value = nextIfIndex === null ? 'both' : nextDirection;
  }

  function setDirection(next: Direction) {
    if (next === direction.value) return;
    remember();
    direction.value = next;
  }

  /** Asks about other traffic; each term a filter of its own that can be read. */
  function setFilter(terms: readonly string[]) {
    if (joinTerms(terms) === filter.value) return;
    remember();
    filterTerms.value = [...terms];
  }

  /** Asks about less: what holds already, and these terms. */
  function narrow(terms: readonly string[]) {
    setFilter(terms.reduce<readonly string[]>(withTerm, filterTerms.value));
  }

  function setRange(next: Range) {
    if (JSON.stringify(next) === JSON.stringify(range.value) && !paused.value) return;
    remember();
    range.value = next;
    if (next.kind === 'last') setPaused(false);
  }

  /** Shows a part of the time, as dragged on a chart; at least one second of it. */
  function zoomTo(part: Interval) {
    const fromMs = Math.min(part.fromMs, part.toMs);
    const toMs = Math.max(part.fromMs, part.toMs, fromMs + shortestMs);
    setRange({ kind: 'between', fromMs, toMs });
  }

  /** Shows twice as much time around the same middle, as far as there is any. */
  function zoomOut() {
    const chosen = range.value;
    if (chosen.kind === 'all') return;
    if (chosen.kind === 'last' && !isCapture.value) {
      setRange({ kind: 'last', ms: Math.min(chosen.ms * 2, longestLastMs) });
      return;
    }
    const shown = interval.value;
    if (!shown) return;
    const width = shown.toMs - shown.fromMs;
    settle({ fromMs: shown.fromMs - width / 2, toMs: shown.toMs + width / 2 });
  }

  /** Takes a wished interval and keeps it inside what there is; at the live edge it becomes live again. */
  function settle({ fromMs, toMs }: Interval) {
    const width = toMs - fromMs;
    const reach = extent.value;
    if (isCapture.value) {
      if (!reach) return;
      if (fromMs <= reach.fromMs && toMs >= reach.toMs) return setRange({ kind: 'all' });
      const from = Math.max(reach.fromMs, Math.min(fromMs, reach.toMs - width));
      return setRange({ kind: 'between', fromMs: from, toMs: Math.min(from + width, reach.toMs) });
    }
    const now = nowMs.value;
    if (now !== null && toMs >= now) return setRange({ kind: 'last', ms: Math.min(width, longestLastMs) });
    setRange({ kind: 'between', fromMs, toMs });
  }

  const canStepBack = computed(() => {
    const shown = interval.value;
    return shown !== null && (extent.value === null || shown.fromMs > extent.value.fromMs);
  });
  const canStepForward = computed(() => {
    const shown = interval.value;
    if (shown === null || (range.value.kind === 'last' && !isCapture.value)) return false;
    const end = isCapture.value ? extent.value?.toMs : nowMs.value;
    // Ranges are in whole seconds; the broken last one of a file is no period of its own.
    return end !== undefined && end !== null && shown.toMs + shortestMs <= end;
  });

  /** One period back: the same width, ending where the shown one begins. */
  function stepBack() {
    const shown = interval.value;
    if (!shown || !canStepBack.value) return;
    const width = shown.toMs - shown.fromMs;
    const fromMs = shown.fromMs - width;
    if (isCapture.value) settle({ fromMs, toMs: shown.fromMs });
    else setRange({ kind: 'between', fromMs, toMs: shown.fromMs });
  }

  /** One period forward; at the live edge the range follows the clock again. */
  function stepForward() {
    const shown = interval.value;
    if (!shown || !canStepForward.value) return;
    settle({ fromMs: shown.toMs, toMs: shown.toMs + (shown.toMs - shown.fromMs) });
  }

  /** Follows the clock again: the last five minutes of a live workspace, all of a capture. */
  function goLive() {
    setPaused(false);
    if (isCapture.value) setRange(captureRange);
    else if (range.value.kind !== 'last') setRange(liveRange);
  }

  const canUndo = computed(() => history.value.length > 0);

  /** Takes back the last change of agent, interface, direction, filter or range. */
  function undo() {
    const before = history.value.at(-1);
    if (!before) return;
    history.value = history.value.slice(0, -1);
    restore(before);
  }

  return {
    workspace,
    agent,
    ifIndex,
    direction,
    range,
    paused,
    filterTerms,
    filter,
    nowMs,
    interval,
    scope,
    extent,
    isCapture,
    canStepBack,
    canStepForward,
    canUndo,
    observe,
    setWorkspace,
    forget,
    setAgent,
    setInterface,
    setDirection,
    setFilter,
    narrow,
    setRange,
    setPaused,
    zoomTo,
    zoomOut,
    stepBack,
    stepForward,
    goLive,
    undo,
  };
});
