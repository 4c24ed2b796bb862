/** `weir top`: the largest flows of a whole capture, as a table, CSV or JSON. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import JSON5 from 'json5';
import { parseKeyList } from '../../../shared/filter/expression.ts';
import { csvText } from '../../../shared/format/csv.ts';
import type { NameSources } from '../../../shared/model/knowledge.ts';
import type { StoredDocument } from '../../../shared/model/store.ts';
import { totalsOf } from '../../engine/totals.ts';
import { filterProblem } from '../../flows/filter.ts';
import type { Command } from '../cli.ts';
import { parseChoice, parseCount, UsageError } from './usage.ts';

type Row = { key: string; value: number; frames: number; samples: number; error: number };

export const top: Command = {
  name: 'top',
  usage:
    'top FILE --keys KEY,… [--filter KEY=VALUE&…] [--value bytes|frames|KEY] [--dropped] [--n 10] [--merge once|max|sum] [--groups FILE] [--countries FILE.mmdb] [--systems FILE.mmdb] [--format table|csv|json]',
  about:
    'Totals of a whole capture by flow keys, largest first; error is the half-width of the 95 % band. Any numeric key or function is a value; --dropped counts packets that were dropped instead of those sampled. A file of groups is JSON: group → list of blocks (table “default”), or table → groups; country: and asn: need a database each.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        keys: { type: 'string', default: '' },
        filter: { type: 'string', default: '' },
        value: { type: 'string', default: 'bytes' },
        dropped: { type: 'boolean', default: false },
        n: { type: 'string', default: '10' },
        merge: { type: 'string', default: 'once' },
        groups: { type: 'string' },
        countries: { type: 'string', default: '' },
        systems: { type: 'string', default: '' },
        format: { type: 'string', default: 'table' },
      },
    });
    const [path] = positionals;
    if (path === undefined || positionals.length > 1)
      throw new UsageError('top takes one capture: weir top FILE --keys ipsource,ipdestination.');
    const keys = parseKeyList(values.keys);
    const problem = filterProblem(values.filter);
    if (problem) throw new UsageError(problem.message);
    const { value, dropped } = values;
    const format = parseChoice(values.format, '--format', ['table', 'csv', 'json'] as const);
    const question = {
      keys,
      value,
      dropped,
      filter: values.filter,
      merge: parseChoice(values.merge, '--merge', ['once', 'max', 'sum'] as const),
      limit: parseCount(values.n, '--n', 1, 1000),
    };
    const sources: NameSources = {
      countryFile: values.countries && resolve(values.countries),
      autonomousSystemFile: values.systems && resolve(values.systems),
      // A file is read faster than a name server answers.
      dns: { lookUp: 'never', servers: [] },
    };
    const answer = await totalsOf(path, question, [
      { kind: 'name-sources', name: 'name-sources', body: JSON.stringify(sources) },
      ...(values.groups === undefined ? [] : readGroups(values.groups)),
    ]);
    const rows: Row[] = Array.from(answer.rows.value, (total, row) => ({
      key: answer.keyTexts.slice(row * keys.length, (row + 1) * keys.length).join(','),
      value: total,
      frames: answer.rows.frames[row]!,
      samples: answer.rows.samples[row]!,
      error: answer.rows.halfWidth[row]!,
    }));
    process.stdout.write(
      format === 'json'
        ? `${JSON.stringify(rows, null, 1)}\n`
        : format === 'csv'
          ? csv(rows, value)
          : table(rows, keys, value),
    );
    if (answer.notice) process.stderr.write(`${answer.notice}\n`);
  },
};

/** The tables of a file of groups. What is in them is checked where they are used. */
function readGroups(path: string): StoredDocument[] {
  let read: unknown;
  try {
    read = JSON5.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message.replace(/^JSON5: /, '') : 'it cannot be opened';
    throw new UsageError(`The groups in ${path} cannot be read: ${why}.`);
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw new UsageError(`The groups in ${path} must be an object, as in {internal: ["10.0.0.0/8"]}.`);
  const isOneTable = Object.values(read).every(Array.isArray);
  const tables: Record<string, unknown> = isOneTable ? { default: read } : { ...read };
  return Object.entries(tables).map(([name, table]) => ({
    ...{ kind: 'group', name },
    body: JSON.stringify(table),
  }));
}

function csv(rows: readonly Row[], value: string): string {
  const unit = value === 'bytes' ? 'octets' : value;
  return csvText(
    [
      { heading: 'key', type: 'text' },
      { heading: unit, type: 'number' },
      { heading: 'frames estimated', type: 'number' },
      { heading: 'samples', type: 'number' },
      { heading: `error (95 % half-width, ${unit})`, type: 'number' },
    ],
    rows.map((row) => [row.key, row.value, row.frames, row.samples, row.error]),
  );
}

function table(rows: readonly Row[], keys: readonly string[], value: string): string {
  const heads = [keys.join(',') || 'total', value, 'frames', 'samples', '± 95 %'];
  const cells = rows.map((row) => [
    row.key || '–',
    String(row.value),
    String(row.frames),
    String(row.samples),
    row.value > 0 ? `${((100 * row.error) / row.value).toFixed(1)} %` : '–',
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...cells.map((line) => line[column]!.length)),
  );
  const print = (line: string[]): string =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  return `${[heads, ...cells].map(print).join('\n')}\n`;
}
