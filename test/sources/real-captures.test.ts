/**
 * The real captures (WEIR_CAPTURES, else beside the repository): each opens, and gives as many datagrams as
 * the table in their README says.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CaptureFile } from '../../main/sources/capture.ts';
import { reading } from './reading.ts';

const folder =
  process.env.WEIR_CAPTURES ?? fileURLToPath(new URL('../../../shared/captures', import.meta.url));
const table = join(folder, 'README.md');

/** Name and number of datagrams: columns 1 and 4 of the table. */
function expectedCounts(): [string, number][] {
  if (!existsSync(table)) {
    console.log('Skipped: no captures here; set WEIR_CAPTURES to have the real ones tested.');
    return [];
  }
  return readFileSync(table, 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells[1]?.endsWith('.pcap'))
    .map((cells) => [cells[1]!, Number(cells[4])]);
}

const counts = expectedCounts();

describe.skipIf(counts.length === 0)('real captures', () => {
  test('are as many as they were', () => expect(counts.length).toBe(29));

  for (const [name, datagrams] of counts) {
    test(name, async () => {
      const path = join(folder, name);
      const streamed = await reading(path);
      expect(streamed.summary).toMatchObject({
        datagrams,
        complete: true,
        problems: [],
        skipped: [],
        notice: '',
      });
      const capture = await CaptureFile.open(path);
      await capture.pass({ datagram: () => {} });
      let octets = 0;
      const kept = capture.passInMemory({
        datagram: (_bytes, _view, start, end) => {
          octets += end - start;
        },
      });
      expect(kept).toEqual(streamed.summary);
      expect(octets).toBe(kept.octets);
    });
  }
});
