/**
 * One question, three places to answer it from: memory, the recording, stored minutes. A real capture is sent live,
 * and the same range is asked while it lies in memory, when only the recording has it, and when only minutes are left.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { flowPresets } from '../../main/flows/presets.ts';
import type { ExplainQuestion } from '../../shared/model/explanation.ts';
import type { MetricSeriesQuestion } from '../../shared/model/metric.ts';
import type { FlowAnswer, FlowQuestion } from '../../shared/model/question.ts';
import { capturePath, capturesFolder } from '../captures.ts';
import { temporaryFolder } from '../headless/running.ts';
import { datagramsOf, type LiveWorkspace, liveWorkspace } from './workspace.ts';

const question: FlowQuestion = {
  keys: flowPresets[0]!.keys,
  value: 'bytes',
  scope: { agent: null, ifIndex: null, direction: 'both' },
  filter: '',
  merge: 'once',
  interval: null,
  stepMs: 60_000,
  limit: 1000,
};

const figures = (answer: FlowAnswer) => ({
  total: answer.total.value[0],
  frames: answer.total.frames[0],
  samples: answer.total.samples[0],
  perMinute: [...answer.total.series],
  unplaced: answer.unplaced,
  received: [...answer.received],
  lost: [...answer.lost],
});
const rows = (answer: FlowAnswer) =>
  new Map(
    Array.from(answer.rows.value, (value, row) => [
      answer.keyTexts.slice(row * answer.keys.length, (row + 1) * answer.keys.length).join(),
      value,
    ]),
  );

describe.skipIf(capturesFolder === null)('the same question', () => {
  let workspace: LiveWorkspace | null = null;
  afterEach(async () => {
    await workspace?.stop();
    workspace = null;
  });

  for (const speed of ['at the speed it was captured', 'as fast as it goes'] as const) {
    it(`is answered alike from memory, recording and minutes: sent ${speed}`, async () => {
      const all = await datagramsOf(capturePath('sflowrt-fabricview-ecmp.pcap'));
      // As much as memory holds.
      const heard = all.filter(({ timeMs }) => timeMs < all[0]!.timeMs + 230_000);
      const beginMs = Date.UTC(2026, 4, 5, 12);
      workspace = await liveWorkspace(temporaryFolder(), beginMs);
      const live = workspace;
      if (speed === 'as fast as it goes') {
        for (let at = 0; at < heard.length; at += 1000) {
          await live.send(heard.slice(at, at + 1000).map(({ bytes }) => bytes));
          await live.second();
        }
      } else {
        const firstMs = heard[0]!.timeMs;
        for (let at = 0, second = 0; at < heard.length; second++) {
          let end = at;
          while (end < heard.length && heard[end]!.timeMs - firstMs < (second + 1) * 1000) end++;
          await live.send(heard.slice(at, end).map(({ bytes }) => bytes));
          at = end;
          await live.second();
        }
      }
      // To the end of the minute, so that it is closed in the store.
      while (live.clock.nowMs % 60_000 !== 0) await live.second();
      await live.second();
      const interval = { fromMs: beginMs, toMs: Math.floor(live.clock.nowMs / 60_000) * 60_000 };
      const asked = { ...question, interval };
      const others = ['min:ipttl', 'max:bytes', 'count:ipdestination', 'avg:bytes'];
      // Asked for now, so placed as it is known now: hops are counted by themselves.
      const askedOther = { ...asked, keys: ['ipsource'], merge: 'sum' as const, limit: 20 };
      const inMemory: FlowAnswer[] = [];
      for (const value of others) inMemory.push(await live.engine.flows({ ...askedOther, value }));
      const memory = await live.engine.flows(asked);
      expect(memory.provenance).toBe('memory');
      expect(memory.total.value[0]).toBeGreaterThan(0);

      const utilisation: MetricSeriesQuestion = {
        ...{
          agents: 'ALL',
          dataSource: null,
          metric: 'ifinutilization',
          statistic: 'max',
          filter: {},
          interval,
        },
      };
      const counted = await live.engine.metricSeries(utilisation);
      expect([counted.provenance, counted.values.some((one) => one > 0)]).toEqual(['memory', true]);

      const hasTwoMinutes = interval.toMs > beginMs + 60_000;
      // What changed is told alike too, wherever its two ranges lie.
      const change: ExplainQuestion = {
        ...{ value: 'bytes', filter: '', merge: 'once', scope: question.scope },
        before: { fromMs: beginMs, toMs: beginMs + 60_000 },
        during: { fromMs: beginMs + 60_000, toMs: interval.toMs },
      };
      const explained = hasTwoMinutes ? await live.engine.explain(change) : null;
      if (explained) {
        expect(explained.provenance).toEqual({ during: 'memory', before: 'memory' });
        expect(explained.patterns.length).toBeGreaterThan(0);
      }

      live.clock.nowMs += 1_200_000;
      await live.second();
      const recording = await live.engine.flows(asked);
      expect(recording.provenance).toBe('recording');
      expect(figures(recording)).toEqual(figures(memory));
      expect(recording.gaps).toEqual([]);
      expect(recording.completeFromMs).toBe(interval.fromMs);
      // Memory has counters of an hour.
      live.clock.nowMs += 3_600_000;
      await live.second();
      const recounted = await live.engine.metricSeries(utilisation);
      expect(recounted).toEqual({ ...counted, provenance: 'recording', gaps: [] });
      // A key that nobody asked for while it was heard.
      const made = await live.engine.flows({ ...asked, keys: ['ipttl'], filter: 'ipprotocol=6' });
      expect(made.provenance).toBe('recording');
      expect(made.total.value[0]).toBeGreaterThan(0);
      for (const [at, value] of others.entries()) {
        const other = await live.engine.flows({ ...askedOther, value });
        expect(other.provenance).toBe('recording');
        expect([...other.rows.value]).toEqual([...inMemory[at]!.rows.value]);
        expect([...other.rows.series]).toEqual([...inMemory[at]!.rows.series]);
        expect(figures(other)).toEqual(figures(inMemory[at]!));
      }

      if (explained) {
        const recordedChange = await live.engine.explain(change);
        expect(recordedChange.provenance).toEqual({ during: 'recording', before: 'recording' });
        const { halfWidth, ...sums } = explained.total;
        expect(recordedChange.total).toMatchObject(sums);
        expect(recordedChange.total.halfWidth).toBeCloseTo(halfWidth, 3);
        expect(recordedChange.problems).toEqual([]);
        expect(recordedChange.patterns.length).toBeGreaterThan(0);
        for (const { rows, other } of recordedChange.dimensions)
          expect(rows.reduce((sum, { change }) => sum + change, other.change)).toBeCloseTo(
            recordedChange.total.change,
            3,
          );
      }

      await live.engine['recording.deleteAll']();
      const minutes = await live.engine.flows(asked);
      expect(minutes.provenance).toBe('minutes');
      expect(figures(minutes)).toEqual(figures(memory));
      if (explained) {
        const storedChange = await live.engine.explain(change);
        expect(storedChange.provenance).toEqual({ during: 'minutes', before: 'minutes' });
        expect(storedChange.total.change).toBeCloseTo(explained.total.change, 3);
        // What no minutes are kept of is named, and the causes are found in connections.
        expect(storedChange.problems.join(' ')).toMatch(/Not told by Source subnet/);
        expect(storedChange.dimensions.map(({ id }) => id)).toEqual(
          expect.arrayContaining(['sources', 'destinations', 'applications']),
        );
        expect(storedChange.patterns[0]!.change).toBeGreaterThan(0);
      }
      // Minutes keep each one's 1,000 largest keys: what they show of a key is never more.
      const exact = rows(recording);
      for (const [key, value] of rows(minutes)) expect(value).toBeLessThanOrEqual(exact.get(key) ?? 0);
      await expect(live.engine.flows({ ...asked, keys: ['ipttl'], filter: 'ipprotocol=6' })).rejects.toThrow(
        /the last ten minutes/,
      );
      for (const value of others)
        await expect(live.engine.flows({ ...askedOther, value })).rejects.toThrow(
          /cannot be added up over minutes|no minutes of this question were stored/,
        );
    }, 60_000);
  }
});
