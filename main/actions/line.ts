/**
 * What waits for one action, in order, one at a time. What fails is tried again after 5, 30 and 120 seconds, no more;
 * while it waits, what stands behind it waits too, since it goes to the same place. What was begun by a raise is ended
 * by its clear: such a clear waits for rate limit and quiet hours where anything else is left out, so that nothing
 * that was blocked stays blocked.
 */
import { formatDuration } from '../../shared/format/time.ts';
import type { Action, Attempt } from '../../shared/model/action.ts';
import type { WeirEvent } from '../../shared/model/event.ts';
import { Failure, type Message } from './kind.ts';
import { isQuiet, RateLimit } from './limits.ts';

const RETRY_AFTER_MS = [5000, 30_000, 120_000];
/** It is said to be failing from this many failures in a row on. */
const FAILING_AFTER = 2;
const MOST_WAITING = 200;
/** Events whose raise was sent and whose clear was not. */
const MOST_OWED = 1000;

export type LineOptions = {
  action: Action;
  nowMs: () => number;
  /** Sends, and says what came back. Rejects with `Failure`. */
  send: (message: Message) => Promise<string>;
  /** What addresses are called in what is sent; absent: nothing. */
  nameOf?: Message['nameOf'];
  record: (attempt: Attempt) => void;
  /** It has begun to fail, with the reason, or ('') works again. */
  failing: (problem: string) => void;
};

type Waiting = { message: Message; tries: number; notBeforeMs: number };

export class Line {
  action: Action;
  readonly owed = new Set<number>();
  /** Events whose clear was told, the newest: they may go on. */
  readonly #ended = new Set<number>();
  done = 0;
  failed = 0;
  limited = 0;
  readonly #options: LineOptions;
  #limit: RateLimit;
  readonly #waiting: Waiting[] = [];
  #busy = false;
  #untold = 0;
  #failures = 0;
  #stopped = false;

  constructor(options: LineOptions) {
    this.#options = options;
    this.action = options.action;
    this.#limit = new RateLimit(options.action.rateLimit);
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Goes on as this one; what waits is sent as it says. */
  change(action: Action): void {
    this.action = action;
    this.#limit = new RateLimit(action.rateLimit);
  }

  raised(event: WeirEvent, nowMs: number): void {
    if (!this.action.onRaise || !this.#takes(event)) return;
    this.#offer('raised', event, nowMs);
  }

  /** It goes on. One whose end was told stands again, so that it is raised again. */
  updated(event: WeirEvent, nowMs: number): void {
    if (event.clearedMs === null && this.#ended.delete(event.id)) this.raised(event, nowMs);
  }

  cleared(event: WeirEvent, nowMs: number): void {
    if (!this.action.onClear || !this.#takes(event)) return;
    if (!this.action.onRaise) this.#offer('cleared', event, nowMs);
    else if (this.owed.delete(event.id)) {
      this.#ended.add(event.id);
      if (this.#ended.size > MOST_OWED)
        for (const oldest of this.#ended) {
          this.#ended.delete(oldest);
          break;
        }
      this.#enqueue('cleared', event, nowMs);
    } else {
      // One that waits for its first try needs neither to be told nor to be taken back.
      const at = this.#waiting.findIndex(
        ({ message, tries }) => message.event.id === event.id && message.what === 'raised' && tries === 0,
      );
      if (at >= 0) this.#waiting.splice(at, 1);
    }
  }

  /** About once a second. */
  tick(nowMs: number): void {
    this.#pump(nowMs);
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.length = 0;
  }

  #takes(event: WeirEvent): boolean {
    const { kinds, severities, names, agents } = this.action.events;
    const has = <T>(list: readonly T[], value: T): boolean => list.length === 0 || list.includes(value);
    // Nobody is told by an action that this action fails.
    const isItself =
      event.kind === 'system' && event.name === 'action-failing' && event.flowKey === this.action.name;
    return (
      !isItself &&
      has(kinds, event.kind) &&
      has(severities, event.severity) &&
      has(names, event.name) &&
      (has(agents, event.agent) || agents.includes(event.agentName))
    );
  }

  #offer(what: Message['what'], event: WeirEvent, nowMs: number): void {
    const leave = (result: 'limited' | 'quiet' | 'failed', detail: string): void => {
      this.#untold++;
      if (result === 'limited') this.limited++;
      if (result === 'failed') this.failed++;
      this.#record({ what, event }, result, detail, nowMs, null, 0);
    };
    const { most, perSeconds } = this.action.rateLimit;
    if (isQuiet(this.action.quiet, nowMs)) leave('quiet', 'Left out: quiet hours.');
    else if (this.#waiting.length >= MOST_WAITING) leave('failed', `Left out: ${MOST_WAITING} wait already.`);
    else if (this.#limit.left(nowMs) <= this.#waiting.filter(({ tries }) => tries === 0).length)
      leave('limited', `Left out: more than ${most} in ${formatDuration(perSeconds * 1000)}.`);
    else this.#enqueue(what, event, nowMs);
  }

  #enqueue(what: Message['what'], event: WeirEvent, nowMs: number): void {
    const message: Message = {
      ...{ action: this.action.name, what, untold: 0, atMs: nowMs },
      nameOf: this.#options.nameOf ?? (() => null),
      event: structuredClone(event),
    };
    this.#waiting.push({ message, tries: 0, notBeforeMs: 0 });
    this.#pump(nowMs);
  }

  #pump(nowMs: number): void {
    const next = this.#waiting[0];
    if (next === undefined || this.#busy || this.#stopped || next.notBeforeMs > nowMs) return;
    if (isQuiet(this.action.quiet, nowMs) || this.#limit.left(nowMs) <= 0) return;
    this.#limit.take(nowMs);
    this.#busy = true;
    void this.#attempt(next, nowMs);
  }

  async #attempt(next: Waiting, startedMs: number): Promise<void> {
    const { message } = next;
    if (message.what === 'raised' && this.owed.size < MOST_OWED) this.owed.add(message.event.id);
    const untold = this.#untold;
    next.tries++;
    let detail: string;
    let failure: Failure | null = null;
    try {
      detail = await this.#options.send({ ...message, untold, atMs: startedMs });
    } catch (error) {
      failure =
        error instanceof Failure ? error : new Failure('It failed for a reason that Weir does not know.');
      detail = failure.message;
    }
    if (this.#stopped) return;
    const nowMs = this.#options.nowMs();
    const tookMs = Math.max(0, nowMs - startedMs);
    if (failure === null) {
      this.done++;
      this.#untold -= untold;
      if (this.#failures >= FAILING_AFTER) this.#options.failing('');
      this.#failures = 0;
    } else if (++this.#failures === FAILING_AFTER || (this.#failures < FAILING_AFTER && !failure.again)) {
      this.#failures = Math.max(this.#failures, FAILING_AFTER);
      this.#options.failing(detail);
    }
    const after = RETRY_AFTER_MS[next.tries - 1];
    if (failure?.again && after !== undefined) {
      next.notBeforeMs = nowMs + after;
      this.#record(message, 'again', detail, nowMs, next.notBeforeMs, tookMs);
    } else {
      this.#waiting.shift();
      if (failure) this.failed++;
      this.#record(message, failure ? 'failed' : 'done', detail, nowMs, null, tookMs);
    }
    this.#busy = false;
    this.#pump(nowMs);
  }

  #record(
    { what, event }: Pick<Message, 'what' | 'event'>,
    result: Attempt['result'],
    detail: string,
    atMs: number,
    nextMs: number | null,
    tookMs: number,
  ): void {
    this.#options.record({
      atMs,
      action: this.action.name,
      eventId: event.id,
      what,
      result,
      detail,
      nextMs,
      tookMs,
    });
  }
}
