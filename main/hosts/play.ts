/**
 * Playing captures from the start, as `weir serve --replay` does: each is asked to as soon as it is open and begins once it has
 * been read, so that nothing is heard of its end before; it begins anew there where it is to repeat. A capture that somebody pauses or shows whole is left alone.
 */
import type { WorkspaceId, WorkspaceStatus } from '../../shared/model/workspace.ts';
import type { Host } from './host.ts';

const LOOK_MS = 500;

export type PlayOptions = {
  /** 1 is the pace of the capture. */
  speed: number;
  repeat: boolean;
};

/** Plays the captures that are open now. Returns what ends it; the captures stay where they are. */
export function playCaptures(
  host: Pick<Host, 'call' | 'workspaces'>,
  { speed, repeat }: PlayOptions,
): () => void {
  const begun = new Set<WorkspaceId>();
  const waiting = new Set(
    host
      .workspaces()
      .filter(({ kind }) => kind === 'capture')
      .map(({ id }) => id),
  );

  async function look(id: WorkspaceId): Promise<void> {
    const { state, whole, replay } = (await host.call(id, 'status', [])) as WorkspaceStatus;
    if (state === 'failed' || state === 'cancelled') waiting.delete(id);
    if (!begun.has(id)) {
      begun.add(id);
      await host.call(id, 'replay.set', [{ positionMs: whole?.fromMs ?? 0, speed, paused: false }]);
      if (!repeat) waiting.delete(id);
      return;
    }
    if (state !== 'ready' || whole === null) return;
    const { fromMs, toMs } = whole;
    if (replay?.paused && replay.positionMs >= toMs)
      await host.call(id, 'replay.set', [{ positionMs: fromMs, speed: replay.speed, paused: false }]);
  }

  let looking = false;
  const lookAtAll = (): void => {
    if (looking) return;
    looking = true;
    void Promise.all(
      // One that was closed is not played any more.
      [...waiting].map((id) => look(id).catch(() => waiting.delete(id))),
    ).finally(() => {
      looking = false;
    });
  };
  lookAtAll();
  const timer = setInterval(lookAtAll, LOOK_MS);
  return () => clearInterval(timer);
}
