/** How counters grow from sample to sample: wraps, resets, what is not reported, and whose clock counts. */
import { describe, expect, it } from 'vitest';
import { CounterSeries, grown32, grown64 } from '../../main/metrics/counter-series.ts';
import { counterColumn, interfaceCounters } from '../../main/metrics/counter-table.ts';
import { ifCountersPlan } from '../../main/metrics/table/interface.ts';
import { writeRecord } from '../../main/sflow/write.ts';

/** An if_counters record with every counter at one value, of a port of 1 Gbit/s. */
function record(octets: bigint, frames: number): Uint8Array {
  const fields: Record<string, number | bigint> = { ifIndex: 1, ifSpeed: 1_000_000_000 };
  for (const name of ifCountersPlan.counters) fields[name] = name.endsWith('Octets') ? octets : frames;
  return writeRecord('counter', { name: 'if_counters', fields });
}

function observe(
  series: CounterSeries,
  octets: Uint8Array,
  sequence: number,
  uptimeMs: number,
  timeMs: number,
  subAgent = 0,
): boolean {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  return series.observe(octets, view, 0, octets.length, sequence, uptimeMs, timeMs, subAgent);
}

const IN = counterColumn('ifinoctets');
const ERRORS = counterColumn('ifinerrors');

describe('the counters of an interface', () => {
  it('stand in the order in which minutes were stored', () => {
    expect(interfaceCounters.map(({ name }) => name)).toEqual([
      'ifinoctets',
      'ifinucastpkts',
      'ifinmulticastpkts',
      'ifinbroadcastpkts',
      'ifindiscards',
      'ifinerrors',
      'ifinunknownprotos',
      'ifoutoctets',
      'ifoutucastpkts',
      'ifoutmulticastpkts',
      'ifoutbroadcastpkts',
      'ifoutdiscards',
      'ifouterrors',
    ]);
  });
});

describe('growth of a counter', () => {
  const narrow: [string, number, number, number, number][] = [
    ['grows', 10, 25, 1e9, 15],
    ['stands', 10, 10, 1e9, 0],
    ['wraps at 32 bits', 0xffff_fff0, 0x10, 1e9, 0x20],
    ['was cleared: the wrap would be more than the port carries', 0x8000_0000, 5, 1e6, Number.NaN],
    ['is not reported (all ones)', 0xffff_ffff, 0xffff_ffff, 1e9, Number.NaN],
    ['begins to be reported', 0xffff_ffff, 12, 1e9, Number.NaN],
    ['is not reported any more', 12, 0xffff_ffff, 1e9, Number.NaN],
  ];
  for (const [name, before, after, most, wanted] of narrow)
    it(name, () => expect(grown32(before, after, most)).toBe(wanted));

  const wide: [string, bigint, bigint, number, number][] = [
    ['64 bits beyond 2^53 keep their difference', 2n ** 60n, 2n ** 60n + 1500n, 1e9, 1500],
    ['64 bits across a low word', 2n ** 40n + 0xffff_ffffn, 2n ** 40n + 2n ** 32n + 4n, 1e9, 5],
    ['64 bits that fall were cleared', 2n ** 40n, 17n, 1e9, Number.NaN],
    ['32 bits in a 64-bit field wrap at 32', 0xffff_ff00n, 0x100n, 1e9, 0x200],
    ['32 bits in a 64-bit field that were cleared', 0x8000_0000n, 5n, 1e6, Number.NaN],
    ['64 bits not reported', 2n ** 64n - 1n, 2n ** 64n - 1n, 1e9, Number.NaN],
    ['64 bits begin to be reported', 2n ** 64n - 1n, 5n, 1e9, Number.NaN],
  ];
  const words = (value: bigint): [number, number] => [Number(value >> 32n), Number(value & 0xffff_ffffn)];
  for (const [name, before, after, most, wanted] of wide)
    it(name, () => expect(grown64(...words(before), ...words(after), most)).toBe(wanted));
});

describe('the intervals of an interface', () => {
  it('need a baseline, divide by the agent’s own clock, and keep arrival as the label only', () => {
    const series = new CounterSeries(ifCountersPlan);
    expect(observe(series, record(1000n, 5), 1, 10_000, 1_000_000)).toBe(false);
    // The datagram came 3 s late; by the agent's clock 20 s have passed.
    expect(observe(series, record(21_000n, 45), 2, 30_000, 1_023_000)).toBe(true);
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
    const series = new CounterSeries(ifCountersPlan);
    observe(series, record(1000n, 5), 1, 10_000, 0);
    observe(series, record(2000n, 6), 2, 30_000, 20_000);
    expect(observe(series, record(2000n, 6), 2, 30_000, 20_001)).toBe(false);
    expect(observe(series, record(1500n, 5), 1, 20_000, 20_002)).toBe(false);
    observe(series, record(3000n, 7), 3, 50_000, 40_000);
    expect([series.length, series.at(1, IN)]).toEqual([2, 1000]);
  });

  it('begin anew after a restart, without a spike', () => {
    const series = new CounterSeries(ifCountersPlan);
    observe(series, record(10n ** 12n, 5), 9, 90_000_000, 0);
    series.restart();
    expect(observe(series, record(500n, 1), 1, 5000, 30_000)).toBe(false);
    expect(observe(series, record(1500n, 2), 2, 25_000, 50_000)).toBe(true);
    expect([series.length, series.at(0, IN)]).toEqual([1, 1000]);
  });

  it('pass the wrap of the uptime', () => {
    const series = new CounterSeries(ifCountersPlan);
    observe(series, record(0n, 0), 1, 0xffff_ffff - 4999, 0);
    observe(series, record(100n, 0), 2, 5000, 10_000);
    expect(series.seconds).toEqual([10]);
  });

  it('begin anew with a clock that stands far behind, though no restart was told', () => {
    const series = new CounterSeries(ifCountersPlan);
    observe(series, record(10n ** 12n, 5), 9, 90_000_000, 0);
    expect(observe(series, record(500n, 1), 1, 5000, 90_000)).toBe(false);
    expect(observe(series, record(1500n, 2), 2, 25_000, 110_000)).toBe(true);
    expect(series.at(0, IN)).toBe(1000);
  });

  it('have another clock under another sub-agent', () => {
    const series = new CounterSeries(ifCountersPlan);
    observe(series, record(1000n, 5), 1, 10_000, 0, 1);
    expect(observe(series, record(9000n, 6), 2, 500_000, 20_000, 2)).toBe(false);
    expect(observe(series, record(9500n, 7), 3, 510_000, 30_000, 2)).toBe(true);
    expect([series.length, series.at(0, IN)]).toEqual([1, 500]);
  });

  it('are not timed by an uptime that stands still', () => {
    const series = new CounterSeries(ifCountersPlan);
    observe(series, record(1000n, 5), 1, 0, 0);
    expect(observe(series, record(2000n, 6), 2, 0, 20_000)).toBe(true);
    expect(series.seconds).toEqual([20]);
  });

  it('read no octet behind a record that was cut short', () => {
    const series = new CounterSeries(ifCountersPlan);
    const whole = record(1000n, 5);
    for (let length = 0; length <= whole.length; length += 4) {
      const cut = whole.slice(0, length);
      expect(() => observe(series, cut, length, length * 1000 + 1, length * 1000)).not.toThrow();
    }
    expect(series.value(ifCountersPlan.lines.findIndex(({ name }) => name === 'ifouterrors'))).toBe(0);
  });
});
