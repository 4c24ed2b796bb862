import { describe, expect, it } from 'vitest';
import { CounterSeries, grown } from '../../main/metrics/counter-series.ts';
import { counterColumn, interfaceCounters } from '../../main/metrics/counter-table.ts';

/** An if_counters record with every counter at one value. */
function record(octets: bigint, frames: number): DataView {
  const view = new DataView(new ArrayBuffer(88));
  for (const counter of interfaceCounters) {
    if (counter.bits === 64) view.setBigUint64(counter.offset, octets);
    else view.setUint32(counter.offset, frames);
  }
  return view;
}

const IN = counterColumn('ifinoctets');
const ERRORS = counterColumn('ifinerrors');

describe('growth of a counter', () => {
  const table: [string, number | bigint, number | bigint, number, number][] = [
    ['grows', 10, 25, 1e9, 15],
    ['stands', 10, 10, 1e9, 0],
    ['wraps at 32 bits', 0xffff_fff0, 0x10, 1e9, 0x20],
    ['was cleared: the wrap would be more than the port carries', 0x8000_0000, 5, 1e6, Number.NaN],
    ['is not reported (all ones)', 0xffff_ffff, 0xffff_ffff, 1e9, Number.NaN],
    ['begins to be reported', 0xffff_ffff, 12, 1e9, Number.NaN],
    ['64 bits beyond 2^53 keep their difference', 2n ** 60n, 2n ** 60n + 1500n, 1e9, 1500],
    ['64 bits that fall were cleared', 2n ** 40n, 17n, 1e9, Number.NaN],
    ['32 bits in a 64-bit field wrap at 32', 0xffff_ff00n, 0x100n, 1e9, 0x200],
    ['64 bits not reported', 2n ** 64n - 1n, 2n ** 64n - 1n, 1e9, Number.NaN],
  ];
  for (const [name, before, after, most, wanted] of table) {
    it(name, () => expect(grown(before, after, most)).toBe(wanted));
  }
});

describe('the intervals of an interface', () => {
  it('need a baseline, divide by the agent’s own clock, and keep arrival as the label only', () => {
    const series = new CounterSeries();
    series.speed = 1e9;
    expect(series.observe(record(1000n, 5), 0, 1, 10_000, 1_000_000)).toBe(false);
    // The datagram came 3 s late; by the agent's clock 20 s have passed.
    expect(series.observe(record(21_000n, 45), 0, 2, 30_000, 1_023_000)).toBe(true);
    expect({
      from: series.fromMs[0],
      to: series.toMs[0],
      seconds: series.seconds[0],
      octets: series.at(0, IN),
      errors: series.at(0, ERRORS),
    }).toEqual({
      from: 1_000_000,
      to: 1_023_000,
      seconds: 20,
      octets: 20_000,
      errors: 40,
    });
  });

  it('ignore a sample heard twice and one that came late', () => {
    const series = new CounterSeries();
    series.observe(record(1000n, 5), 0, 1, 10_000, 0);
    series.observe(record(2000n, 6), 0, 2, 30_000, 20_000);
    expect(series.observe(record(2000n, 6), 0, 2, 30_000, 20_001)).toBe(false);
    expect(series.observe(record(1500n, 5), 0, 1, 20_000, 20_002)).toBe(false);
    series.observe(record(3000n, 7), 0, 3, 50_000, 40_000);
    expect([series.length, series.at(1, IN)]).toEqual([2, 1000]);
  });

  it('begin anew after a restart, without a spike', () => {
    const series = new CounterSeries();
    series.observe(record(10n ** 12n, 5), 0, 9, 90_000_000, 0);
    series.restart();
    expect(series.observe(record(500n, 1), 0, 1, 5000, 30_000)).toBe(false);
    expect(series.observe(record(1500n, 2), 0, 2, 25_000, 50_000)).toBe(true);
    expect([series.length, series.at(0, IN)]).toEqual([1, 1000]);
  });

  it('pass the wrap of the uptime', () => {
    const series = new CounterSeries();
    series.observe(record(0n, 0), 0, 1, 0xffff_ffff - 4999, 0);
    series.observe(record(100n, 0), 0, 2, 5000, 10_000);
    expect(series.seconds).toEqual([10]);
  });
});
