/**
 * Waiting for something new on behalf of a client. The engine is asked in slices, so that it stops waiting soon after
 * the client has gone, and so that a question which the engine did not want to wait for is not asked again at once.
 */
import { setTimeout as pause } from 'node:timers/promises';

const SLICE_MS = 5000;
/** An engine that answers at once, because too many wait, is asked again after this. */
const LEAST_PAUSE_MS = 500;

/** The first answer that is not empty, or [] when the time is over or the client gone. */
export async function pollUntil<T>(
  ask: (timeoutMs: number) => Promise<T[]>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<T[]> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const leftMs = Math.max(0, endMs - performance.now());
    const sliceMs = Math.min(SLICE_MS, leftMs);
    const askedMs = performance.now();
    const found = await ask(Math.ceil(sliceMs));
    if (found.length > 0 || signal.aborted || performance.now() >= endMs) return found;
    const tookMs = performance.now() - askedMs;
    if (tookMs < Math.min(LEAST_PAUSE_MS, sliceMs))
      await pause(Math.min(LEAST_PAUSE_MS, leftMs), undefined, { signal }).catch(() => {});
  }
}
