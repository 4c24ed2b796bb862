/**
 * What trends take and will take. A prediction is the mean size of what is stored, times what the retention asks for;
 * a level that holds nothing yet is worked out from the next finer one.
 */
import type Database from 'better-sqlite3';
import { type Retention, TREND_LEVELS, type TrendLevel, type TrendSize } from '../../shared/model/storage.ts';
import { type StoredDefinition, trendName } from '../../shared/model/store.ts';
import { KEPT_ROWS } from './flow-trends.ts';
import { DAY_MINUTES, finer } from './levels.ts';
import { BLOCK_MINUTES } from './metric-trends.ts';

type Line = { kind: string; definition: number; level: number; blocks: number; rows: number; octets: number };

/** Fewer blocks than this say nothing of the next ones. */
const LEAST_BLOCKS = 30;
/** An arrival row with its place in the tree. */
const ARRIVAL_OCTETS = 24;
/** Distinct keys of a wider bucket, for each of the finer one's, before the cap. */
const WIDER_HAS_TIMES = 2.5;

export class TrendSizes {
  readonly #database: Database.Database;
  readonly #lines;
  readonly #definitions;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#lines = database.prepare<[], Line>('SELECT * FROM trend_size WHERE blocks > 0');
    this.#definitions = database.prepare<[], StoredDefinition & { id: number }>(
      'SELECT id, keys, filter, counts FROM flow_definition',
    );
  }

  /** `arrivals`: rows of each level; `series`: metric series heard lately. */
  report(
    retention: Retention,
    arrivals: (level: TrendLevel) => number,
    series: number,
  ): { sizes: TrendSize[]; predictedOctets: number | null } {
    const lines = this.#lines.all();
    const of = (kind: string, definition: number) =>
      new Map(
        lines
          .filter((line) => line.kind === kind && line.definition === definition)
          .map((line) => [line.level, line]),
      );
    const plain: TrendSize[] = [];
    for (const { id, ...definition } of this.#definitions.all()) {
      const levels = of('flows', id);
      plain.push({
        name: trendName(definition),
        kind: 'flows',
        octets: sum(levels),
        predictedOctets: predictFlows(levels, retention),
      });
    }
    const metrics = of('metrics', 0);
    plain.push({
      name: 'metrics',
      kind: 'metrics',
      octets: sum(metrics),
      predictedOctets: predictMetrics(metrics, retention, series),
    });
    const counters = of('counters', 0);
    plain.push({
      name: 'counters',
      kind: 'counters',
      octets: sum(counters),
      predictedOctets: this.#predictCounters(sum(counters), retention),
    });
    const stored = TREND_LEVELS.map((level) => arrivals(level));
    const agents = Math.max(0, ...stored) === 0 ? 0 : this.#agents();
    plain.push({
      name: 'arrivals',
      kind: 'arrivals',
      octets: stored.reduce((a, b) => a + b, 0) * ARRIVAL_OCTETS,
      predictedOctets: TREND_LEVELS.reduce(
        (all, level) => all + ((retention[level] * DAY_MINUTES) / level) * agents * ARRIVAL_OCTETS,
        0,
      ),
    });
    const overhead = this.#overhead(plain.reduce((all, { octets }) => all + octets, 0));
    const sizes = plain
      .filter(({ octets }) => octets > 0)
      .map((size) => ({
        ...size,
        octets: Math.round(size.octets * overhead),
        predictedOctets: size.predictedOctets === null ? null : Math.round(size.predictedOctets * overhead),
      }))
      .sort((a, b) => b.octets - a.octets);
    const known = sizes.filter(({ predictedOctets }) => predictedOctets !== null);
    return {
      sizes,
      predictedOctets:
        known.length < sizes.length || sizes.length === 0
          ? null
          : known.reduce((all, { predictedOctets }) => all + predictedOctets!, 0),
    };
  }

  #agents(): number {
    return this.#database.prepare<[], number>('SELECT count(*) FROM agent').pluck().get() ?? 0;
  }

  #predictCounters(octets: number, retention: Retention): number | null {
    const span = this.#database
      .prepare<[], { first: number | null; last: number | null }>(
        'SELECT min(hour) AS first, max(hour) AS last FROM counter_hour',
      )
      .get();
    if (!span || span.first === null || span.last === null) return octets === 0 ? 0 : null;
    return (octets / (span.last - span.first + 1)) * retention[1] * 24;
  }

  /** Octets of the file for each octet of content; a small file is mostly empty pages and says nothing. */
  #overhead(content: number): number {
    return content > 4_000_000 ? Math.min(3, Math.max(1, this.usedOctets() / content)) : 1.25;
  }

  /** What the pages of the file hold; free ones, which are used again, are not among them. */
  usedOctets(): number {
    const number = (name: string): number => Number(this.#database.pragma(name, { simple: true }));
    return (number('page_count') - number('freelist_count')) * number('page_size');
  }
}

function sum(levels: ReadonlyMap<number, Line>): number {
  let octets = 0;
  for (const line of levels.values()) octets += line.octets;
  return octets;
}

function predictFlows(levels: ReadonlyMap<number, Line>, retention: Retention): number | null {
  let total = 0;
  let rows = 0;
  let octetsPerRow = 0;
  for (const level of TREND_LEVELS) {
    const line = levels.get(level);
    if (line && (line.blocks >= LEAST_BLOCKS || level !== 1)) {
      rows = line.rows / line.blocks;
      octetsPerRow = line.octets / Math.max(1, line.rows);
    } else if (level === 1) return null;
    else {
      const before = finer(level) === null ? rows : rows * WIDER_HAS_TIMES;
      rows = Math.min(before, Math.max(rows, KEPT_ROWS[level]));
    }
    total += rows * octetsPerRow * ((retention[level] * DAY_MINUTES) / level);
  }
  return total;
}

function predictMetrics(
  levels: ReadonlyMap<number, Line>,
  retention: Retention,
  series: number,
): number | null {
  const hours = levels.get(1);
  if (!hours) return series === 0 ? 0 : null;
  const perPoint = hours.octets / hours.blocks / BLOCK_MINUTES[1];
  return TREND_LEVELS.reduce(
    (all, level) => all + perPoint * series * ((retention[level] * DAY_MINUTES) / level),
    0,
  );
}
