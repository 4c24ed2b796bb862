/**
 * Which flow keys samples carry, and when one last did: what a script asks before it makes a definition. Looking for
 * every key costs more than counting, so that only the first samples of each second are looked at: what is rarer than
 * that shows a little later.
 */
import type { Sample } from '../samples/sample.ts';
import { compileKey } from './compile.ts';
import type { CompiledKey } from './key.ts';
import { flowKeys } from './keys.ts';

const LOOKS_PER_SECOND = 100;

type Watched = { name: string; key: CompiledKey; seenMs: number };

const watch = (name: string): Watched => ({ name, key: compileKey(name), seenMs: Number.NaN });

export class SeenKeys {
  #outer: Watched[] | null = null;
  /** Of the packet inside a tunnel. */
  #inner: Watched[] = [];
  #scratch = new Uint32Array(0);
  #second = Number.NaN;
  #looks = 0;

  /** Takes a sample, of whatever kind. */
  look(sample: Sample): void {
    const second = Math.floor(sample.timeMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#looks = 0;
    }
    if (this.#looks >= LOOKS_PER_SECOND) return;
    this.#looks++;
    this.#outer ??= this.#compile();
    this.#note(this.#outer, sample);
    if (sample.header.depth > 1) this.#note(this.#inner, sample);
  }

  /** Name → milliseconds since a sample last carried it. */
  since(nowMs: number): Record<string, number> {
    const seen = [...(this.#outer ?? []), ...this.#inner].filter(({ seenMs }) => !Number.isNaN(seenMs));
    return Object.fromEntries(
      seen
        .map(({ name, seenMs }) => [name, Math.max(0, Math.round(nowMs - seenMs))] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  /** Forgets all that was seen. */
  restart(): void {
    this.#second = Number.NaN;
    for (const one of [...(this.#outer ?? []), ...this.#inner]) one.seenMs = Number.NaN;
  }

  #compile(): Watched[] {
    const outer = flowKeys.map(({ name }) => watch(name));
    this.#inner = flowKeys.filter(({ layered }) => layered).map(({ name }) => watch(`${name}.1`));
    this.#scratch = new Uint32Array(Math.max(...outer.map(({ key }) => key.words)));
    return outer;
  }

  #note(list: Watched[], sample: Sample): void {
    const scratch = this.#scratch;
    for (let i = 0; i < list.length; i++) {
      const one = list[i]!;
      one.key.read(sample, scratch, 0);
      if (scratch[0] === 1) one.seenMs = sample.timeMs;
    }
  }
}
