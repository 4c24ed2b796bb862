/** `weir export`: a range of what was recorded as one pcap, or of what was stored as CSV, whether a Weir runs or not. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { parseKeyList } from '../../../shared/filter/expression.ts';
import type { Interval } from '../../../shared/model/question.ts';
import type { RecordedRange } from '../../../shared/model/recording.ts';
import { flowPresets } from '../../flows/presets.ts';
import { interfaceCounters } from '../../metrics/counter-table.ts';
import { findSegments, rangeOf } from '../../recording/find.ts';
import { exportPart, type Place } from '../../recording/read.ts';
import {
  EXPORTED_TABLES,
  type ExportedTable,
  exportCounters,
  exportTrends,
  storedNames,
} from '../../store/export.ts';
import type { Command } from '../cli.ts';
import { defaultDataDirectory } from '../data-directory.ts';
import { keyReader } from '../key-texts.ts';
import { recordingFolder } from '../recorder.ts';
import { parseChoice, UsageError } from './usage.ts';

export const exportCommand: Command = {
  name: 'export',
  usage:
    'export [--from TIME] [--to TIME] [--agent ADDRESS]… [--format pcap|csv] [--table flows|metrics|counters|arrivals] [--keys KEY,…] [--out FILE] [--data DIR]',
  about:
    'A range of the recording as one pcap, or of the stored minutes as CSV, to FILE or standard output. A TIME is as in 2026-05-05T12:00Z, or minutes, hours or days ago, as in 90m, 6h, 2d; all there is where none is given. --keys are those of a stored definition (“connections” and its like do too); counters are the growth of each port’s from sample to sample.',
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        agent: { type: 'string', multiple: true, default: [] },
        format: { type: 'string', default: 'pcap' },
        table: { type: 'string', default: 'flows' },
        keys: { type: 'string', default: 'connections' },
        out: { type: 'string' },
        data: { type: 'string' },
      },
    });
    const format = parseChoice(values.format, '--format', ['pcap', 'csv'] as const);
    const table = parseChoice(values.table, '--table', [...EXPORTED_TABLES, 'counters'] as const);
    const nowMs = Date.now();
    const interval = {
      fromMs: values.from === undefined ? 0 : parseTime(values.from, '--from', nowMs),
      toMs: values.to === undefined ? Number.MAX_SAFE_INTEGER : parseTime(values.to, '--to', nowMs),
    };
    if (interval.toMs <= interval.fromMs) throw new UsageError('--from lies before --to.');
    const directory = values.data ?? defaultDataDirectory();
    const agents = new Set(values.agent);
    const out = values.out === undefined ? process.stdout : createWriteStream(values.out, { flags: 'wx' });
    const write = (part: Uint8Array | string): Promise<void> =>
      new Promise((resolve, reject) => out.write(part, (error) => (error ? reject(error) : resolve())));
    // A file that is there already is told by the first writing.
    const failed = new Promise<never>((_, reject) =>
      out.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          new Error(
            error.code === 'EEXIST'
              ? `${values.out} is there already; it was left as it is.`
              : `${values.out ?? 'Standard output'} cannot be written (${error.code ?? error.message}).`,
          ),
        ),
      ),
    );
    const told = await Promise.race([
      failed,
      format === 'pcap'
        ? exportRecording(directory, interval, agents, write)
        : exportTable(directory, table, values.keys, interval, agents, write),
    ]);
    if (out !== process.stdout) {
      out.end();
      await finished(out);
    }
    process.stderr.write(`${told}\n`);
  },
};

const UNITS_MS: Record<string, number> = { m: 60_000, h: 3600_000, d: 86_400_000 };

/** A time as a person writes it. Throws UsageError. */
export function parseTime(text: string, option: string, nowMs: number): number {
  const ago = /^(\d+(?:\.\d+)?)([mhd])$/.exec(text);
  if (ago) return nowMs - Number(ago[1]) * UNITS_MS[ago[2]!]!;
  const timeMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMs))
    throw new UsageError(
      `${option} takes a time as in 2026-05-05T12:00Z, or how long ago as in 90m, 6h, 2d; “${text}” is neither.`,
    );
  return timeMs;
}

type Put = (part: Uint8Array | string) => Promise<void>;

async function exportRecording(
  directory: string,
  interval: Interval,
  agents: ReadonlySet<string>,
  put: Put,
): Promise<string> {
  const folder = recordingFolder(directory);
  let range: RecordedRange;
  try {
    range = rangeOf(folder, findSegments(folder, false).segments, interval, null);
  } catch {
    throw new Error(`There is no recording in ${directory}; name another data directory with --data.`);
  }
  let datagrams = 0;
  let notice = '';
  let from: Place | null = null;
  do {
    const part: Awaited<ReturnType<typeof exportPart>> = await exportPart(range, interval, from, { agents });
    await put(part.bytes);
    datagrams += part.datagrams;
    notice ||= part.notice;
    from = part.next;
  } while (from !== null);
  return `${datagrams} datagrams were exported. ${notice}`.trim();
}

async function exportTable(
  directory: string,
  table: ExportedTable | 'counters',
  keys: string,
  interval: Interval,
  agents: ReadonlySet<string>,
  put: Put,
): Promise<string> {
  const path = join(directory, 'weir.sqlite');
  if (table === 'counters') {
    const counters = interfaceCounters.map(({ name }) => name);
    return `${await exportCounters(path, { counters, interval, agents, put })} rows were exported.`;
  }
  const preset = flowPresets.find(({ id }) => id === keys);
  const names = preset ? [...preset.keys] : parseKeyList(keys);
  const reader = keyReader(storedNames(path));
  const rows = await exportTrends(path, { table, keys: names, interval, agents, keyReader: reader, put });
  return `${rows} rows were exported.`;
}
