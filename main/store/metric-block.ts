/**
 * Readings of one metric over a run of buckets as one block. Whole numbers (levels, counts) are exact; others keep
 * four digits, as rates are means over a polling interval anyway. What one reading says (least = most = mean = last)
 * is kept once.
 */
import { DamagedBlock, fitsFloat24, Packer, Unpacker } from './packed.ts';

const FORMAT = 1;
/** Where the last reading of a bucket stands. */
const LEAST = 0;
const MOST = 1;
const OWN = 2;

/** Readings of one bucket. */
export type Point = {
  minute: number;
  least: number;
  most: number;
  sum: number;
  count: number;
  last: number;
};

/** Two parts of one bucket; `later` says what came last. */
export function together(earlier: Point, later: Point): Point {
  return {
    minute: earlier.minute,
    least: Math.min(earlier.least, later.least),
    most: Math.max(earlier.most, later.most),
    sum: earlier.sum + later.sum,
    count: earlier.count + later.count,
    last: later.last,
  };
}

/** Octets that hold each value: exactly where it is a whole number, to four digits or better where it is not. */
function widthFor(values: readonly number[]): 3 | 4 | 8 {
  const fits = (isExact: (value: number) => boolean): boolean =>
    values.every((value) => !Number.isInteger(value) || isExact(value));
  // What a float cannot hold (above 3e38) stays a double.
  if (!values.every((value) => Math.abs(value) < 3e38)) return 8;
  if (fits(fitsFloat24)) return 3;
  return fits((value) => Math.fround(value) === value) ? 4 : 8;
}

/** `minutes` are within 2^16 widths from `start` on. */
export function packPoints(points: readonly Point[], start: number, width: number): Buffer {
  const packer = new Packer();
  packer.number(FORMAT);
  packer.number(points.length);
  // Mostly every bucket has its point: what is kept is how many are missing before it.
  const missing = points.map(
    ({ minute }, i) => (minute - (i === 0 ? start - width : points[i - 1]!.minute)) / width - 1,
  );
  packer.column(Uint32Array.from(missing));
  packer.column(Uint32Array.from(points, ({ count }) => count));
  const column = (values: number[]): void => {
    const width = widthFor(values);
    packer.column(Uint8Array.of(width));
    if (width === 3) packer.float24(values);
    else packer.column(width === 4 ? Float32Array.from(values) : Float64Array.from(values));
  };
  // Of a bucket with one reading the last one says all; of two the sum says the mean.
  const many = points.filter(({ count }) => count > 1);
  const places = many.map(({ least, most, last }) => (last === most ? MOST : last === least ? LEAST : OWN));
  packer.column(Uint8Array.from(places));
  column(points.filter(({ count }) => count <= 1).map(({ last }) => last));
  column(many.filter((_, i) => places[i] === OWN).map(({ last }) => last));
  column(many.map(({ least }) => least));
  column(many.map(({ most }) => most));
  column(many.filter(({ count }) => count > 2).map(({ sum, count }) => sum / count));
  return packer.finish();
}

/** Throws DamagedBlock. */
export function unpackPoints(block: Uint8Array, start: number, width: number): Point[] {
  const from = new Unpacker(block);
  if (from.number() !== FORMAT) throw new DamagedBlock('Metrics have an unknown format.');
  const length = from.number();
  const missing = from.uint32(length);
  const count = from.uint32(length);
  const column = (entries: number): Float32Array | Float64Array => {
    const width = from.octets(1)[0];
    if (width === 3) return from.float24(entries);
    return width === 4 ? from.float32(entries) : from.float64(entries);
  };
  let many = 0;
  let means = 0;
  for (const readings of count) {
    if (readings > 1) many++;
    if (readings > 2) means++;
  }
  const places = from.octets(many);
  let owns = 0;
  for (const place of places) if (place === OWN) owns++;
  const single = column(length - many);
  const own = column(owns);
  const least = column(many);
  const most = column(many);
  const mean = column(means);
  const points: Point[] = new Array(length);
  let minute = start - width;
  for (let i = 0, singleAt = 0, manyAt = 0, ownAt = 0, meanAt = 0; i < length; i++) {
    const readings = count[i]!;
    minute += (missing[i]! + 1) * width;
    if (readings <= 1) {
      const value = single[singleAt++]!;
      points[i] = { minute, least: value, most: value, sum: value, count: readings, last: value };
      continue;
    }
    const low = least[manyAt]!;
    const high = most[manyAt]!;
    const place = places[manyAt++];
    const last = place === MOST ? high : place === LEAST ? low : own[ownAt++]!;
    const sum = readings === 2 ? low + high : mean[meanAt++]! * readings;
    points[i] = { minute, least: low, most: high, sum, count: readings, last };
  }
  return points;
}
