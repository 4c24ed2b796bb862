import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stackLayers } from '../../../renderer/components/chart/stack.ts';
import { aboutText, plainText } from '../../../renderer/components/table/named-text.ts';
import { tableCsv, tableText } from '../../../renderer/export/table-csv.ts';
import { nameColumns, namedColumns, topColumns } from '../../../renderer/views/top-n/columns.ts';
import { afterToggle } from '../../../renderer/views/top-n/isolation.ts';
import {
  isAddress,
  keyLabel,
  keyRole,
  keyText,
  rowLabel,
  rowParts,
} from '../../../renderer/views/top-n/keys.ts';
import { lossOf, ruleFor, ruleOf, samplingOf, unplacedOf } from '../../../renderer/views/top-n/quality.ts';
import { intervalToAsk, questionFor, stepFor } from '../../../renderer/views/top-n/question.ts';
import {
  bucketsOf,
  chartOf,
  coloured,
  footerRows,
  keyRows,
  OTHERS,
} from '../../../renderer/views/top-n/rows.ts';
import type { KnownName } from '../../../shared/model/knowledge.ts';
import type { FlowAnswer, FlowSums } from '../../../shared/model/question.ts';
import { anyText } from '../../any-text.ts';

const START = Date.UTC(2015, 2, 13, 18, 50);

/** Sums of rows that are given per bucket. */
function sums(rows: number[][]): FlowSums {
  const flat = rows.flat();
  const total = rows.map((row) => row.reduce((sum, value) => sum + value, 0));
  return {
    value: Float64Array.from(total),
    frames: Float64Array.from(total, (value) => value / 100),
    samples: Float64Array.from(total, (value) => (value > 0 ? 100 : 0)),
    halfWidth: Float64Array.from(total, (value) => value / 10),
    series: Float64Array.from(flat),
    seriesSamples: Float64Array.from(flat, (value) => (value > 0 ? 10 : 0)),
    seriesHalfWidth: Float64Array.from(flat, (value) => value / 5),
  };
}

/** An answer of steps of one second with these rows, this rest, and keys of one text each. */
function answerOf(rows: number[][], rest: number[], part: Partial<FlowAnswer> = {}): FlowAnswer {
  const bucketCount = rest.length;
  const total = rest.map((value, index) => rows.reduce((sum, row) => sum + row[index]!, value));
  return {
    interval: { fromMs: START, toMs: START + bucketCount * 1000 },
    stepMs: 1000,
    bucketCount,
    keys: ['ipsource'],
    value: 'bytes',
    filter: '',
    merge: 'max',
    provenance: 'capture',
    keyTexts: rows.map((_, index) => `10.0.0.${index}`),
    countedAt: rows.map(() => 'leaf1 › swp1'),
    rows: sums(rows),
    other: sums([rest]),
    otherKeys: 7,
    total: sums([total]),
    received: new Float64Array(bucketCount).fill(1),
    lost: new Float64Array(bucketCount),
    unplaced: 0,
    samplingRate: { least: 1000, most: 1000 },
    gaps: [],
    completeFromMs: START,
    completeToMs: START + bucketCount * 1000,
    ...part,
  };
}
const bits = (answer: FlowAnswer) => ({ answer, factor: 8, isRate: true, extent: null });
const chart = {
  unit: 'bit/s',
  counting: { words: '', about: '' },
  zone: 'utc',
  isolated: new Set<string>(),
  live: false,
} as const;

describe('rows of an answer', () => {
  it('are rates of the range and of its steps', () => {
    const [row] = keyRows(bits(answerOf([[1000, 3000, 0, 0]], [0, 0, 0, 0])));
    expect(row).toMatchObject({
      average: 8000,
      peak: 24_000,
      whileActive: 16_000,
      total: 4000,
      share: 1,
      band: 0.1,
    });
    expect([...row!.series.values]).toEqual([8000, 24_000, 0, 0]);
  });
  it('are averaged over the time in which something could be heard', () => {
    const answer = answerOf([[0, 0, 1000, 1000]], [0, 0, 0, 0]);
    const extent = { fromMs: START + 2000, toMs: START + 4000 };
    expect(keyRows({ answer, factor: 8, isRate: true, extent })[0]!.average).toBe(8000);
  });
  it('are averaged without the gaps in which nothing was heard', () => {
    const received = Float64Array.of(0, 0, 1, 1);
    const interval = { fromMs: START, toMs: START + 120_000 };
    const part = {
      interval,
      stepMs: 30_000,
      completeFromMs: interval.fromMs,
      completeToMs: interval.toMs,
      received,
    };
    expect(keyRows(bits(answerOf([[0, 0, 3e4, 3e4]], [0, 0, 0, 0], part)))[0]!.average).toBe(8000);
  });
  it('make no spike of a step that the end of the range cuts to an instant', () => {
    const answer = answerOf([[1000, 1000]], [0, 0], {
      interval: { fromMs: START, toMs: START + 1010 },
      completeToMs: START + 1010,
    });
    const [row] = keyRows(bits(answer));
    expect([...row!.series.values]).toEqual([8000, 16_000]);
    expect(row!.peak).toBe(8000);
  });
  it('draw a filling step as far as now, at its own rate', () => {
    const answer = answerOf([[1000, 600]], [0, 0], { completeToMs: START + 1600 });
    expect(bucketsOf(answer).endMs).toBe(START + 1600);
    const [row] = keyRows(bits(answer));
    expect(row!.series.values[1]).toBeCloseTo(8000, 6);
    expect(row!.peak).toBe(8000);
  });
  it('end with others and total, and bars are scaled to the largest', () => {
    const answer = answerOf([[100, 100]], [300, 100]);
    const footer = footerRows(bits(answer));
    expect(footer.map(({ kind, label }) => `${kind} ${label}`)).toEqual(['others 7 others', 'total Total']);
    expect(keyRows(bits(answer))[0]!.bar).toBe(0.5);
    expect(footerRows(bits(answerOf([[1]], [0]))).map(({ kind }) => kind)).toEqual(['total']);
    expect(footerRows(bits({ ...answer, otherKeys: null }))[0]!.label).toBe('others');
    expect(footerRows(bits({ ...answer, otherKeys: 1 }))[0]!.label).toBe('1 other');
  });
});

describe('the chart of an answer', () => {
  const column = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 3, maxLength: 3 });
  it('adds up to the total in each step, whatever is coloured or isolated', () => {
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 14 }),
        column,
        fc.nat(13),
        (rows, rest, pick) => {
          const context = bits(answerOf(rows, rest));
          const plain = keyRows(context);
          const some = coloured(
            plain,
            plain.map((_, index) => (index < 10 ? 's1' : null)),
          );
          const isolated = new Set(plain.slice(pick, pick + 1).map(({ id }) => id));
          const model = chartOf(some, footerRows(context), { ...chart, answer: context.answer, isolated });
          const top = stackLayers(model.series, 3).at(-1)?.upper ?? new Float64Array(3);
          for (let index = 0; index < 3; index++)
            expect(Math.abs(top[index]! - model.total.values[index]!)).toBeLessThan(1e-3);
        },
      ),
    );
  });
  it('folds rows without a colour into the grey, and brings one out when it is isolated', () => {
    const context = bits(answerOf([[5], [4], [3]], [1]));
    const rows = coloured(keyRows(context), ['s1', null, null]);
    const options = { ...chart, answer: context.answer };
    expect(chartOf(rows, footerRows(context), options).series.map(({ label }) => label)).toEqual([
      '10.0.0.0',
      '9 others',
    ]);
    const isolated = new Set([rows[2]!.id]);
    const ids = chartOf(rows, footerRows(context), { ...options, isolated }).series.map(({ id }) => id);
    expect(ids).toEqual([rows[0]!.id, rows[2]!.id, OTHERS]);
  });
});

describe('CSV of the rows', () => {
  const context = bits(answerOf([[1000, 2000]], [500, 0]));
  const columns = topColumns(context.answer, 'bit/s', [], true);
  const rows = [...keyRows(context), ...footerRows(context)];
  it('has the order of the screen, units in the headings, full precision', () => {
    const lines = tableCsv(columns, rows, context.answer.interval, { zone: 'utc' }).trimEnd().split('\r\n');
    expect(lines[0]).toBe(
      'ipsource,Average (bit/s),Share of total (%),Peak of 1 s (bit/s),Total (octets),Samples,95 % half-width (% of the figure),Counted at,From,To',
    );
    expect(lines[1]).toBe(
      '10.0.0.0,12000,85.71428571428571,16000,3000,100,10,leaf1 › swp1,2015-03-13T18:50:00.000+00:00,2015-03-13T18:50:02.000+00:00',
    );
    expect(lines.slice(2).map((line) => line.split(',')[0])).toEqual(['7 others', 'Total']);
  });
  it('runs no formula that came from the network', () => {
    const hostile = { ...rows[0]!, texts: ['=cmd|calc'] };
    expect(tableCsv(columns, [hostile], context.answer.interval, { zone: 'utc' })).toContain("\n'=cmd|calc,");
  });
  it('is copied as what is shown, one line per row', () => {
    const text = tableText(columns, [{ ...rows[0]!, texts: ['a\tb\nc'] }]);
    expect(text.split('\n')).toHaveLength(3);
    expect(text.split('\n')[1]!.split('\t').slice(0, 3)).toEqual(['a b c', '12.0 kbit/s', '86\u2009%']);
  });
});

describe('names of addresses', () => {
  const context = bits(answerOf([[1000], [500]], [0]));
  const own = (name: string): KnownName => ({ name, origin: 'own' });
  const called = (address: string) => (address === '10.0.0.0' ? own('=storage') : null);
  const rows = keyRows(context, called);

  it('stand before the address in what a row is called, and beside it in the row', () => {
    expect(rows.map(({ label, names, texts }) => [label, names, texts])).toEqual([
      ['=storage 10.0.0.0', [own('=storage')], ['10.0.0.0']],
      ['10.0.0.1', [null], ['10.0.0.1']],
    ]);
    const keys = ['ipsource', 'sourceport', 'ipdestination', 'destinationport'];
    const texts = ['10.0.0.1', '40268', '2001:db8::1', '5001'];
    const ends = rowParts(keys, texts, [own('a'), null, own('b'), null]);
    expect(plainText(ends)).toBe('a 10.0.0.1:40268 → b [2001:db8::1]:5001');
    expect(aboutText(ends)).toBe(`${plainText(ends)}\na: your own name\nb: your own name`);
  });

  it('are asked of addresses only', () => {
    const asked: string[] = [];
    keyRows(
      { ...context, answer: { ...context.answer, keys: ['application'], keyTexts: ['6:443', '17:53'] } },
      (address) => {
        asked.push(address);
        return null;
      },
    );
    expect(asked).toEqual([]);
    expect(isAddress('or:ipsource:ip6source:macsource', '6C641A001A80')).toBe(true);
    expect(isAddress('bytes', '123456789012')).toBe(false);
    expect(isAddress('clientaddress', '192.0.2.1')).toBe(true);
  });

  it('are columns of their own in CSV, behind the others, and no formula', () => {
    const columns = topColumns(context.answer, 'bit/s', [], true);
    const named = [...columns, ...nameColumns(context.answer.keys, rows, [])];
    const lines = tableCsv(named, rows, context.answer.interval, { zone: 'utc' }).split('\r\n');
    expect(lines[0]).toMatch(/^ipsource,Average.*,ipsource name,From,To$/);
    expect(lines[1]).toMatch(/^10\.0\.0\.0,.*,'=storage,/);
    expect(nameColumns(context.answer.keys, keyRows(context), [])).toEqual([]);
    // Where a cell is one text, they stand before the address, as on the screen.
    const [, source] = namedColumns(columns, rows);
    expect(source!.text(rows[0]!)).toBe('=storage 10.0.0.0');
    expect(tableText(namedColumns(columns, rows), rows)).toContain("\n'=storage 10.0.0.0\t");
  });
});

describe('keys in words', () => {
  const catalog = [
    { name: 'ipsource', label: 'Source', type: 'address' as const, about: 'Source IPv4 address.' },
  ];
  it.each([
    ['protocol', '6', 'TCP'],
    ['or:ipsource:ip6source:macsource', '6C641A001A80', '6c:64:1a:00:1a:80'],
    ['or:ipsource:ip6source', '2001:DB8::1', '2001:db8::1'],
    ['ipsource', '10.0.0.1', '10.0.0.1'],
    ['application', '6:443', 'https'],
    ['application', '1', 'ICMP'],
    ['vlan', '', '–'],
    ['ifname:inputifindex', 'evil\u202ename', 'evil\ufffdname'],
  ])('%s of %j is %j', (key, raw, text) => expect(keyText(key, raw)).toBe(text));
  it('take their headings from the catalog', () => {
    expect(keyLabel('or:ipsource:ip6source', catalog)).toBe('Source');
    expect(keyLabel('ipsource.1', catalog)).toBe('Source');
    expect(keyLabel('unknown', catalog)).toBe('unknown');
    expect(keyRole('or:ipsource:ip6source')).toBe('address');
  });
  it('make one line of a row', () => {
    const keys = [
      'or:ipsource:macsource',
      'sourceport',
      'or:ipdestination:macdestination',
      'destinationport',
      'protocol',
    ];
    expect(rowLabel(keys, ['h3', '40268', 'h4', '5001', 'TCP'])).toBe('h3:40268 → h4:5001');
    expect(rowLabel(keys, ['2001:db8::1', '53', 'h4', '9', 'UDP'])).toBe('[2001:db8::1]:53 → h4:9 UDP');
    expect(rowLabel(keys, ['h3', '–', 'h4', '–', 'ICMP'])).toBe('h3 → h4 ICMP');
    expect(
      rowLabel(['agent', 'ifname:inputifindex', 'ifname:outputifindex'], ['leaf1', 'swp1', 'swp2']),
    ).toBe('swp1 → swp2 leaf1');
    expect(rowLabel(['application'], ['https'])).toBe('https');
    expect(rowLabel(['vlan'], ['–'])).toBe('–');
  });
  it('never throw, whatever was heard', () => {
    const keys = fc.constantFrom(
      'protocol',
      'application',
      'or:ipsource:ip6source:macsource',
      'ethernetprotocol',
      'x',
    );
    fc.assert(fc.property(keys, anyText, (key, raw) => typeof keyText(key, raw) === 'string'));
  });
});

describe('the question', () => {
  it('has at most about 120 buckets of a round width', () => {
    expect([60_000, 300_000, 600_028, 3_600_000, 86_400_000].map(stepFor)).toEqual([
      1_000, 5_000, 5_000, 30_000, 900_000,
    ]);
    fc.assert(fc.property(fc.integer({ min: 1000, max: 1e12 }), (range) => range / stepFor(range) <= 121));
  });
  it('moves by whole steps while it follows the clock', () => {
    const interval = { fromMs: 1_000, toMs: 301_000 };
    expect(intervalToAsk(interval, 5_000, true)).toEqual({ fromMs: 5_000, toMs: 305_000 });
    expect(intervalToAsk(interval, 5_000, false)).toBe(interval);
  });
  it('asks for octets or frames, never for a rate', () => {
    const chosen = {
      keys: ['ipsource'],
      dropped: false,
      limit: 10,
      filter: '',
      merge: 'max',
      scope: { agent: null, ifIndex: null, direction: 'both' },
      interval: null,
      extent: { fromMs: 0, toMs: 600_000 },
      follows: false,
    } as const;
    expect(questionFor({ ...chosen, value: 'bytes' })).toMatchObject({
      value: 'bytes',
      stepMs: 5_000,
      interval: null,
    });
    expect(questionFor({ ...chosen, value: 'frames', extent: null })).toMatchObject({
      value: 'frames',
      stepMs: null,
    });
  });
});

describe('how good an answer is', () => {
  it('tells loss as a share and a count', () => {
    const received = Float64Array.of(90, 5);
    expect(lossOf({ received, lost: Float64Array.of(0, 0) })).toEqual({ figure: '0 of 95', tone: 'plain' });
    expect(lossOf({ received, lost: Float64Array.of(0, 1) })).toMatchObject({ tone: 'warn' });
    expect(lossOf({ received, lost: Float64Array.of(0, 5) })).toEqual({
      figure: '5.0\u2009%, 5 of 100',
      tone: 'crit',
    });
  });
  it('tells the sampling, and who counts a frame how often', () => {
    expect(samplingOf({ samplingRate: { least: 0, most: 0 } })).toBe('');
    expect(samplingOf({ samplingRate: { least: 100, most: 20_000 } })).toBe('1:100 – 1:20\u2009000');
    expect(ruleOf({ keys: ['ipsource'], merge: 'max' }, false)).toBe('busiest port');
    expect(ruleOf({ keys: ['agent', 'ifname:inputifindex'], merge: 'max' }, false)).toBe('each hop counts');
    expect(ruleOf({ keys: ['ipsource'], merge: 'sum' }, false)).toBe('each hop counts');
    expect(ruleOf({ keys: ['ipsource'], merge: 'sum' }, true)).toBe('at this port');
    expect(ruleOf({ keys: ['ipsource'], merge: 'once' }, false)).toBe('counted once');
    expect(ruleFor(['agent', 'ifname:inputifindex'], 'once')).toBe('sum');
    expect(ruleFor(['ipsource'], 'once')).toBe('once');
    expect([unplacedOf({ unplaced: 0 }), unplacedOf({ unplaced: 0.031 })]).toEqual(['', '3.1\u2009%']);
  });
});

describe('isolation', () => {
  it('isolates one, adds with shift, and brings all back', () => {
    const one = afterToggle(new Set(), 'a', false);
    expect([...one]).toEqual(['a']);
    expect([...afterToggle(one, 'b', true)]).toEqual(['a', 'b']);
    expect([...afterToggle(one, 'b', false)]).toEqual(['b']);
    expect(afterToggle(one, 'a', false).size).toBe(0);
    expect(afterToggle(one, 'a', true).size).toBe(0);
  });
});
