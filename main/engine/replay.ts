/**
 * Playing a capture: a position that moves at a chosen speed, by a monotonic clock. What lies behind the
 * position has not happened yet; the engine leaves it out of every answer.
 */
import type { ReplayStatus } from '../../shared/model/workspace.ts';

const TICK_MS = 1000;
const SLOWEST = 0.1;
const FASTEST = 1000;

export class Replay {
  readonly #clockMs: () => number;
  readonly #changed: () => void;
  #playing: { positionMs: number; speed: number; paused: boolean; sinceMs: number; endMs: number } | null =
    null;
  #timer: ReturnType<typeof setInterval> | null = null;
  /** Nothing behind this was read (the reading was cancelled). */
  #boundMs = Number.POSITIVE_INFINITY;

  constructor(clockMs: () => number, changed: () => void) {
    this.#clockMs = clockMs;
    this.#changed = changed;
  }

  set(to: ReplayStatus, endMs: number): void {
    const speed = Math.min(FASTEST, Math.max(SLOWEST, to.speed));
    this.#playing = { positionMs: to.positionMs, speed, paused: to.paused, sinceMs: this.#clockMs(), endMs };
    this.#timer ??= setInterval(() => {
      if (this.#playing && !this.#playing.paused) this.#changed();
    }, TICK_MS);
  }

  /** Shows everything at once again. */
  clear(): void {
    this.#playing = null;
    this.stop();
  }

  bound(ms: number): void {
    this.#boundMs = ms;
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  status(): ReplayStatus | null {
    const playing = this.#playing;
    if (!playing) return null;
    const positionMs = this.limitMs();
    // At the end it stands still, as a tape does.
    return { positionMs, speed: playing.speed, paused: playing.paused || positionMs >= playing.endMs };
  }

  /** What happened later is not known yet. Whole seconds, so that answers of one second are the same answer. */
  limitMs(): number {
    const playing = this.#playing;
    if (!playing) return this.#boundMs;
    const moved = playing.paused ? 0 : (this.#clockMs() - playing.sinceMs) * playing.speed;
    const at = playing.positionMs + moved;
    return Math.min(playing.endMs, this.#boundMs, at >= playing.endMs ? at : Math.floor(at / 1000) * 1000);
  }
}
