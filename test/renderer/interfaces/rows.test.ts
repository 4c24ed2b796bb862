import { describe, expect, it } from 'vitest';
import { tableCsv } from '../../../renderer/export/table-csv.ts';
import {
  exportOnlyColumns,
  interfaceColumns,
  interfaceFrameColumns,
  speedText,
} from '../../../renderer/views/interfaces/columns.ts';
import {
  counterChart,
  intervalIndex,
  isReported,
  pollingMs,
  trafficChart,
} from '../../../renderer/views/interfaces/counters.ts';
import {
  badgeOf,
  interfaceRow,
  stateWords,
  utilisationText,
} from '../../../renderer/views/interfaces/rows.ts';
import type { InterfaceStatus } from '../../../shared/model/network.ts';
import type { CounterAnswer } from '../../../shared/model/question.ts';

const spark = new Float64Array(24).fill(1e9);
const status: InterfaceStatus = {
  provenance: 'memory',
  agent: '192.168.0.14',
  ifIndex: 52,
  name: 'swp50',
  nameSource: 'agent',
  alias: '',
  speed: 10e9,
  adminUp: true,
  operUp: true,
  counters: {
    intervals: 19,
    inBitsPerSecond: 4.6e6,
    outBitsPerSecond: 6.99e9,
    peakInBitsPerSecond: 11e6,
    peakOutBitsPerSecond: 6.8e9,
    inDiscards: Number.NaN,
    outDiscards: 4068,
    inErrors: 0,
    outErrors: 0,
    inFrames: { unicast: 900, multicast: 2, broadcast: Number.NaN },
    outFrames: { unicast: 60_000, multicast: 0, broadcast: 1 },
    inSpark: spark,
    outSpark: spark,
    pollingSeconds: 30,
  },
  flows: {
    inSamples: 4,
    outSamples: 900,
    inBitsPerSecond: 4e6,
    outBitsPerSecond: 5e9,
    inHalfWidth: 4e6,
    outHalfWidth: 3e8,
  },
  agreement: { direction: 'out', difference: -0.032, halfWidth: 0.028 },
};

describe('a row of the interface table', () => {
  it('goes by counters, and a share of the speed rounds down', () => {
    const row = interfaceRow(status, 'spine2');
    expect(row).toMatchObject({ source: 'counters', state: 'up', discards: 4068, errors: 0 });
    expect(utilisationText(row.out.utilisation)).toBe('69\u2009%');
    expect(utilisationText(Number.NaN)).toBe('–');
  });
  it('tells frames by whom they are for, and what the port was set to', () => {
    const row = interfaceRow(status, 'spine2');
    const text = (id: string) => interfaceFrameColumns.find((column) => column.id === id)!.text(row);
    expect(text('outUnicasts')).toBe('60.0 kframe/s');
    expect(text('inBroadcasts')).toBe('–');
    expect(text('out-discards')).toBe('4\u2009068');
    expect(text('state')).toBe('up');
    expect(stateWords(interfaceRow({ ...status, adminUp: false, operUp: false }, 'a'))).toBe('switched off');
    expect(stateWords(interfaceRow({ ...status, operUp: false }, 'a'))).toBe('down');
  });
  it('goes by samples where no counters were heard, and says so', () => {
    const row = interfaceRow({ ...status, counters: null, operUp: null }, 'spine2');
    expect(row).toMatchObject({ source: 'samples', state: 'up' });
    expect(row.out.average).toBe(5e9);
    expect(row.discards).toBeNaN();
    expect(interfaceColumns.find(({ id }) => id === 'discards')!.text(row)).toBe('–');
  });
  it('says nothing where nothing was heard', () => {
    const flows = { ...status.flows, inSamples: 0, outSamples: 0 };
    const row = interfaceRow(
      { ...status, counters: null, operUp: null, speed: 0, flows, agreement: null },
      'a',
    );
    expect(row).toMatchObject({ source: 'nothing', state: 'unknown' });
    expect(row.out.average).toBeNaN();
    expect(speedText(0)).toBe('speed not reported');
  });
  it('tells whether samples agree with counters', () => {
    // One port in twenty is beyond the band by chance.
    expect(badgeOf(status)).toMatchObject({ tone: 'plain', figure: '−3.2\u2009%', words: 'beyond ±2.8' });
    const wrong = { direction: 'out', difference: -0.5, halfWidth: 0.028 } as const;
    expect(badgeOf({ ...status, agreement: wrong })).toMatchObject({ tone: 'warn', words: 'beyond ±2.8' });
    const within = { direction: 'in', difference: 0.004, halfWidth: 0.018 } as const;
    expect(badgeOf({ ...status, agreement: within })).toMatchObject({
      tone: 'ok',
      figure: '+0.4\u2009%',
      words: 'within ±1.8',
    });
    const flows = { ...status.flows, inSamples: 0, outSamples: 0 };
    // A difference of a factor of twelve that chance explains is no agreement.
    const vague = { ...status.agreement!, difference: 11.85, halfWidth: 48.73 };
    expect(badgeOf({ ...status, agreement: vague })).toMatchObject({
      ...{ tone: 'plain', figure: '', words: 'too few samples' },
    });
    expect(badgeOf({ ...status, agreement: null, flows }).words).toBe('no samples');
    expect(badgeOf({ ...status, agreement: null, counters: null }).words).toBe('no counters');
    expect(badgeOf({ ...status, agreement: null }).words).toBe('too little to tell');
  });
  it('is numbers in a CSV, with what identifies the port', () => {
    const columns = [...interfaceColumns, ...exportOnlyColumns];
    const interval = { fromMs: 0, toMs: 1000 };
    const [head, line] = tableCsv(columns, [interfaceRow(status, 'spine2')], interval, { zone: 'utc' }).split(
      '\r\n',
    );
    const cells = Object.fromEntries(
      head!.split(/,(?! )/).map((name, index) => [name.replaceAll('"', ''), line!.split(',')[index]]),
    );
    expect(cells).toMatchObject({
      Interface: 'spine2 › swp50',
      'Speed (bit/s)': '10000000000',
      Discards: '4068',
      'Flow estimate against counters (%)': '-3.2',
      ifIndex: '52',
      'Figures from': 'counters',
    });
  });
});

const flow = {
  stepMs: 5_000,
  startMs: 0,
  octets: Float64Array.of(0, 625_000, 625_000),
  samples: Float64Array.of(0, 5, 5),
  halfWidth: Float64Array.of(0, 100_000, 100_000),
};
const answer: CounterAnswer = {
  agent: 'a',
  ifIndex: 1,
  interval: { fromMs: 0, toMs: 15_000 },
  fromMs: Float64Array.of(1_000, 11_000),
  toMs: Float64Array.of(11_000, 21_000),
  rates: {
    ifoutoctets: Float64Array.of(125_000, Number.NaN),
    ifoutdiscards: Float64Array.of(3, 0),
    ifinerrors: Float64Array.of(Number.NaN, Number.NaN),
  },
  speed: 10e6,
  flowIn: { ...flow, samples: new Float64Array(3) },
  flowOut: flow,
  provenance: 'recording',
};
const options = { zone: 'utc', highlight: null, liveEdgeMs: null, knownFromMs: 5_000 } as const;

describe('charts of a port', () => {
  it('have counters and the flow estimate in bits, and the rules of its speed', () => {
    const model = trafficChart(answer, 'out', options);
    expect(model.lines.map(({ id, label }) => `${id}: ${label}`)).toEqual([
      'counters: counters, 10 s',
      'flows: flow estimate, 5 s, ± 95 %',
    ]);
    expect([...model.lines[0]!.values]).toEqual([1e6, Number.NaN]);
    expect(model.lines[1]!.values[1]).toBe(1e6);
    expect(model.rules.map(({ value }) => value)).toEqual([7e6, 9e6]);
    expect(model.fullScale).toBe(10e6);
  });
  it('have no estimate from before anything was heard', () => {
    expect(trafficChart(answer, 'out', options).lines[1]!.values[0]).toBeNaN();
  });
  it('leave out what the port does not tell', () => {
    expect(trafficChart(answer, 'in', options).lines).toEqual([]);
    expect(trafficChart({ ...answer, speed: 0 }, 'out', options).rules).toEqual([]);
    expect([isReported(answer, 'ifinerrors'), isReported(answer, 'ifoutdiscards')]).toEqual([false, true]);
    const counter = { name: 'ifinunknownprotos', label: 'Unknown', unit: 'frames/s' } as const;
    expect(counterChart(answer, counter, options).lines).toEqual([]);
  });
  it('find the counter interval of a moment', () => {
    expect(pollingMs(answer)).toBe(10_000);
    expect(intervalIndex(answer, 11_000)).toBe(1);
    expect(intervalIndex(answer, 500)).toBe(-1);
  });
});
