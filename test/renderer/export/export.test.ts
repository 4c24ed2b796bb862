import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Palette } from '../../../renderer/components/chart/palette.ts';
import { svgSurface } from '../../../renderer/components/chart/svg-surface.ts';
import type { TableColumn } from '../../../renderer/components/table/column.ts';
import { chartCsv, chartsCsv } from '../../../renderer/export/chart-csv.ts';
import { rangeFact } from '../../../renderer/export/facts.ts';
import { exportFileName, slug } from '../../../renderer/export/file-name.ts';
import { layoutPicture, type Picture, tablePart } from '../../../renderer/export/picture.ts';
import { tableText } from '../../../renderer/export/table-csv.ts';
import { anyText } from '../../any-text.ts';

const FROM = Date.UTC(2015, 2, 13, 18, 50, 54);

describe('file names', () => {
  it('tell what and when', () => {
    const interval = { fromMs: FROM, toMs: FROM + 300_000 };
    expect(exportFileName('Top 10 connections', interval, 'utc', 'csv')).toBe(
      'top-10-connections_2015-03-13T185054_185554.csv',
    );
    expect(exportFileName('Top 5', { fromMs: FROM, toMs: FROM + 86_400_000 }, 'utc', 'png')).toBe(
      'top-5_2015-03-13T185054_2015-03-14T185054.png',
    );
  });
  it.each([
    ['../../etc/passwd', 'etc-passwd'],
    ['spine2 › swp50', 'spine2-swp50'],
    ['CON', 'weir-con'],
    ['', 'weir-export'],
    ['<>:"/\\|?*', 'weir-export'],
    ['Ärger', 'arger'],
  ])('%j becomes %j', (text, name) => expect(slug(text)).toBe(name));
  it('are safe on every system, whatever the title', () => {
    fc.assert(
      fc.property(anyText, (title) => {
        const name = slug(title);
        expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}.-]*$/u);
        expect(name).not.toMatch(/\.\.|[.-]$/);
        expect([...name].length).toBeLessThanOrEqual(101);
      }),
    );
  });
});

type Row = { name: string; share: number };
const palette = new Proxy({}, { get: (_target, name) => `colour-${String(name)}` }) as Palette;
const measure = (text: string) => text.length * 6;
const columns: TableColumn<Row>[] = [
  { id: 'name', label: 'Name', width: 120, align: 'left', text: ({ name }) => name, csv: null },
  {
    id: 'share',
    label: 'Share',
    width: 60,
    grow: 1,
    align: 'right',
    text: ({ share }) => String(share),
    csv: null,
  },
];

function draw(picture: Picture): { svg: string; height: number } {
  const { height, draw: paint } = layoutPicture(picture, palette, measure);
  const surface = svgSurface(picture.width, height, 'Inter', measure);
  paint(surface);
  return { svg: surface.finish(), height };
}

describe('a picture for a report', () => {
  const facts = ['all agents', '2015-03-13 18:50:54 – 18:55:54 UTC', 'busiest port'];
  it('says what, where, when and by which rule', () => {
    const rows = [{ name: 'h1', share: 1 }];
    const { svg } = draw({
      title: 'Top 1 sources',
      facts,
      width: 960,
      parts: [tablePart(columns, rows, [], 960, palette)],
    });
    for (const text of ['Top 1 sources', facts.join(' · '), 'Name', 'Share', 'h1'])
      expect(svg).toContain(`>${text}<`);
  });
  it('wraps facts that do not fit, and grows with its rows', () => {
    const narrow = draw({ title: 'T', facts, width: 300, parts: [] });
    expect(narrow.svg).toContain(`>${facts[0]}<`);
    const one = draw({
      title: 'T',
      facts,
      width: 960,
      parts: [tablePart(columns, [], [], 960, palette)],
    }).height;
    const rows = Array.from({ length: 10 }, (_, index) => ({ name: `h${index}`, share: index }));
    expect(
      draw({ title: 'T', facts, width: 960, parts: [tablePart(columns, rows, [], 960, palette)] }).height,
    ).toBe(one + 260);
  });
  it('shows the end of a title that is too long, and all of a long sentence', () => {
    const sentence = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');
    const { svg } = draw({ title: `${'L'.repeat(200)} › swp8`, facts: [sentence], width: 400, parts: [] });
    expect(svg).toMatch(/>L+…L* › swp8</);
    const lines = [...svg.matchAll(/>(word[^<]*)</g)].map(([, line]) => line!);
    expect(lines.join(' ')).toBe(sentence);
    expect(Math.max(...lines.map(measure))).toBeLessThanOrEqual(360);
  });
  it('shortens a name in the middle, and takes no markup from it', () => {
    const name = `<b>${'x'.repeat(80)}end`;
    const { svg } = draw({
      title: 'T',
      facts: [],
      width: 400,
      parts: [tablePart(columns, [{ name, share: 0 }], [], 400, palette)],
    });
    expect(svg).not.toContain('<b>');
    expect(svg).toMatch(/&lt;b&gt;x+…x+end</);
  });
});

describe('CSV of a chart', () => {
  it('has the times of another range that is laid over this one, and what is usual', () => {
    const steps = { fromMs: [FROM], toMs: [FROM + 1000], length: 1 };
    const plain = {
      ...{ steps, fillingFrom: 1, filled: false, width: 1, colour: 's1' as const, samples: null },
      values: Float64Array.of(2),
    };
    const usual = { ...plain, id: 'usual', label: 'usual', halfWidths: Float64Array.of(0.5) };
    const before = { ...plain, id: 'before', label: 'before', halfWidths: null, laterByMs: 60_000 };
    const model = {
      ...{ kind: 'lines' as const, interval: { fromMs: FROM, toMs: FROM + 1000 }, unit: 'bit/s' },
      ...{ counting: { words: '', about: '' }, zone: 'utc' as const, highest: 3, gaps: [], loss: null },
      ...{ liveEdgeMs: null, highlight: null, emphasis: null, rules: [], fullScale: 0 },
      lines: [before, { ...plain, id: 'during', label: 'now', halfWidths: null, usual }],
      isolated: new Set<string>(),
    };
    expect(chartCsv(model, 'utc').split('\r\n').slice(1, 4)).toEqual([
      'before,2015-03-13T18:49:54.000+00:00,2015-03-13T18:49:55.000+00:00,2,,',
      'now,2015-03-13T18:50:54.000+00:00,2015-03-13T18:50:55.000+00:00,2,,',
      '"now, usual",2015-03-13T18:50:54.000+00:00,2015-03-13T18:50:55.000+00:00,2,0.5,',
    ]);
    // Of several charts in one file each row says which.
    const both = chartsCsv(
      [
        { title: 'Input', model },
        { title: 'Output', model },
      ],
      'utc',
    ).split('\r\n');
    expect(both.filter((line) => /now,/.test(line)).map((line) => line.slice(0, 11))).toEqual([
      'Input,now,2',
      'Input,"now,',
      'Output,now,',
      'Output,"now',
    ]);
    expect(both.filter((line) => line.startsWith('Chart,Series,From,To,'))).toHaveLength(2);
    // The marks on its axis are told beside it.
    const part = { kind: 'chart' as const, heading: 'bit/s', height: 100, legend: [] };
    const mark = { id: '1', timeMs: FROM, kind: 'raised' as const, colour: 'warn-fill' as const, label: '' };
    const marked = draw({
      title: '',
      facts: [],
      width: 400,
      parts: [{ ...part, model: { ...model, marks: [mark] } }],
    });
    expect(marked.svg).toContain('>bit/s; triangles: events');
  });

  it('has a row per step of each line, and nothing for what is not known', () => {
    const steps = { fromMs: [FROM, FROM + 1000], toMs: [FROM + 1000, FROM + 2000], length: 2 };
    const line = {
      id: 'a',
      label: 'counters',
      colour: 's1',
      steps,
      fillingFrom: 2,
      filled: false,
      width: 1,
    } as const;
    const text = chartCsv(
      {
        kind: 'lines',
        interval: { fromMs: FROM, toMs: FROM + 2000 },
        unit: 'bit/s',
        counting: { words: 'at this port', about: '' },
        zone: 'utc',
        highest: 1,
        gaps: [],
        loss: null,
        liveEdgeMs: null,
        highlight: null,
        emphasis: null,
        lines: [{ ...line, values: Float64Array.of(1.5, Number.NaN), halfWidths: null, samples: null }],
        rules: [],
        fullScale: 0,
        isolated: new Set(),
      },
      'utc',
    );
    expect(text.split('\r\n')).toEqual([
      'Series,From,To,Value (bit/s),95 % half-width (bit/s),Samples',
      'counters,2015-03-13T18:50:54.000+00:00,2015-03-13T18:50:55.000+00:00,1.5,,',
      'counters,2015-03-13T18:50:55.000+00:00,2015-03-13T18:50:56.000+00:00,,,',
      '',
    ]);
  });
});

it('what is pasted into a sheet is no formula; a figure keeps its sign', () => {
  const [name, share] = columns;
  const filed: TableColumn<Row>[] = [
    { ...name!, csv: { heading: 'Name', type: 'text', cell: (row) => row.name } },
    { ...share!, csv: { heading: 'Share', type: 'number', cell: (row) => row.share } },
  ];
  expect(tableText(filed, [{ name: '=1+1', share: -2 }])).toBe("Name\tShare\n'=1+1\t-2\n");
});

it('what is told of a range has its day once, and its time zone', () => {
  expect(rangeFact({ fromMs: FROM, toMs: FROM + 300_000 }, 'utc')).toBe('2015-03-13 18:50:54 – 18:55:54 UTC');
  expect(rangeFact({ fromMs: FROM, toMs: FROM + 86_400_000 }, 'utc')).toBe(
    '2015-03-13 18:50:54 – 2015-03-14 18:50:54 UTC',
  );
  expect(rangeFact({ fromMs: FROM, toMs: FROM }, 'local')).toMatch(/^\S+ \S+ local time$/);
});
