/** What a threshold has learned of a place, as a chart shows it. */
import { expect, it } from 'vitest';
import { documentsInMemory } from '../../main/engine/documents.ts';
import type { Reading } from '../../main/thresholds/readings.ts';
import { Thresholds } from '../../main/thresholds/thresholds.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5);
const at = { agent: '10.0.0.1', dataSource: '3', metric: 'load_one' };

it('is told by the hour, as far as it is known, at places that are watched for it', async () => {
  let nowMs = START;
  let value = 0;
  const thresholds = new Thresholds({
    ...{ documents: documentsInMemory(), nowMs: () => nowMs, told: () => [], spots: () => [] },
    readings: (metric) => ({
      isWhole: () => true,
      all: (): Reading[] =>
        metric === 'load_one'
          ? [{ ...at, value, updatedMs: nowMs, speed: 0, isOctets: false, flows: null }]
          : [],
      read() {},
    }),
  });
  await thresholds.put('odd', { metric: 'load_one', kind: 'baseline', value: 4 });
  await thresholds.put('high', { metric: 'load_five', value: 4 });
  const usual = (metric: string, hours: number) =>
    thresholds.usual([{ ...at, metric }], nowMs - hours * HOUR + 60_000, nowMs);
  expect(usual('load_one', 2)).toEqual([]);
  for (let minute = 0; minute < 8 * 60; minute++) {
    nowMs += 60_000;
    value = 10 + (minute % 5);
    thresholds.tick(nowMs);
  }
  const [course, ...others] = usual('load_one', 2);
  expect(others).toEqual([]);
  expect(course).toMatchObject({ ...at, threshold: 'odd' });
  expect([...course!.fromMs]).toEqual([START + 6 * HOUR, START + 7 * HOUR]);
  expect([...course!.toMs]).toEqual([START + 7 * HOUR, START + 8 * HOUR]);
  for (const [i, middle] of course!.middle.entries()) {
    expect(middle).toBeGreaterThan(10);
    expect(middle).toBeLessThan(14);
    expect(course!.reach[i]!).toBeGreaterThan(4);
    expect(course!.reach[i]!).toBeLessThan(16);
  }
  expect(usual('load_five', 2)).toEqual([]);
  // Of a long range the newest hours, and nothing of a threshold that is switched off.
  expect(usual('load_one', 5000)[0]!.middle).toHaveLength(1000);
  await thresholds.put('odd', { metric: 'load_one', kind: 'baseline', value: 4, enabled: false });
  expect(usual('load_one', 2)).toEqual([]);
});
