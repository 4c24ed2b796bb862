import { describe, expect, it } from 'vitest';
import { axisUnit, drawChart } from '../../../renderer/components/chart/draw.ts';
import type { Line, LineModel, StackModel } from '../../../renderer/components/chart/model.ts';
import type { Palette } from '../../../renderer/components/chart/palette.ts';
import { type Series, sumOf } from '../../../renderer/components/chart/stack.ts';
import { escapeXml, svgSurface } from '../../../renderer/components/chart/svg-surface.ts';
import { lineTooltip, stackTooltip } from '../../../renderer/components/chart/tooltip.ts';

const palette = new Proxy({}, { get: (_target, name) => `colour-${String(name)}` }) as Palette;
const START = Date.UTC(2015, 2, 13, 18, 50);
const COUNT = 10;
const buckets = { startMs: START, stepMs: 5_000, count: COUNT, endMs: START + 50_000 };
const series = (id: string, colour: Series['colour'], value: number): Series => ({
  id,
  label: id,
  colour,
  values: new Float64Array(COUNT).fill(value),
  halfWidths: new Float64Array(COUNT).fill(value / 10),
  samples: new Float64Array(COUNT).fill(100),
});
const all = [series('a<b>', 's1', 6e9), series('b', 's2', 3e9), series('others', 'other', 1e9)];
const stack = (part: Partial<StackModel> = {}): StackModel => ({
  kind: 'stack',
  counting: { words: 'counted once', about: '' },
  interval: { fromMs: START, toMs: START + 50_000 },
  unit: 'bit/s',
  zone: 'utc',
  highest: 12e9,
  gaps: [],
  loss: { buckets, received: new Float64Array(COUNT).fill(3), lost: new Float64Array(COUNT) },
  liveEdgeMs: null,
  highlight: null,
  emphasis: null,
  buckets,
  completeToMs: START + 50_000,
  series: all,
  total: sumOf(all, COUNT),
  isolated: new Set(),
  ...part,
});
const size = { width: 800, height: 300 };
function svgOf(model: StackModel | LineModel): string {
  const surface = svgSurface(size.width, size.height, 'Inter', (text) => text.length * 6);
  drawChart(surface, size, model, palette);
  return surface.finish();
}
const count = (text: string, part: string) => text.split(part).length - 1;

describe('a drawn stack', () => {
  it('has one area per series, whiskers of the total, and labels without the unit', () => {
    const svg = svgOf(stack());
    for (const colour of ['s1', 's2', 'other']) expect(count(svg, `Z" fill="colour-${colour}"/>`)).toBe(1);
    expect(count(svg, 'stroke="colour-band"')).toBe(3 * COUNT);
    expect(svg).toContain('>10</text>');
    expect(svg).not.toContain('Gbit');
    expect(axisUnit(stack())).toBe('Gbit/s');
    expect(svg).toContain('>18:50:10</text>');
  });
  it('shows the error as a band where whiskers have no room', () => {
    const narrow = { ...buckets, stepMs: 50_000 / COUNT };
    const surface = svgSurface(150, 200, 'Inter', () => 30);
    drawChart(surface, { width: 150, height: 200 }, stack({ buckets: narrow }), palette);
    const svg = surface.finish();
    expect(svg).not.toContain('stroke="colour-band"');
    expect(svg).toContain('fill="colour-band"');
  });
  it('draws isolated series from zero over a ghost of the total', () => {
    const svg = svgOf(stack({ isolated: new Set(['b']) }));
    expect(svg).not.toContain('fill="colour-s1"');
    expect(svg).toContain('fill="colour-text" fill-opacity="0.12"');
    // From zero: the lower edge of the plot.
    expect(svg).toMatch(/fill="colour-s2"/);
  });
  it('draws the band of a series that stands alone in its own colour, and no whiskers', () => {
    const svg = svgOf(stack({ isolated: new Set(['b']) }));
    expect(count(svg, 'fill="colour-s2" fill-opacity="0.4"')).toBe(1);
    expect(svg).not.toContain('stroke="colour-band"');
    // Two that are isolated have whiskers on their sum.
    expect(count(svgOf(stack({ isolated: new Set(['b', 'others']) })), 'stroke="colour-band"')).toBe(
      3 * COUNT,
    );
  });
  it('draws the filling step pale, behind a line for now', () => {
    const now = START + 47_000;
    const svg = svgOf(stack({ liveEdgeMs: now, completeToMs: now, buckets: { ...buckets, endMs: now } }));
    expect(count(svg, 'fill="colour-s1" fill-opacity="0.5"')).toBe(1);
    expect(svg).toContain('stroke="colour-live"');
  });
  it('outlines the series whose row is pointed at', () => {
    expect(count(svgOf(stack({ emphasis: 'b' })), 'stroke="colour-text"')).toBe(1);
    expect(svgOf(stack({ emphasis: 'gone' }))).not.toContain('stroke="colour-text"');
  });
  it('marks a step that lost datagrams on the strip and in the plot', () => {
    const lost = new Float64Array(COUNT);
    lost[4] = 12;
    const svg = svgOf(stack({ loss: { buckets, received: new Float64Array(COUNT).fill(3), lost } }));
    expect(count(svg, 'fill="colour-loss"')).toBe(1);
    expect(count(svg, 'fill="colour-gap"')).toBe(1);
    expect(stackTooltip(stack({ loss: { buckets, received: lost, lost } }), START + 21_000)!.note).toBe(
      '12 datagrams lost',
    );
  });
  it('hatches and names a gap that has room for its name', () => {
    const gap = { fromMs: START, toMs: START + 30_000, label: 'nothing heard, 30 s' };
    expect(svgOf(stack({ gaps: [gap] }))).toContain('nothing heard, 30 s');
    expect(svgOf(stack({ gaps: [{ ...gap, toMs: START + 2_000 }] }))).not.toContain('nothing heard');
  });
});

describe('lines', () => {
  const line = (values: number[]) => ({
    id: 'counters',
    label: 'counters',
    colour: 's3' as const,
    steps: {
      fromMs: Float64Array.from(values, (_, index) => START + index * 10_000),
      toMs: Float64Array.from(values, (_, index) => START + (index + 1) * 10_000),
      length: values.length,
    },
    values: Float64Array.from(values),
    halfWidths: null,
    samples: null,
    fillingFrom: values.length,
    filled: false,
    width: 2,
  });
  const model = (values: number[]): LineModel => ({
    ...stack(),
    kind: 'lines',
    loss: null,
    lines: [line(values)],
    rules: [{ value: 7e9, label: '70 %', colour: 'warn-fill', dash: [2, 3] }],
    fullScale: 10e9,
  });
  it('stop where nothing is known', () => {
    expect(count(svgOf(model([1e9, 2e9, Number.NaN, 3e9, 4e9])), 'stroke="colour-s3"')).toBe(2);
    expect(lineTooltip(model([1e9, Number.NaN]), START + 12_000)).toBe(null);
  });
  it('lie on what is usual, and on another range, both dashed; the one has a band of its own, and both are told', () => {
    const whole = model(new Array<number>(COUNT).fill(4e9));
    const [own] = whole.lines;
    const beside = { ...own!, id: 'usual', values: new Float64Array(COUNT).fill(3e9), filled: false };
    const band = { ...beside, halfWidths: new Float64Array(COUNT).fill(1e9) };
    const dashes = (part: Partial<Line>) =>
      count(svgOf({ ...whole, lines: [{ ...own!, ...part }] }), 'stroke-dasharray');
    const polygons = (part: Partial<Line>) =>
      count(svgOf({ ...whole, lines: [{ ...own!, ...part }] }), 'Z" fill=');
    expect([dashes({ usual: band }) - dashes({}), dashes({ before: beside }) - dashes({})]).toEqual([1, 1]);
    expect([polygons({ usual: band }) - polygons({}), polygons({ before: beside }) - polygons({})]).toEqual([
      1, 0,
    ]);
    const told = (part: Partial<Line>) =>
      lineTooltip({ ...whole, lines: [{ ...own!, ...part }] }, START + 1)!.lines[0]!.aside;
    expect([told({}), told({ usual: band }), told({ before: beside })]).toEqual([
      '',
      'usual 2.00 Gbit/s to 4.00 Gbit/s',
      'then 3.00 Gbit/s',
    ]);
  });
  it('have rules and a right axis in percent', () => {
    const svg = svgOf(model([1e9]));
    expect(svg).toContain('stroke-dasharray="2 3"');
    expect(svg).toContain('>100\u2009%</text>');
  });
});

describe('the tooltip of a stack', () => {
  it('tells total and lines, largest first, each with its error', () => {
    const told = stackTooltip(stack(), START + 1_000)!;
    expect(told.interval).toBe('18:50:00 – 18:50:05');
    expect(told.total).toEqual({ value: '10.0 Gbit/s', band: '±\u20096.8\u2009%' });
    expect(told.lines.map(({ id, value }) => `${id} ${value}`)).toEqual([
      'a<b> 6.00 Gbit/s',
      'b 3.00 Gbit/s',
      'others 1.00 Gbit/s',
    ]);
  });
  it('tells whole seconds for a range that begins within one', () => {
    const shifted = { ...buckets, startMs: START + 61, endMs: START + 50_061 };
    expect(stackTooltip(stack({ buckets: shifted }), START + 100)!.interval).toBe('18:50:00 – 18:50:05');
  });
  it('tells of isolated series only', () => {
    const told = stackTooltip(stack({ isolated: new Set(['b']) }), START + 1_000)!;
    expect(told.total!.value).toBe('3.00 Gbit/s');
    expect(told.lines).toHaveLength(1);
  });
  it('has nothing to tell outside', () => {
    expect(stackTooltip(stack(), START - 1)).toBe(null);
  });
});

describe('SVG', () => {
  it('takes no markup from names', () => {
    expect(escapeXml('<script>&"\u0000\ud800')).toBe('&lt;script&gt;&amp;&quot;');
  });
});
