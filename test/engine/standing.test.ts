/** Tables that every sample goes to: those of questions make room for newer ones, and go when nobody asks any more. */
import { expect, it } from 'vitest';
import { StandingTables } from '../../main/engine/standing.ts';
import { dimensions, PATTERN_KEYS } from '../../main/explain/dimensions.ts';
import { NO_CONTEXT } from '../../main/flows/functions/context.ts';
import { DatagramRing } from '../../main/inspect/ring.ts';
import { Network } from '../../main/samples/network.ts';
import { Placement } from '../../main/samples/placement.ts';

it('an explanation asks for more tables than may stand: each is answered, eight stay, and none for ever', async () => {
  let nowMs = Date.UTC(2026, 2, 1, 12);
  const tables = new StandingTables({
    ...{ network: new Network(), placement: new Placement(), ring: new DatagramRing(), minutes: false },
    ...{ context: NO_CONTEXT, nowMs: () => nowMs },
  });
  const keySets = [
    ...new Map(
      [PATTERN_KEYS, ...dimensions.map(({ keys }) => keys)].map((one) => [one.join(), one]),
    ).values(),
  ];
  const asked = (keys: readonly string[]) => ({ keys, filter: 'ipprotocol=6', value: 'bytes' });
  const first = await Promise.all(keySets.map((keys) => tables.of(asked(keys))));
  expect(keySets.length).toBeGreaterThan(8);
  expect(first.map(({ names }) => names)).toEqual(keySets);
  // The eight newest are the same ones when they are asked again.
  const newest = keySets.slice(-8);
  for (const keys of newest) {
    nowMs += 1000;
    expect(await tables.of(asked(keys))).toBe(first[keySets.indexOf(keys)]);
  }
  expect(await tables.of(asked(keySets[0]!))).not.toBe(first[0]);

  const kept = await tables.of(asked(newest.at(-1)!));
  nowMs += 599_000;
  tables.forget();
  expect(await tables.of(asked(newest.at(-1)!))).toBe(kept);
  nowMs += 600_000;
  tables.forget();
  expect(await tables.of(asked(newest.at(-1)!))).not.toBe(kept);
  // Those that every run begins with stay.
  const preset = await tables.of({ keys: dimensions[0]!.keys, filter: '', value: 'bytes' });
  nowMs += 3_600_000;
  tables.forget();
  expect(await tables.of({ keys: dimensions[0]!.keys, filter: '', value: 'bytes' })).toBe(preset);
});
