/**
 * Metrics per minute and rolled up: least, most, mean and last of the readings. Rows while their hour is open; once it
 * is over one block per series and hour, and with it the points of the coarser levels, worked out anew from the finer
 * ones, so that doing it twice changes nothing. What is in rows is in no block: a reader adds the two.
 */
import type Database from 'better-sqlite3';
import { TREND_LEVELS, type TrendLevel } from '../../shared/model/storage.ts';
import type { MetricReadings, MetricSelection, StoredMetric } from '../../shared/model/store.ts';
import { bucketOf } from './levels.ts';
import { type Point, packPoints, together, unpackPoints } from './metric-block.ts';
import { DamagedBlock } from './packed.ts';

/** Minutes that one block of a level holds. */
export const BLOCK_MINUTES: Record<TrendLevel, number> = { 1: 60, 5: 1440, 60: 14_400, 1440: 144_000 };
/** Series at a time; containers come and go, and each brings its own. */
export const MOST_SERIES = 100_000;
/**
 * Series packed at a time: as many as these milliseconds suffice for, so that a minute can be written in between. Blocks
 * and series deleted at a time.
 */
const PACKING_MS = 4;
const MOST_PACKED_AT_ONCE = 25;
const FORGOTTEN_AT_ONCE = 300;

type Life = { id: number; first: number; last: number };
type SeriesRow = { id: number; agent: string; dataSource: string; metric: string };
type MinuteRow = Point & { series: number };

export const READ_METRIC_BLOCK =
  'SELECT block FROM metric_block WHERE level = ? AND start = ? AND series = ?';
export const READ_METRIC_MINUTES =
  'SELECT minute, least, most, sum, count, last FROM metric_minute WHERE series = ? AND minute >= ? AND minute < ?';

export class MetricTrends {
  /** Readings that were no finite number, or of series past the cap. */
  refused = 0;
  readonly #database: Database.Database;
  readonly #ids = new Map<string, number>();
  #series: number;
  readonly #statements;
  /** Packing goes through the series in order, and has come to this one; -1: to none yet. */
  #packedTo = -1;
  /** All rows from before this minute are packed. */
  #packedBefore = Number.NEGATIVE_INFINITY;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#statements = prepare(database);
    this.#series = this.#statements.countSeries.get()!.count;
  }

  /** Ids made in a transaction that was rolled back are in no table. */
  forgetIds(): void {
    this.#ids.clear();
    this.#series = this.#statements.countSeries.get()!.count;
  }

  write(one: MetricReadings): void {
    const { minute, least, most, sum, count, last } = one;
    if (count <= 0 || ![minute, least, most, sum, last].every(Number.isFinite)) {
      this.refused++;
      return;
    }
    const series = this.#seriesOf(one);
    if (series === null) {
      this.refused++;
      return;
    }
    this.#statements.add.run(series, minute, least, most, sum, count, last);
    // A clock that was wrong brings minutes of an hour that is packed, or of days to come.
    if (minute < this.#packedBefore || minute > this.#packedBefore + 1440)
      this.#packedBefore = Number.NEGATIVE_INFINITY;
  }

  read(selection: MetricSelection, level: TrendLevel, from: number, to: number): StoredMetric[] {
    const { agent, dataSource, metric } = selection;
    return (metric === null ? this.#names() : [metric])
      .flatMap((name) => this.#statements.findSeries.all({ agent, dataSource, metric: name }))
      .map(({ id, ...names }) => ({ ...names, ...columnsOf(this.#points(id, level, from, to)) }))
      .filter(({ minutes }) => minutes.length > 0);
  }

  /** The metrics of which there are series. */
  #names(): string[] {
    return this.#statements.names.all();
  }

  /**
   * Packs some series of an hour that is over; false where there is none. One call is one short transaction, and goes on
   * behind the series that the last one came to, so that those are not looked through again.
   */
  packNext(nowMinute: number): boolean {
    const before = bucketOf(nowMinute - 2, 60);
    if (before === this.#packedBefore) return false;
    const due = this.#statements.unpacked.all(this.#packedTo, before, nowMinute + 1440, MOST_PACKED_AT_ONCE);
    if (due.length === 0) {
      // A series may have had a second hour that is over.
      const again = this.#packedTo >= 0;
      this.#packedTo = -1;
      if (!again) this.#packedBefore = before;
      return again;
    }
    let packedTo = this.#packedTo;
    this.#database.transaction(() => {
      const untilMs = performance.now() + PACKING_MS;
      for (const { series, minute } of due) {
        this.#pack(series, bucketOf(minute, 60));
        packedTo = series;
        if (performance.now() >= untilMs) break;
      }
    })();
    this.#packedTo = packedTo;
    return true;
  }

  /** Deletes a slice of a level's blocks that end before a minute; returns whether there may be more. */
  forget(level: TrendLevel, before: number): boolean {
    return this.#statements.forget.run(level, before - BLOCK_MINUTES[level], FORGOTTEN_AT_ONCE).changes > 0;
  }

  /**
   * Drops series of which nothing is stored any more and, where there is little room for new ones, those not heard
   * for longest, short-lived ones first. Returns whether there may be more.
   */
  forgetSeries(before: number): boolean {
    const crowded = this.#series > MOST_SERIES * 0.9;
    const gone = crowded
      ? this.#statements.oldest.all(FORGOTTEN_AT_ONCE)
      : this.#statements.dead.all(before, FORGOTTEN_AT_ONCE);
    if (gone.length === 0) return false;
    this.#database.transaction(() => {
      for (const { id, first, last } of gone) {
        this.#statements.dropMinutes.run(id);
        for (const level of TREND_LEVELS)
          this.#statements.dropBlocks.run(level, bucketOf(first, BLOCK_MINUTES[level]), last, id);
        this.#statements.dropSeries.run(id);
      }
    })();
    this.forgetIds();
    return gone.length === FORGOTTEN_AT_ONCE;
  }

  /** Series heard since a minute. */
  heardSince(minute: number): number {
    return this.#statements.heard.get(minute)!.count;
  }

  #pack(series: number, hour: number): void {
    const rows = this.#statements.readMinutes.all(series, hour, hour + 60);
    let fresh = merged(this.#block(series, 1, hour), rows);
    this.#put(series, 1, hour, fresh);
    for (const level of TREND_LEVELS.slice(1)) {
      const start = bucketOf(hour, BLOCK_MINUTES[level]);
      const from = bucketOf(hour, level);
      const to = Math.max(hour + 60, from + level);
      // A day is worked out from its hours, which are complete with this one.
      if (level === 1440)
        fresh = this.#block(series, 60, bucketOf(hour, BLOCK_MINUTES[60])).filter(
          ({ minute }) => minute >= from && minute < to,
        );
      const others = this.#block(series, level, start).filter(({ minute }) => minute < from || minute >= to);
      const made = rolled(fresh, level);
      this.#put(
        series,
        level,
        start,
        [...others, ...made].sort((a, b) => a.minute - b.minute),
      );
    }
    this.#statements.clear.run(series, hour, hour + 60);
    this.#statements.heardAt.run(hour + 60, series);
  }

  #put(series: number, level: TrendLevel, start: number, points: readonly Point[]): void {
    this.#statements.putBlock.run(series, level, start, packPoints(points, start, level));
  }

  #block(series: number, level: TrendLevel, start: number): Point[] {
    const found = this.#statements.readBlock.get(level, start, series);
    return found ? readable(found.block, start, level) : [];
  }

  #points(series: number, level: TrendLevel, from: number, to: number): Point[] {
    const packed: Point[] = [];
    const width = BLOCK_MINUTES[level];
    for (let start = bucketOf(from, width); start < to; start += width)
      for (const point of this.#block(series, level, start))
        if (point.minute >= from && point.minute < to) packed.push(point);
    const open = this.#statements.readMinutes.all(
      series,
      from,
      Math.min(to + level, Number.MAX_SAFE_INTEGER),
    );
    if (open.length === 0) return packed;
    return merged(packed, rolled(open, level)).filter(({ minute }) => minute >= from && minute < to);
  }

  #seriesOf({ agent, dataSource, metric, minute }: MetricReadings): number | null {
    const name = `${metric}\n${agent}\n${dataSource}`;
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const found = this.#statements.oneSeries.get(metric, agent, dataSource);
    if (!found && this.#series >= MOST_SERIES) return null;
    const id = found?.id ?? this.#statements.makeSeries.get(agent, dataSource, metric, minute, minute)!.id;
    if (!found) this.#series++;
    this.#ids.set(name, id);
    return id;
  }
}

function readable(block: Buffer, start: number, level: TrendLevel): Point[] {
  try {
    return unpackPoints(block, start, level);
  } catch (error) {
    if (error instanceof DamagedBlock) return [];
    throw error;
  }
}

/** Points of wider buckets, in order. */
function rolled(points: readonly Point[], width: number): Point[] {
  const made: Point[] = [];
  for (const point of points) {
    const moved = { ...point, minute: bucketOf(point.minute, width) };
    const newest = made[made.length - 1];
    if (newest?.minute === moved.minute) made[made.length - 1] = together(newest, moved);
    else made.push(moved);
  }
  return made;
}

/** Points of the same width, those of one bucket put together. */
function merged(earlier: readonly Point[], later: readonly Point[]): Point[] {
  const points = new Map(earlier.map((point) => [point.minute, point]));
  for (const point of later) {
    const known = points.get(point.minute);
    points.set(point.minute, known ? together(known, point) : point);
  }
  return [...points.values()].sort((a, b) => a.minute - b.minute);
}

function columnsOf(points: readonly Point[]) {
  const column = (): Float64Array => new Float64Array(points.length);
  const [minutes, least, most] = [column(), column(), column()];
  const [mean, last, count] = [column(), column(), column()];
  for (let i = 0; i < points.length; i++) {
    const point = points[i]!;
    minutes[i] = point.minute;
    least[i] = point.least;
    most[i] = point.most;
    mean[i] = point.sum / point.count;
    last[i] = point.last;
    count[i] = point.count;
  }
  return { minutes, least, most, mean, last, count };
}

function prepare(database: Database.Database) {
  return {
    countSeries: database.prepare<[], { count: number }>('SELECT count(*) AS count FROM metric_series'),
    oneSeries: database.prepare<[string, string, string], { id: number }>(
      'SELECT id FROM metric_series WHERE metric = ? AND agent = ? AND data_source = ?',
    ),
    findSeries: database.prepare<[MetricSelection & { metric: string }], SeriesRow>(
      'SELECT id, agent, data_source AS dataSource, metric FROM metric_series WHERE metric = @metric AND (@agent IS NULL OR agent = @agent) AND (@dataSource IS NULL OR data_source = @dataSource) LIMIT 5000',
    ),
    names: database.prepare<[], string>('SELECT DISTINCT metric FROM metric_series').pluck(),
    makeSeries: database.prepare<[string, string, string, number, number], { id: number }>(
      'INSERT INTO metric_series (agent, data_source, metric, first, last) VALUES (?, ?, ?, ?, ?) RETURNING id',
    ),
    add: database.prepare<[number, number, number, number, number, number, number]>(
      `INSERT INTO metric_minute VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
         least = min(least, excluded.least), most = max(most, excluded.most), sum = sum + excluded.sum,
         count = count + excluded.count, last = excluded.last`,
    ),
    readMinutes: database.prepare<[number, number, number], MinuteRow>(READ_METRIC_MINUTES),
    readBlock: database.prepare<[number, number, number], { block: Buffer }>(READ_METRIC_BLOCK),
    unpacked: database.prepare<[number, number, number, number], { series: number; minute: number }>(
      'SELECT series, min(minute) AS minute FROM metric_minute WHERE series > ? AND (minute < ? OR minute > ?) GROUP BY series LIMIT ?',
    ),
    clear: database.prepare<[number, number, number]>(
      'DELETE FROM metric_minute WHERE series = ? AND minute >= ? AND minute < ?',
    ),
    putBlock: database.prepare<[number, number, number, Buffer]>(
      'INSERT INTO metric_block VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET block = excluded.block',
    ),
    forget: database.prepare<[number, number, number]>(
      'DELETE FROM metric_block WHERE (level, start, series) IN (SELECT level, start, series FROM metric_block WHERE level = ? AND start < ? LIMIT ?)',
    ),
    dead: database.prepare<[number, number], Life>(
      'SELECT id, first, last FROM metric_series WHERE last < ? ORDER BY last LIMIT ?',
    ),
    oldest: database.prepare<[number], Life>(
      'SELECT id, first, last FROM (SELECT id, first, last FROM metric_series ORDER BY last LIMIT 2000) ORDER BY last - first >= 1440, last LIMIT ?',
    ),
    heard: database.prepare<[number], { count: number }>(
      'SELECT count(*) AS count FROM metric_series WHERE last >= ?',
    ),
    heardAt: database.prepare<[number, number]>('UPDATE metric_series SET last = max(last, ?) WHERE id = ?'),
    dropMinutes: database.prepare<[number]>('DELETE FROM metric_minute WHERE series = ?'),
    dropBlocks: database.prepare<[number, number, number, number]>(
      'DELETE FROM metric_block WHERE level = ? AND start >= ? AND start <= ? AND series = ?',
    ),
    dropSeries: database.prepare<[number]>('DELETE FROM metric_series WHERE id = ?'),
  };
}
