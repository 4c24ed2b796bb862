/** Samples against counters: chance and the age of counters are allowed for, a wrong rate is not. */
import { describe, expect, it } from 'vitest';
import { captureEngine } from '../../main/engine/capture.ts';
import { agreementOf, FlowBuckets } from '../../main/metrics/agreement.ts';
import { CounterSeries } from '../../main/metrics/counter-series.ts';
import { counterColumn, interfaceCounters } from '../../main/metrics/counter-table.ts';
import { ifCountersPlan } from '../../main/metrics/table/interface.ts';
import { capturePath, capturesFolder } from '../captures.ts';

const STEP_MS = 1000;
const FRAME = 1000;
const RATE = 100;

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

/**
 * Ten minutes of a port: bursts of 20 s every 40 s, sampled 1 in 100 and polled every 30 s with counters that are
 * `ageMs` old. `sampled`: share of the frames that are really sampled at the rate that is stated. `unheard`: seconds
 * whose samples did not arrive.
 */
function port(
  seed: number,
  ageMs: number,
  sampled: number,
  unheard: { from: number; to: number } | null = null,
) {
  const next = random(seed);
  const buckets = new FlowBuckets(STEP_MS);
  const perSecond: number[] = [];
  for (let second = 0; second < 620; second++) {
    const frames = Math.floor((second + seed * 7) / 20) % 2 === 0 ? 2000 : 20;
    perSecond.push(frames);
    let samples = 0;
    for (let frame = 0; frame < frames; frame++) if (next() < sampled / RATE) samples++;
    if (samples === 0 || (unheard && second >= unheard.from && second < unheard.to)) continue;
    const weight = FRAME * RATE;
    buckets.add(
      second * STEP_MS,
      samples * weight,
      samples * RATE,
      samples,
      samples * weight ** 2,
      samples * RATE ** 2,
    );
  }
  const total = (timeMs: number): number => {
    const second = Math.floor(timeMs / 1000);
    const whole = perSecond.slice(0, second).reduce((sum, frames) => sum + frames, 0);
    return whole + (perSecond[second] ?? 0) * ((timeMs % 1000) / 1000);
  };
  const series = new CounterSeries(ifCountersPlan);
  for (let at = 10_000; at + 30_000 <= 610_000; at += 30_000) {
    const frames = total(at + 30_000 - ageMs) - total(at - ageMs);
    const growth = interfaceCounters.map(() => 0);
    growth[counterColumn('ifinoctets')] = frames * FRAME;
    growth[counterColumn('ifinucastpkts')] = frames;
    series.add(at, at + 30_000, 30, growth);
  }
  const flows = { in: buckets, out: new FlowBuckets(STEP_MS) };
  return (first: number, end: number, skips: (interval: number) => boolean = () => false) =>
    agreementOf(series, { first, end, skips }, flows);
}

describe('a port with bursts', () => {
  it('agrees in whole and in part, however old its counters are', () => {
    let beyond = 0;
    let compared = 0;
    for (let seed = 1; seed <= 12; seed++) {
      for (const ageMs of [0, 1500, 4500]) {
        const compare = port(seed, ageMs, 1);
        const whole = compare(0, 20)!;
        expect(Math.abs(whole.countersAgeMs! - ageMs)).toBeLessThanOrEqual(1000);
        for (const [first, end] of [
          [0, 20],
          [3, 4],
          [5, 8],
          [10, 20],
        ] as const) {
          const part = compare(first, end)!;
          compared++;
          if (Math.abs(part.difference) > part.halfWidth) beyond++;
          expect(part.frames!.difference).toBeCloseTo(part.difference, 6);
        }
      }
    }
    // The bands are of 95 %.
    expect(beyond / compared).toBeLessThan(0.08);
  });

  it('that samples half as often as it says is found out', () => {
    const { difference, halfWidth } = port(5, 3000, 0.5)(0, 20)!;
    expect(difference).toBeCloseTo(-0.5, 1);
    expect(Math.abs(difference)).toBeGreaterThan(4 * halfWidth);
  });

  it('is not compared over a time at which nobody listened', () => {
    const compare = port(5, 3000, 1, { from: 200, to: 260 });
    const whole = compare(0, 20)!;
    expect(Math.abs(whole.difference)).toBeGreaterThan(whole.halfWidth);
    // Interval i is of the seconds from 10 + 30 i on, and its counters are of up to some seconds before.
    const heard = compare(0, 20, (i) => 10 + 30 * i < 270 && 40 + 30 * i > 200)!;
    expect(Math.abs(heard.difference)).toBeLessThanOrEqual(heard.halfWidth);
    expect(Math.abs(heard.countersAgeMs! - 3000)).toBeLessThanOrEqual(1000);
  });

  it('is not compared without samples or counters', () => {
    const series = new CounterSeries(ifCountersPlan);
    const none = { in: new FlowBuckets(STEP_MS), out: new FlowBuckets(STEP_MS) };
    expect(agreementOf(series, { first: 0, end: 0, skips: () => false }, none)).toBeNull();
    expect(port(1, 0, 0)(0, 20)).toBeNull();
  });
});

describe.skipIf(capturesFolder === null)('the fabric capture', () => {
  it('agrees on 15 or more of its 16 busy ports, and cries no wolf in minutes of it', async () => {
    const engine = captureEngine({
      id: 'c',
      path: capturePath('sflowrt-fabricview-ecmp.pcap'),
      title: 'ecmp',
      changed() {},
    });
    await engine.start();
    const agreements = async (interval: { fromMs: number; toMs: number } | null) =>
      (await engine.interfaces(interval)).flatMap(({ agreement }) => agreement ?? []);
    const whole = await agreements(null);
    const within = (list: typeof whole) =>
      list.filter(({ difference, halfWidth }) => Math.abs(difference) <= halfWidth).length;
    expect(whole.length).toBe(16);
    expect(within(whole)).toBeGreaterThanOrEqual(15);
    const { fromMs } = (await engine.status()).interval!;
    const minutes: typeof whole = [];
    for (let minute = 0; minute < 9; minute++)
      minutes.push(
        ...(await agreements({ fromMs: fromMs + minute * 60_000, toMs: fromMs + minute * 60_000 + 61_000 })),
      );
    expect(minutes.length).toBeGreaterThan(80);
    expect(within(minutes) / minutes.length).toBeGreaterThan(0.9);
    await engine.stop();
  });
});
