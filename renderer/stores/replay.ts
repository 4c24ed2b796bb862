/**
 * Playing a capture as if it were live: from the start or any moment, at a speed, until all of it is shown at
 * once again. The engine holds the position; here is what the buttons do.
 */
import { defineStore } from 'pinia';
import { computed } from 'vue';
import type { Interval } from '../../shared/model/question.ts';
import type { ReplayStatus } from '../../shared/model/workspace.ts';
import { problemOf, useApi } from '../api.ts';
import { type Range, useScope } from './scope.ts';
import { useToasts } from './toasts.ts';
import { useWorkspaces } from './workspaces.ts';

export const replaySpeeds = [0.1, 1, 10, 60, 1000] as const;

/** While a capture plays, the screens follow its clock as they follow a live one. */
const followedRange: Range = { kind: 'last', ms: 60_000 };

export const useReplay = defineStore('replay', () => {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const toasts = useToasts();

  /** All of the capture. */
  const whole = computed<Interval | null>(() => workspaces.status?.whole ?? null);
  const status = computed<ReplayStatus | null>(() => workspaces.status?.replay ?? null);
  const canPlay = computed(
    () =>
      workspaces.status?.kind === 'capture' && workspaces.status.state !== 'opening' && whole.value !== null,
  );

  async function set(replay: ReplayStatus | null): Promise<void> {
    const id = scope.workspace;
    try {
      await useApi().ask(id, 'replay.set', [replay]);
      await workspaces.refresh(id);
    } catch (error) {
      toasts.problem(problemOf(error));
    }
  }

  /** Plays from the start at a speed; the range then follows the capture's clock. */
  async function play(speed: number): Promise<void> {
    if (!whole.value) return;
    if (scope.range.kind !== 'last') scope.setRange(followedRange);
    await set({ positionMs: whole.value.fromMs, speed, paused: false });
  }
  async function setSpeed(speed: number): Promise<void> {
    if (status.value) await set({ ...status.value, speed });
  }
  async function togglePaused(): Promise<void> {
    if (status.value) await set({ ...status.value, paused: !status.value.paused });
  }
  async function seek(positionMs: number): Promise<void> {
    if (status.value) await set({ ...status.value, positionMs });
  }
  /** Holds the picture and moves it by a second, forward or back. */
  async function step(seconds: 1 | -1): Promise<void> {
    if (!status.value || !whole.value) return;
    const { fromMs, toMs } = whole.value;
    const positionMs = Math.min(toMs, Math.max(fromMs, status.value.positionMs + seconds * 1000));
    await set({ ...status.value, positionMs, paused: true });
  }
  /** Shows all of the capture at once again. */
  async function showAll(): Promise<void> {
    await set(null);
    scope.setRange({ kind: 'all' });
  }

  return { whole, status, canPlay, play, setSpeed, togglePaused, seek, step, showAll };
});
