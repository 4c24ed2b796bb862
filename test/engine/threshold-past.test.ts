/** What a threshold of a flow definition is rehearsed over: what is known of the range, told as far as it is read. */
import { expect, it } from 'vitest';
import { thresholdPast } from '../../main/engine/threshold-past.ts';
import { readDefinition } from '../../main/flows/definition.ts';
import { NO_CONTEXT } from '../../main/flows/functions/context.ts';
import { Metrics } from '../../main/metrics/metrics.ts';
import { Network } from '../../main/samples/network.ts';
import { readThreshold } from '../../main/thresholds/definition.ts';
import { rehearse } from '../../main/thresholds/rehearsal.ts';
import type { FlowAnswer, FlowQuestion } from '../../shared/model/question.ts';

const MINUTE = 60_000;
const { definition } = readDefinition('hosts', { keys: 'ipsource', value: 'bytes' }, 'weir', NO_CONTEXT);
const network = new Network();

/** Ten minutes of which the recording knows the last eight, but for one: 6,000 octets in each. */
function answerTo({ keys, value, filter, interval }: FlowQuestion): FlowAnswer {
  const series = new Float64Array([0, 0, 6000, 6000, 6000, 0, 6000, 6000, 6000, 6000]);
  const sums = {
    value: Float64Array.of(48_000),
    ...{ frames: new Float64Array(1), samples: new Float64Array(1), halfWidth: new Float64Array(1) },
    ...{ series, seriesSamples: series, seriesHalfWidth: series },
  };
  return {
    ...{ interval: interval!, stepMs: MINUTE, bucketCount: 10, keys, value, filter, merge: 'max' },
    ...{
      provenance: 'recording',
      keyTexts: ['10.0.0.1'],
      countedAt: [''],
      rows: sums,
      other: sums,
      total: sums,
    },
    ...{ otherKeys: 0, received: series, lost: series, unplaced: 0, samplingRate: { least: 1, most: 1 } },
    ...{ completeFromMs: 2 * MINUTE, completeToMs: 10 * MINUTE },
    gaps: [{ fromMs: 5 * MINUTE, toMs: 6 * MINUTE, why: 'not recorded' }],
  };
}

it('is run over what is recorded of a definition; what was not recorded is no silence', async () => {
  const threshold = readThreshold('quiet', { metric: 'hosts', value: 50, direction: 'below' });
  const told: number[] = [];
  const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
  const past = await thresholdPast(
    threshold,
    { fromMs: 0, toMs: 10 * MINUTE },
    {
      network: () => network,
      metrics: new Metrics({
        ...{ network: () => network, keepCountersMs: MINUTE, flows: null, topology: () => null },
        nowMs: () => 10 * MINUTE,
      }),
      definitionOf: () => definition,
      unitOf: () => 'octets/s',
      flows: (question, call) => {
        expect(call?.signal).toBe(signal);
        call?.progress(0.5, null);
        return answerTo(question);
      },
      stored: null,
      waiting: { signal, progress: (part) => told.push(part) },
    },
  );
  expect(told).toEqual([0.5]);
  expect(past.source).toMatch(/^Run over the recording, which knows the last 8 min with gaps, /);
  const { raised } = rehearse(threshold, past, 0, 10 * MINUTE);
  expect(raised).toEqual([]);
});
