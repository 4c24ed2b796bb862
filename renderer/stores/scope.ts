/**
 * What every screen is about: workspace, agent, interface, filter and time. Screens read `interval` and `scope` and ask
 * with them; the scope bar, charts (drag to zoom), tables and the palette change them here. Each change can be
 * undone, and each workspace keeps its own scope while another one is shown.
 *
 * Time: `last` follows the workspace's own clock in whole seconds, so that a question changes once a second at
 * most; pausing holds that clock still, not the data. In a live workspace the clock can be set to a moment of the past
 * (`travelTo`), which all screens then follow, while the workspace itself goes on.
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
  momentMs: number | null;
};

type Clock = Pick<WorkspaceStatus, 'kind' | 'nowMs' | 'interval'>;

const undoDepth = 50;
const shortestMs = 1_000;
const longestLastMs = 24 * 3_600_000;

const liveRange = { kind: 'last', ms: 5 * 60_000 } as const satisfies Range;
const captureRange: Range = { kind: 'all' };

const wholeSecond = (ms: number) => Math.floor(ms / 1_000) * 1_000;

export const useScope = defineStore('scope', () => {
  const workspace = ref<WorkspaceId>('');
  const agent = ref<string | null>(null);
  const ifIndex = ref<number | null>(null);
  const direction = ref<Direction>('both');
  const range = shallowRef<Range>(liveRange);
  /** The picture is held, and the workspace goes on. */
  const held = ref(false);
  /** The moment of a live workspace that is looked at, in whole seconds; null: now. */
  const momentMs = ref<number | null>(null);
  /** How often the moment was set, other than by playing on. */
  const jumps = ref(0);
  const paused = computed(() => held.value || momentMs.value !== null);
  /** What must hold of the traffic, term by term, in the filter language. */
  const filterTerms = shallowRef<readonly string[]>([]);

  const clock = shallowRef<Clock | null>(null);
  const heldMs = ref<number | null>(null);
  const history = shallowRef<readonly Snapshot[]>([]);
  /** What was taken back, the last one at the end. */
  const undone = shallowRef<readonly Snapshot[]>([]);
  const elsewhere = new Map<
    WorkspaceId,
    { snapshot: Snapshot; history: readonly Snapshot[]; undone: readonly Snapshot[] }
  >();

  /** The workspace's time that `last` counts back from, in whole seconds; null before anything is known. */
  const nowMs = computed(() => {
    if (momentMs.value !== null) return momentMs.value;
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
    momentMs: momentMs.value,
  });

  function restore(before: Snapshot) {
    agent.value = before.agent;
    ifIndex.value = before.ifIndex;
    direction.value = before.direction;
    range.value = before.range;
    filterTerms.value = before.filterTerms;
    momentMs.value = before.momentMs;
    jumps.value++;
  }

  function remember() {
    history.value = [...history.value.slice(-(undoDepth - 1)), snapshot()];
    undone.value = [];
  }

  /** Holds the picture where it is, or follows the clock again. */
  function setPaused(next: boolean) {
    if (next === paused.value) return;
    heldMs.value = next ? nowMs.value : null;
    held.value = next;
    if (next || momentMs.value === null) return;
    momentMs.value = null;
    jumps.value++;
  }

  /** The clock of a live workspace as it is, whatever is looked at; null before anything is known. */
  const edgeMs = computed(() => (clock.value ? wholeSecond(clock.value.nowMs) : null));

  /**
   * Looks at a live workspace as it was at a moment: the range ends there. It can be taken back as one step, however
   * often the moment moves meanwhile. `playsOn`: the moment only went on.
   */
  function travelTo(wishedMs: number, { playsOn = false } = {}) {
    const edge = edgeMs.value;
    if (isCapture.value || edge === null) return;
    const firstMs = extent.value ? wholeSecond(extent.value.fromMs) : edge;
    const next = Math.min(edge, Math.max(firstMs, wholeSecond(wishedMs)));
    if (momentMs.value === null) remember();
    const chosen = range.value;
    if (chosen.kind !== 'last') {
      const ms = chosen.kind === 'between' ? chosen.toMs - chosen.fromMs : liveRange.ms;
      range.value = { kind: 'last', ms: Math.max(shortestMs, wholeSecond(ms)) };
    }
    if (next !== momentMs.value && !playsOn) jumps.value++;
    momentMs.value = next;
  }

  /** Hears each new status of the shown workspace; its clock is what `last` follows. */
  function observe(status: Clock) {
    clock.value = status;
  }

  /** Shows another workspace with the scope it was left with, or its default. */
  function setWorkspace(id: WorkspaceId, kind: WorkspaceStatus['kind']) {
    if (id === workspace.value) return;
    if (workspace.value)
      elsewhere.set(workspace.value, { snapshot: snapshot(), history: history.value, undone: undone.value });
    setPaused(false);
    clock.value = null;
    workspace.value = id;
    const left = elsewhere.get(id);
    history.value = left?.history ?? [];
    undone.value = left?.undone ?? [];
    restore(
      left?.snapshot ?? {
        agent: null,
        ifIndex: null,
        direction: 'both',
        range: kind === 'live' ? liveRange : captureRange,
        filterTerms: [],
        momentMs: null,
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
    if (JSON.stringify(next) === JSON.stringify(range.value) && !held.value) return;
    remember();
    range.value = next;
    // A span before a moment that is looked at ends there.
    if (next.kind === 'last' && momentMs.value === null) setPaused(false);
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
    if (shown === null) return false;
    if (momentMs.value !== null && range.value.kind === 'last') return momentMs.value < (edgeMs.value ?? 0);
    if (range.value.kind === 'last' && !isCapture.value) return false;
    const end = isCapture.value ? extent.value?.toMs : nowMs.value;
    // Ranges are in whole seconds; the broken last one of a file is no period of its own.
    return end !== undefined && end !== null && shown.toMs + shortestMs <= end;
  });

  /** One period back: the same width, ending where the shown one begins. */
  function stepBack() {
    const shown = interval.value;
    if (!shown || !canStepBack.value) return;
    const width = shown.toMs - shown.fromMs;
    if (momentMs.value !== null && range.value.kind === 'last') return travelTo(momentMs.value - width);
    const fromMs = shown.fromMs - width;
    if (isCapture.value) settle({ fromMs, toMs: shown.fromMs });
    else setRange({ kind: 'between', fromMs, toMs: shown.fromMs });
  }

  /** One period forward; at the live edge the range follows the clock again. */
  function stepForward() {
    const shown = interval.value;
    if (!shown || !canStepForward.value) return;
    if (momentMs.value !== null && range.value.kind === 'last')
      return travelTo(momentMs.value + shown.toMs - shown.fromMs);
    settle({ fromMs: shown.toMs, toMs: shown.toMs + (shown.toMs - shown.fromMs) });
  }

  /** Follows the clock again: the last five minutes of a live workspace, all of a capture. */
  function goLive() {
    const chosen = range.value;
    if (isCapture.value) {
      setPaused(false);
      return setRange(captureRange);
    }
    const follows = chosen.kind === 'last' && chosen.ms <= longestLastMs;
    if (momentMs.value !== null || !follows) remember();
    setPaused(false);
    if (!follows) range.value = liveRange;
  }

  const canUndo = computed(() => history.value.length > 0);

  /** Takes back the last change of agent, interface, direction, filter or range. */
  function undo() {
    const before = history.value.at(-1);
    if (!before) return;
    history.value = history.value.slice(0, -1);
    undone.value = [...undone.value, snapshot()];
    restore(before);
  }

  const canRedo = computed(() => undone.value.length > 0);

  /** Does again what was taken back last, as long as nothing else was changed since. */
  function redo() {
    const after = undone.value.at(-1);
    if (!after) return;
    undone.value = undone.value.slice(0, -1);
    history.value = [...history.value, snapshot()];
    restore(after);
  }

  return {
    workspace,
    agent,
    ifIndex,
    direction,
    range,
    paused,
    momentMs,
    jumps,
    edgeMs,
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
    travelTo,
    goLive,
    undo,
    canRedo,
    redo,
  };
});
