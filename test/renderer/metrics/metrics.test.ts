import { describe, expect, it } from 'vitest';
import { tableCsv } from '../../../renderer/export/table-csv.ts';
import { metricColumns, metricFileColumns } from '../../../renderer/views/metrics/columns.ts';
import {
  byUnit,
  type ChartLine,
  firstLines,
  lineId,
  MOST_LINES,
  toggled,
} from '../../../renderer/views/metrics/lines.ts';
import { restCalls } from '../../../renderer/views/metrics/rest.ts';
import { found, metricRows, valueFigure } from '../../../renderer/views/metrics/rows.ts';
import { countingOf, lineOf, stepsEndingAt } from '../../../renderer/views/metrics/series.ts';
import type { MetricDescription, MetricSeries, MetricValue } from '../../../shared/model/metric.ts';

const described = (name: string, label: string, unit: MetricDescription['unit']): MetricDescription => ({
  name,
  label,
  about: '',
  unit,
  family: 'Interface',
  kind: unit === 'text' ? 'text' : 'rate',
});
const catalog = new Map(
  [
    described('ifinoctets', 'In', 'octets/s'),
    described('ifinutilization', 'Utilisation in', '%'),
    described('ifname', 'Name', 'text'),
  ].map((one) => [one.name, one]),
);
const context = { catalog, agentName: (agent: string) => `name of ${agent}`, portName: () => '' };
const value = (
  metricName: string,
  metricValue: number | string,
  part: Partial<MetricValue> = {},
): MetricValue => ({
  agent: '10.0.0.1',
  dataSource: '4',
  metricName,
  metricValue,
  lastUpdate: 1500,
  ...part,
});

describe('a row', () => {
  it('is named by what its data source tells of itself, and shows octets as bits', () => {
    const [octets, name] = metricRows([value('ifinoctets', 1000), value('ifname', 'swp4')], context);
    expect(octets).toMatchObject({ source: 'swp4', label: 'In', unit: 'bit/s', value: 8000, ageMs: 1500 });
    expect(name).toMatchObject({ unit: 'text', value: 'swp4' });
    expect(valueFigure(octets!)).toEqual({ figure: '8.00', unit: 'kbit/s' });
    expect(valueFigure(name!)).toEqual({ figure: 'swp4', unit: '' });
  });
  it('of a name nobody described is a custom metric, or a flow definition with its largest keys', () => {
    const topKeys = [{ key: '10.1.1.1', value: 3, lastUpdate: 0 }];
    const rows = metricRows([value('mine', 3), value('web', 5, { topKeys })], context);
    expect(rows.map(({ family, topKeys: keys }) => [family, keys])).toEqual([
      ['Custom', ''],
      ['Flow definition', '10.1.1.1'],
    ]);
  });
  it('is found by every word typed, in names, labels and texts', () => {
    const rows = metricRows([value('ifinoctets', 1), value('ifname', 'swp4')], context);
    expect(found(rows, 'SWP4 octets', '').map(({ name }) => name)).toEqual(['ifinoctets']);
    expect(found(rows, 'swp4', '')).toHaveLength(2);
    expect(found(rows, '', 'Host')).toEqual([]);
  });
  it('keeps hostile text as text, and runs no formula in the CSV', () => {
    const rows = metricRows(
      [value('ifname', '=HYPERLINK("x")'), value('+evil', '\u202e<b>', { dataSource: '5' })],
      context,
    );
    const csv = tableCsv(
      [...metricColumns, ...metricFileColumns],
      rows,
      { fromMs: 0, toMs: 1000 },
      { zone: 'utc' },
    );
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
    expect(csv).toContain("'+evil");
    expect(csv).toContain('\uFFFD<b>');
    expect(csv).not.toContain('\u202e');
  });
});

const line = (part: Partial<ChartLine>): ChartLine => ({
  metric: 'load_one',
  agent: '',
  dataSource: '',
  statistic: 'max',
  ...part,
});
const series = (part: Partial<MetricSeries>): MetricSeries => ({
  interval: { fromMs: 0, toMs: 60_000 },
  unit: '%',
  provenance: 'memory',
  timesMs: new Float64Array(0),
  values: new Float64Array(0),
  ...part,
});

describe('the lines of the chart', () => {
  it('are put in and taken out by what they are; the statistic is nothing where there is one data source', () => {
    const one = line({ agent: '10.0.0.1', dataSource: '4' });
    expect(lineId(one)).toBe(lineId({ ...one, statistic: 'sum' }));
    expect(lineId(line({}))).not.toBe(lineId(line({ statistic: 'sum' })));
    expect(toggled(toggled([], one), one)).toEqual([]);
    let lines: ChartLine[] = [];
    for (let index = 0; index < MOST_LINES + 3; index++)
      lines = toggled(lines, line({ metric: `m${index}` }));
    expect(lines).toHaveLength(MOST_LINES);
    expect(lines.at(-1)!.metric).toBe(`m${MOST_LINES + 2}`);
  });
  it('share a chart where their units agree, octets and bits of a second being the same', () => {
    const groups = byUnit([
      { id: 1, metric: 'ifinoctets', series: series({ unit: 'octets/s' }) },
      { id: 2, metric: 'load', series: series({ unit: '%' }) },
      { id: 3, metric: 'web', series: series({ unit: 'bit/s' }) },
      { id: 4, metric: 'bytes_read', series: series({ unit: 'octets/s' }) },
    ]);
    expect(groups.map(({ unit, entries }) => [unit, entries.map(({ id }) => id)])).toEqual([
      ['bit/s', [1, 3]],
      ['%', [2]],
      ['octets/s', [4]],
    ]);
    // Each keeps what it is multiplied by.
    expect(groups[0]!.entries.map(({ factor }) => factor)).toEqual([8, 1]);
  });
  it('begin with utilisation, else with the load, else with the first number that is told', () => {
    const names = (heard: string[]) => firstLines(heard, catalog).map(({ metric }) => metric);
    expect(names(['ifname', 'ifinutilization', 'load_one'])).toEqual(['ifinutilization']);
    expect(names(['ifname', 'load_one'])).toEqual(['load_one']);
    expect(names(['ifname', 'ifinoctets'])).toEqual(['ifinoctets']);
    expect(names(['ifname'])).toEqual([]);
  });
});

describe('the steps of a series', () => {
  it('end at its times, and do not bridge a pause', () => {
    const steps = stepsEndingAt([30_000, 60_000, 90_000, 300_000]);
    expect([...(steps.fromMs as Float64Array)]).toEqual([0, 30_000, 60_000, 270_000]);
    expect([...(steps.toMs as Float64Array)]).toEqual([30_000, 60_000, 90_000, 300_000]);
  });
  it('of one value is a second long, and of none nothing', () => {
    expect([...(stepsEndingAt([5_000]).fromMs as Float64Array)]).toEqual([4_000]);
    expect(stepsEndingAt([]).length).toBe(0);
  });
  it('say how they were counted: told by agents, or estimated from samples', () => {
    expect(countingOf([false, false]).words).toBe('told by the agent');
    expect(countingOf([true]).words).toBe('estimated from samples');
    expect(countingOf([true, false]).words).toBe('told and estimated');
  });
  it('carry the values in the unit of the chart', () => {
    const own = series({ timesMs: Float64Array.of(1000, 2000), values: Float64Array.of(5, Number.NaN) });
    const drawn = lineOf({ id: 'a', label: 'a', colour: 's1', series: own, factor: 8, filled: false });
    expect([...drawn.values]).toEqual([40, Number.NaN]);
    expect(drawn.halfWidths).toBeNull();
  });
});

describe('the REST call', () => {
  it('names what the chart shows, one call per agent', () => {
    const text = restCalls(
      [
        line({ metric: 'ifinutilization' }),
        line({ metric: 'ifoututilization', statistic: 'avg' }),
        line({ metric: 'load_one', agent: '10.0.0.1', dataSource: '2.1' }),
      ],
      'http://127.0.0.1:8008',
    );
    expect(text.split('\n')).toEqual([
      "curl -s 'http://127.0.0.1:8008/metric/ALL/max:ifinutilization,avg:ifoututilization/json'",
      "curl -s 'http://127.0.0.1:8008/metric/10.0.0.1/2.1.load_one/json'",
    ]);
  });
  it('cannot leave its quotes or its path', () => {
    const text = restCalls([line({ metric: "x';rm -rf /", agent: 'fe80::1/../..' })], 'http://h');
    expect(text).toBe("curl -s 'http://h/metric/fe80::1%2F..%2F../max:x'\\''%3Brm%20-rf%20%2F/json'");
  });
});
