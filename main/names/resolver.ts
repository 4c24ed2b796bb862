/**
 * Reverse lookups that nobody waits for: asked for an address, it says what it knows and, where it knows nothing, puts
 * the address into a bounded queue. At most eight questions are under way and fifty are begun per second, whatever is
 * asked; names and their absence are kept for as long as the server said, the least recently used go first. A name
 * that has run out is still told while it is asked for anew, so that it does not flicker.
 */
import { LRUCache } from 'lru-cache';
import { isResolvable } from './address.ts';
import type { PtrQuery } from './ptr-query.ts';

export const MOST_UNDER_WAY = 8;
export const MOST_QUEUED = 1000;
export const MOST_PER_SECOND = 50;
/** Addresses whose name, or want of one, is kept. */
export const MOST_KEPT = 32_768;

const LEAST_TTL_SECONDS = 60;
const MOST_TTL_SECONDS = 86_400;
const MOST_NEGATIVE_SECONDS = 3600;
/** Where the server names no time: for a name, for its absence, and after a failure. */
const DEFAULT_TTL_SECONDS = 3600;
const DEFAULT_NEGATIVE_SECONDS = 900;
const FAILED_SECONDS = 120;

type Kept = { name: string | null; untilMs: number };

export type ResolverOptions = {
  query: PtrQuery;
  /** Monotonic. */
  nowMs: () => number;
  /** A name was found that was not known, or another than was known. */
  learned: () => void;
  /** Calls back once after some time; as setTimeout, but for tests. */
  later: (run: () => void, ms: number) => void;
};

export class ReverseResolver {
  readonly #options: ResolverOptions;
  readonly #kept = new LRUCache<string, Kept>({ max: MOST_KEPT });
  readonly #queue = new Set<string>();
  readonly #asking = new Set<string>();
  #servers: readonly string[] = [];
  #enabled = false;
  #allowance = MOST_PER_SECOND;
  #allowedAtMs: number;
  #isWaiting = false;
  #generation = 0;
  /** Addresses that found the queue full; they may be asked for again. */
  turnedAway = 0;
  asked = 0;
  /** Why the last question failed, '' where it was answered. */
  problem = '';

  constructor(options: ResolverOptions) {
    this.#options = options;
    this.#allowedAtMs = options.nowMs();
  }

  /** Sets the servers and whether they are asked at all. What was known of other servers is forgotten. */
  set(servers: readonly string[], enabled: boolean): void {
    this.#generation++;
    this.#servers = servers;
    this.#enabled = enabled;
    this.#queue.clear();
    this.#kept.clear();
    this.problem = '';
  }

  get cached(): number {
    return this.#kept.size;
  }
  get pending(): number {
    return this.#queue.size + this.#asking.size;
  }

  /** The name of an IP address as far as it is known now; asks for it where it is not, or no longer. */
  name(address: string): string | null {
    if (!this.#enabled) return null;
    const kept = this.#kept.get(address);
    if (kept === undefined || kept.untilMs <= this.#options.nowMs()) this.#ask(address);
    return kept?.name ?? null;
  }

  /** The name of an address where it is known, without asking for it. */
  known(address: string): string | null {
    return this.#kept.get(address)?.name ?? null;
  }

  /** Every address with a name, the most recently used first. */
  *entries(): Iterable<[string, string]> {
    for (const [address, { name }] of this.#kept.entries()) if (name !== null) yield [address, name];
  }

  #ask(address: string): void {
    if (this.#queue.has(address) || this.#asking.has(address) || !isResolvable(address)) return;
    if (this.#queue.size >= MOST_QUEUED) {
      this.turnedAway++;
      return;
    }
    this.#queue.add(address);
    this.#next();
  }

  /** Begins as many questions as may be under way now. */
  #next(): void {
    const nowMs = this.#options.nowMs();
    const earned = ((nowMs - this.#allowedAtMs) / 1000) * MOST_PER_SECOND;
    this.#allowance = Math.min(MOST_PER_SECOND, this.#allowance + Math.max(0, earned));
    this.#allowedAtMs = nowMs;
    while (this.#queue.size > 0 && this.#asking.size < MOST_UNDER_WAY) {
      if (this.#allowance < 1) {
        this.#wait();
        return;
      }
      this.#allowance--;
      const [address] = this.#queue;
      this.#queue.delete(address!);
      void this.#put(address!);
    }
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#options.later(() => {
      this.#isWaiting = false;
      this.#next();
    }, 1000 / MOST_PER_SECOND);
  }

  async #put(address: string): Promise<void> {
    const generation = this.#generation;
    this.#asking.add(address);
    this.asked++;
    let kept: { name: string | null; seconds: number };
    try {
      const { name, ttlSeconds } = await this.#options.query(address, this.#servers);
      kept = { name, seconds: secondsOf(name, ttlSeconds) };
      this.problem = '';
    } catch (error) {
      kept = { name: this.#kept.peek(address)?.name ?? null, seconds: FAILED_SECONDS };
      this.problem = error instanceof Error ? error.message : 'The name servers do not answer.';
    }
    this.#asking.delete(address);
    if (generation === this.#generation) {
      const before = this.#kept.peek(address)?.name ?? null;
      this.#kept.set(address, {
        name: kept.name,
        untilMs: this.#options.nowMs() + kept.seconds * 1000,
      });
      if (kept.name !== before) this.#options.learned();
    }
    this.#next();
  }
}

function secondsOf(name: string | null, ttlSeconds: number | null): number {
  if (name === null)
    return Math.min(
      Math.max(ttlSeconds ?? DEFAULT_NEGATIVE_SECONDS, LEAST_TTL_SECONDS),
      MOST_NEGATIVE_SECONDS,
    );
  return Math.min(Math.max(ttlSeconds ?? DEFAULT_TTL_SECONDS, LEAST_TTL_SECONDS), MOST_TTL_SECONDS);
}
