import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiveQueue } from '../../main/sources/receive-queue.ts';

/** A queue whose turns run when the test says so, by a clock that moves 1 ms each time it is looked at. */
function queue(octets: number, most: number) {
  const read: string[] = [];
  const turns: (() => void)[] = [];
  let clock = 0;
  const made = new ReceiveQueue<string>(
    (bytes, view, start, end, timeMs, sender) => {
      expect(view.byteLength).toBe(bytes.byteLength);
      read.push(`${sender}@${timeMs}:${[...bytes.subarray(start, end)].join()}`);
    },
    (turn) => turns.push(turn),
    () => clock++,
    octets,
    most,
  );
  const turn = (): void => {
    for (const one of turns.splice(0)) one();
  };
  return { made, read, turn };
}

describe('datagrams that wait', () => {
  it('come out whole and in order, and what finds no room is counted', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), length: fc.integer({ min: 0, max: 30 }) }),
      fc.record({ kind: fc.constant('turn' as const), length: fc.constant(0) }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(step, { maxLength: 300 }),
        (octets, most, steps) => {
          const { made, read, turn } = queue(octets, most);
          const accepted: string[] = [];
          let refused = 0;
          let number = 0;
          for (const { kind, length } of steps) {
            if (kind === 'turn') turn();
            else {
              number++;
              const datagram = Uint8Array.from({ length }, (_, i) => (number * 7 + i) & 255);
              if (made.push(datagram, number, 'a')) accepted.push(`a@${number}:${[...datagram].join()}`);
              else refused++;
            }
          }
          made.drain();
          expect(read).toEqual(accepted);
          expect({ dropped: made.dropped, waiting: made.waiting }).toEqual({ dropped: refused, waiting: 0 });
        },
      ),
    );
  });

  it('take all of a burst before they are worked off', () => {
    const { made, read, turn } = queue(100_000, 1000);
    for (let i = 0; i < 32; i++) made.push(Uint8Array.of(i), i, 'a');
    turn();
    expect(read).toHaveLength(2);
    turn();
    expect(read).toHaveLength(32);
    expect(made.waiting).toBe(0);
  });
});
