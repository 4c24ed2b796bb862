/** Work that is made in parts, so that nothing else waits for it. */

/** How long something goes on before others have a turn. */
const MOST_TURN_MS = 3;

/** Runs something long to its end, with a turn for the sockets every few milliseconds. */
export async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  let begunMs = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() - begunMs < MOST_TURN_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    begunMs = performance.now();
  }
}
