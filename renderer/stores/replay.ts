/**
 * Travelling through time. A capture is played by its engine, which holds the position. A live workspace goes on; there
 * the position is this window's own (`scope.momentMs`), and playing moves it by the monotonic clock until it has come
 * to the present. Here is what the buttons do for both.
 */
import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import type { Interval } from '../../shared/model/question.ts';
import type { ReplayStatus } from '../../shared/model/workspace.ts';
import { problemOf, useApi } from '../api.ts';
import { type Range, useScope } from './scope.ts';
import { useToasts } from './toasts.ts';
import { useWorkspaces } from './workspaces.ts';

export const replaySpeeds = [0.1, 1, 10, 60, 1000] as const;

/** While a capture plays, the screens follow its clock as they follow a live one. */
const followedRange: Range = { kind: 'last', ms: 60_000 };
/** How often a live workspace's position moves on. */
const MOVE_EVERY_MS = 500;

export const useReplay = defineStore('replay', () => {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const toasts = useToasts();
  const speed = ref(1);
  /** Moves the position of a live workspace; null while that stands still. */
  let moving: ReturnType<typeof setInterval> | null = null;
  const moves = ref(false);

  /** All there is: of a capture, or of a live workspace until now. */
  const whole = computed<Interval | null>(() => {
    if (scope.isCapture) return workspaces.status?.whole ?? null;
    const { extent, edgeMs } = scope;
    return extent === null || edgeMs === null || edgeMs <= extent.fromMs
      ? null
      : { fromMs: extent.fromMs, toMs: edgeMs };
  });
  const status = computed<ReplayStatus | null>(() => {
    if (scope.isCapture) return workspaces.status?.replay ?? null;
    return scope.momentMs === null
      ? null
      : { positionMs: scope.momentMs, speed: speed.value, paused: !moves.value };
  });
  const canPlay = computed(
    () => workspaces.status !== null && workspaces.status.state !== 'opening' && whole.value !== null,
  );

  async function setCapture(replay: ReplayStatus | null): Promise<void> {
    const id = scope.workspace;
    try {
      await useApi().ask(id, 'replay.set', [replay]);
      await workspaces.refresh(id);
    } catch (error) {
      toasts.problem(problemOf(error));
    }
  }

  function stand(): void {
    if (moving !== null) clearInterval(moving);
    moving = null;
    moves.value = false;
  }

  /** Moves on from the present position; at the live edge it becomes live again. */
  function move(): void {
    stand();
    if (scope.momentMs === null) return;
    let exactMs = scope.momentMs;
    let beforeMs = performance.now();
    moves.value = true;
    moving = setInterval(() => {
      const nowMs = performance.now();
      // It was set by hand meanwhile, or taken back.
      if (scope.momentMs === null) return stand();
      if (scope.momentMs !== Math.floor(exactMs / 1000) * 1000) exactMs = scope.momentMs;
      exactMs += (nowMs - beforeMs) * speed.value;
      beforeMs = nowMs;
      if (scope.edgeMs !== null && exactMs >= scope.edgeMs) {
        stand();
        scope.goLive();
      } else scope.travelTo(exactMs, { playsOn: true });
    }, MOVE_EVERY_MS);
  }
  // Back to live, another workspace, undo: what played before plays no more.
  watch(
    () => scope.momentMs === null || scope.isCapture,
    (ended) => {
      if (ended) stand();
    },
  );

  /** Shows the line one can move along, and holds the picture at its end. */
  async function begin(): Promise<void> {
    const end = scope.interval?.toMs ?? whole.value?.toMs;
    if (!canPlay.value || status.value || end === undefined) return;
    if (scope.isCapture) await setCapture({ positionMs: end, speed: speed.value, paused: true });
    else scope.travelTo(end);
  }

  /** Plays at a speed: a capture from its start; of a live workspace what is shown, and on from there. */
  async function play(atSpeed: number): Promise<void> {
    if (!whole.value) return;
    speed.value = atSpeed;
    if (scope.isCapture) {
      if (scope.range.kind !== 'last') scope.setRange(followedRange);
      await setCapture({ positionMs: whole.value.fromMs, speed: atSpeed, paused: false });
      return;
    }
    if (scope.momentMs === null) scope.travelTo(scope.interval?.fromMs ?? whole.value.fromMs);
    move();
  }
  async function setSpeed(next: number): Promise<void> {
    speed.value = next;
    if (scope.isCapture && status.value) await setCapture({ ...status.value, speed: next });
  }
  async function togglePaused(): Promise<void> {
    if (!status.value) return;
    if (scope.isCapture) await setCapture({ ...status.value, paused: !status.value.paused });
    else if (moves.value) stand();
    else move();
  }
  async function seek(positionMs: number): Promise<void> {
    if (!status.value) return;
    if (scope.isCapture) await setCapture({ ...status.value, positionMs });
    else scope.travelTo(positionMs);
  }
  /** Holds the picture and moves it by so many seconds, forward or back. */
  async function step(seconds: number): Promise<void> {
    if (!status.value || !whole.value) return;
    const { fromMs, toMs } = whole.value;
    const positionMs = Math.min(toMs, Math.max(fromMs, status.value.positionMs + seconds * 1000));
    stand();
    if (scope.isCapture) await setCapture({ ...status.value, positionMs, paused: true });
    else scope.travelTo(positionMs);
  }
  /** Shows all of a capture at once again, or follows what arrives. */
  async function end(): Promise<void> {
    stand();
    if (!scope.isCapture) return scope.goLive();
    await setCapture(null);
    scope.setRange({ kind: 'all' });
  }

  return { whole, status, canPlay, speed, begin, play, setSpeed, togglePaused, seek, step, end };
});
