/** One answer of a real capture in its three shapes: table, chart and CSV say the same. */
import { describe, expect, it } from 'vitest';
import { captureEngine } from '../../../main/engine/capture.ts';
import { sumOf } from '../../../renderer/components/chart/stack.ts';
import { tableCsv } from '../../../renderer/export/table-csv.ts';
import { topColumns } from '../../../renderer/views/top-n/columns.ts';
import { questionFor } from '../../../renderer/views/top-n/question.ts';
import { bucketsOf, chartOf, coloured, footerRows, keyRows } from '../../../renderer/views/top-n/rows.ts';
import { capturePath, capturesFolder } from '../../captures.ts';

const SOURCE = 'or:ipsource:ip6source:macsource';

describe.skipIf(capturesFolder === null)('the ECMP capture', () => {
  it('shows 515 GB by source, and the same in chart and CSV', async () => {
    const path = capturePath('sflowrt-fabricview-ecmp.pcap');
    const engine = captureEngine({ id: 'c', path, title: 'ecmp', changed: () => {} });
    await engine.start();
    const { interval: extent } = await engine.status();
    const question = questionFor({
      keys: [SOURCE],
      value: 'bytes',
      dropped: false,
      limit: 5,
      filter: '',
      merge: 'once',
      scope: { agent: null, ifIndex: null, direction: 'both' },
      interval: null,
      extent,
      follows: false,
    });
    const answer = await engine.flows(question);
    await engine.stop();

    const context = { answer, factor: 8, isRate: true, extent };
    const rows = coloured(keyRows(context), []);
    const footer = footerRows(context);
    const total = footer.at(-1)!;
    expect(total.total / 1e9).toBeCloseTo(515, 0);
    expect(rows.concat(footer.slice(0, -1)).reduce((sum, row) => sum + row.total, 0)).toBeCloseTo(
      total.total,
      -3,
    );

    const model = chartOf(rows, footer, {
      answer,
      unit: 'bit/s',
      counting: { words: '', about: '' },
      zone: 'utc',
      isolated: new Set(),
      live: false,
    });
    const buckets = bucketsOf(answer);
    const stacked = sumOf(model.series, buckets.count).values;
    for (let index = 0; index < buckets.count; index++)
      expect(stacked[index]! / 1e9).toBeCloseTo(total.series.values[index]! / 1e9, 6);

    const csv = tableCsv(topColumns(answer, 'bit/s', [], true), [...rows, ...footer], answer.interval, {
      zone: 'utc',
    });
    const last = csv.trimEnd().split('\r\n').at(-1)!.split(',');
    expect(Number(last[1])).toBe(total.average);
    expect(Number(last[4])).toBe(total.total);
  });
});
