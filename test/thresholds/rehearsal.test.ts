/** Thresholds run over a made-up past. */
import { describe, expect, it } from 'vitest';
import { readThreshold } from '../../main/thresholds/definition.ts';
import { type PastSeries, rehearse } from '../../main/thresholds/rehearsal.ts';

const SECOND = 1000;
const MINUTE = 60_000;

/** A port that is polled every 20 s; `value` by the number of the poll. */
function port(dataSource: string, polls: number, value: (poll: number) => number): PastSeries {
  const timesMs = Float64Array.from({ length: polls }, (_, poll) => (poll + 1) * 20 * SECOND);
  return {
    ...{
      agent: '10.0.0.1',
      dataSource,
      metric: 'ifinutilization',
      flowKey: null,
      speed: 1e9,
      isOctets: false,
    },
    ...{ timesMs, values: timesMs.map((_, poll) => value(poll)), holdsMs: 50 * SECOND },
  };
}

const past = (...series: PastSeries[]) => ({
  series,
  stepMs: SECOND,
  source: 'Run over made-up ports.',
  unit: '%',
});

describe('a rehearsal', () => {
  it('says what would have been raised, for how long and how much, and shows the place with the most', () => {
    const threshold = readThreshold('busy', { metric: 'ifinutilization', value: 80, timeout: 30 });
    const busy = port('3', 180, (poll) => (poll % 60 < 6 ? 90 + (poll % 60) : 20));
    const quiet = port('4', 180, () => 10);
    const answer = rehearse(threshold, past(quiet, busy), 0, 180 * 20 * SECOND);
    expect(answer.raised).toEqual(
      [0, 1, 2].map((round) => ({
        ...{ metric: 'ifinutilization', agent: '10.0.0.1', dataSource: '3', flowKey: '', peak: 95 },
        raisedMs: round * 20 * MINUTE + 20 * SECOND,
        clearedMs: round * 20 * MINUTE + 20 * SECOND + 6 * 20 * SECOND + 29 * SECOND,
      })),
    );
    expect(answer).toMatchObject({ more: 0, source: 'Run over made-up ports.', chart: { dataSource: '3' } });
    expect([answer.chart!.values.length, answer.chart!.levels[7]]).toEqual([180, 80]);
    // 99.9 % of the readings are at or below 95, and more than all of a link is no level.
    expect(answer.proposedValue).toBe(98);
    const octets = rehearse(threshold, { ...past(busy), unit: 'octets/s' }, 0, 180 * 20 * SECOND);
    expect(octets.proposedValue).toBe(110);
    const full = rehearse(threshold, past(port('3', 180, () => 100)), 0, 180 * 20 * SECOND);
    expect(full.proposedValue).toBeNull();
  });

  it('proposes nothing from a few moments, however many ports they are of', () => {
    const threshold = readThreshold('busy', { metric: 'ifinutilization', value: 80 });
    const ports = (polls: number) => Array.from({ length: 96 }, (_, i) => port(String(i), polls, () => 40));
    expect(rehearse(threshold, past(...ports(10)), 0, 200 * SECOND).proposedValue).toBeNull();
    expect(rehearse(threshold, past(...ports(30)), 0, 600 * SECOND).proposedValue).toBe(46);
  });

  it('of x of the last minutes passes over what is short', () => {
    const threshold = readThreshold('busy', {
      ...{ metric: 'ifinutilization', value: 80, minutes: { above: 4, window: 10 } },
    });
    const short = port('1', 180, (poll) => (poll % 60 < 6 ? 95 : 20));
    const long = port('2', 180, (poll) => (poll >= 60 && poll < 90 ? 95 : 20));
    const { raised, chart } = rehearse(threshold, past(short, long), 0, 3600 * SECOND);
    expect(raised.map(({ dataSource }) => dataSource)).toEqual(['2']);
    expect(chart!.dataSource).toBe('2');
  });

  it('shows the place that came nearest where nothing would have been raised', () => {
    const threshold = readThreshold('busy', { metric: 'ifinutilization', value: 80 });
    const answer = rehearse(
      threshold,
      past(
        port('1', 40, () => 5),
        port('2', 40, () => 60),
      ),
      0,
      800 * SECOND,
    );
    expect(answer.raised).toEqual([]);
    expect(answer.chart).toMatchObject({ dataSource: '2' });
    expect(answer.proposedValue).toBe(69);
  });

  it('of flows holds each on its own, and of the link by its speed', () => {
    const flow = (flowKey: string, value: (second: number) => number): PastSeries => {
      const timesMs = Float64Array.from({ length: 120 }, (_, second) => (second + 1) * SECOND);
      return {
        ...{ agent: '10.0.0.1', dataSource: '3', metric: 'elephants', flowKey, speed: 1e9, isOctets: true },
        ...{ timesMs, values: timesMs.map((_, second) => value(second)), holdsMs: 1500 },
      };
    };
    const threshold = readThreshold('large', {
      ...{ metric: 'elephants', value: 10, of: 'speed', byFlow: true, timeout: 4 },
    });
    const answer = rehearse(
      threshold,
      past(
        flow('a,b', (second) => (second % 40 < 20 ? 50e6 : 0)),
        flow('c,d', () => 1e6),
      ),
      0,
      120 * SECOND,
    );
    expect(answer.raised.map(({ flowKey, raisedMs, peak }) => [flowKey, raisedMs, peak])).toEqual([
      ['a,b', 1000, 40],
      ['a,b', 41_000, 40],
      ['a,b', 81_000, 40],
    ]);
  });

  it('of a baseline learns of the same time what is usual', () => {
    const threshold = readThreshold('odd', { metric: 'ifinutilization', kind: 'baseline', value: 8 });
    // Two days by the minute; an hour of the second is another.
    const timesMs = Float64Array.from({ length: 2880 }, (_, minute) => (minute + 1) * MINUTE);
    const values = timesMs.map((_, minute) => (minute >= 2400 && minute < 2410 ? 60 : 10 + (minute % 3)));
    const series = { ...port('3', 1, () => 0), timesMs, values, holdsMs: 2.5 * MINUTE };
    const answer = rehearse(threshold, { ...past(series), stepMs: MINUTE }, 0, 2880 * MINUTE);
    expect(answer.raised.map(({ raisedMs }) => raisedMs)).toEqual([2401 * MINUTE]);
    const { levels } = answer.chart!;
    expect(levels[2000]).toBeGreaterThan(11);
    expect(levels[2000]).toBeLessThan(40);
  });

  it('says nothing where nothing is remembered', () => {
    const threshold = readThreshold('busy', { metric: 'x', value: 1 });
    expect(rehearse(threshold, past(), 0, 1000)).toMatchObject({
      raised: [],
      chart: null,
      proposedValue: null,
    });
  });
});
