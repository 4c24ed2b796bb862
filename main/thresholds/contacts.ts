/**
 * The flows that a threshold of contacts knows already. Bounded: past the cap the one that was not seen for longest
 * is forgotten. What is seen while it learns is known, and nothing of it is news.
 */
export const MOST_CONTACTS = 20_000;

export type KeptContacts = { learnedAtMs: number | null; known: [key: string, seenMs: number][] };

export class Contacts {
  /** In the order in which they were seen last. */
  readonly #known = new Map<string, number>();
  readonly #learnMs: number;
  /** When it began; null before anything was seen. */
  #learnedAtMs: number | null = null;
  /** Whether there is anything new to keep. */
  changed = false;

  constructor(learnMinutes: number, kept: KeptContacts | null = null) {
    this.#learnMs = learnMinutes * 60_000;
    if (!Array.isArray(kept?.known)) return;
    this.#learnedAtMs = kept.learnedAtMs;
    for (const [key, seenMs] of kept.known.slice(-MOST_CONTACTS)) this.#known.set(key, seenMs);
  }

  /** Until when it learns; null where it has not begun, or is done. */
  learnsUntilMs(nowMs: number): number | null {
    if (this.#learnMs === 0) return null;
    const untilMs = (this.#learnedAtMs ?? nowMs) + this.#learnMs;
    return untilMs > nowMs ? untilMs : null;
  }

  /** Whether a flow is news. One that is seen while learning, or was known, is noted as seen. */
  isNew(key: string, nowMs: number): boolean {
    this.#learnedAtMs ??= nowMs;
    if (!this.#known.has(key) && this.learnsUntilMs(nowMs) === null) return true;
    this.know(key, nowMs);
    return false;
  }

  know(key: string, nowMs: number): void {
    if (!this.#known.delete(key)) this.changed = true;
    this.#known.set(key, nowMs);
    if (this.#known.size <= MOST_CONTACTS) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest!);
  }

  keep(): KeptContacts {
    this.changed = false;
    return { learnedAtMs: this.#learnedAtMs, known: [...this.#known] };
  }
}
