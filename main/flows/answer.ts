/**
 * From a flow table to an answer: which paths the scope takes in, which data source counts for each key, the
 * largest rows, and the exact rest. Two passes over the rows of the log, no allocation per row; of what is no sum one
 * more, as such rows are placed by their frames and ranked by their own figure (`figures.ts`).
 * A port's question applies no counting rule: each frame crosses the port once.
 */
import { readValue } from '../../shared/format/quantity.ts';
import type { FlowSums, FlowValue, MergeRule, Scope } from '../../shared/model/question.ts';
import type { Network } from '../samples/network.ts';
import { combineOf } from './combine.ts';
import { DistinctFigures } from './distinct-figures.ts';
import { Extremes } from './extremes.ts';
import { type Figures, Sums } from './figures.ts';
import type { KeyNames } from './key.ts';
import { largest } from './largest.ts';
import { FRAMES, OCTETS, SAMPLES, SUMS } from './log.ts';
import { Means } from './mean.ts';
import { NOT_PLACED, TAKEN, takenPaths } from './scope.ts';
import type { FlowTable } from './table.ts';

export type Selection = {
  /** The first bucket of the log that counts, and the first that does not. */
  fromBucket: number;
  toBucket: number;
  /** How many buckets of the log make one bucket of the answer. */
  bucketsPerStep: number;
  bucketCount: number;
  value: FlowValue;
  merge: MergeRule;
  scope: Scope;
  limit: number;
};

export type TableAnswer = {
  keyTexts: string[];
  countedAt: string[];
  rows: FlowSums;
  other: FlowSums;
  otherKeys: number | null;
  total: FlowSums;
  /** As in FlowAnswer. */
  unplaced: number;
};

/** The names that key texts may show, from what the network has told so far. */
export function namesOf(network: Network): KeyNames {
  return {
    agentName: (address) => network.find(address)?.shownName ?? network.naming.agent(address, '').name,
    interfaceName: (address, ifIndex) =>
      network.find(address)?.interfaceName(ifIndex) ?? network.naming.interface(address, ifIndex, '').name,
  };
}

/**
 * Per group: its total under the counting rule, and the data source that counts (`max`) or saw most (else);
 * -1 where the group has nothing. Ids of a group are walked as a linked list, so the cost is that of the ids.
 */
function countedSources(
  table: FlowTable,
  network: Network,
  idTotal: Float64Array,
  merge: MergeRule,
): { groupTotal: Float64Array; chosen: Int32Array } {
  const { paths } = network;
  const groups = table.groups.size;
  const first = new Int32Array(groups).fill(-1);
  const next = new Int32Array(idTotal.length);
  for (let id = 0; id < idTotal.length; id++) {
    if (idTotal[id] === 0) continue;
    const group = table.groupOf[id]!;
    next[id] = first[group]!;
    first[group] = id;
  }
  const groupTotal = new Float64Array(groups);
  const chosen = new Int32Array(groups).fill(-1);
  const sourceTotal = new Float64Array(paths.sources);
  const touched: number[] = [];
  for (let group = 0; group < groups; group++) {
    touched.length = 0;
    for (let id = first[group]!; id >= 0; id = next[id]!) {
      const source = paths.sourceOf(table.pathOf(id));
      if (sourceTotal[source] === 0) touched.push(source);
      sourceTotal[source]! += idTotal[id]!;
    }
    let best = 0;
    let sum = 0;
    for (const source of touched) {
      const total = sourceTotal[source]!;
      sum += total;
      if (total > best) {
        best = total;
        chosen[group] = source;
      }
      sourceTotal[source] = 0;
    }
    groupTotal[group] = merge === 'max' ? best : sum;
  }
  return { groupTotal, chosen };
}

/** What makes the figures of a value. */
function figuresFor(value: FlowValue, table: FlowTable, rows: number, bucketCount: number): Figures {
  const { aggregate, key } = readValue(value);
  const better = combineOf({ aggregate });
  if (better) return new Extremes(rows, bucketCount, better);
  if (aggregate === 'avg') return new Means(rows, bucketCount);
  if (aggregate === 'count') return new DistinctFigures(rows, bucketCount, table);
  return new Sums(rows, bucketCount, key === 'frames');
}

/** Answers one selection from one table. The table's open bucket is written first. */
export function answerFrom(table: FlowTable, network: Network, selection: Selection): TableAnswer {
  table.flush();
  table.group();
  const { fromBucket, toBucket, bucketsPerStep, bucketCount, limit } = selection;
  const { paths } = network;
  const { aggregate, key } = readValue(selection.value);
  const isSum = aggregate === 'rate';
  /** Whether what was counted where is told by frames. */
  const byFrames = !isSum || key === 'frames';
  const ids = table.table.size;
  const groups = table.groups.size;
  const merge: MergeRule = selection.scope.ifIndex === null ? selection.merge : 'sum';
  const taken = takenPaths(network, selection.scope, merge);

  // First pass: the total of each id, that is of each key on each path.
  const idTotal = new Float64Array(ids);
  const counted = byFrames ? FRAMES : OCTETS;
  const takes = new Uint8Array(ids);
  for (let id = 0; id < ids; id++) takes[id] = taken[table.pathOf(id)]!;
  table.log.eachRun(fromBucket, toBucket, (_bucket, { id: idOf, sums }, first, behind) => {
    for (let row = first; row < behind; row++) {
      const id = idOf[row]!;
      if (id >= 0 && takes[id] === TAKEN) idTotal[id]! += sums[row * SUMS + counted]!;
    }
  });

  const { groupTotal, chosen } = countedSources(table, network, idTotal, merge);
  const isCounted = (path: number, group: number): boolean =>
    merge !== 'max' || paths.sourceOf(path) === chosen[group];
  let shown: number[];
  if (isSum) shown = largest(groupTotal, groups, limit);
  else {
    // What is no sum is ranked by its own figure, which may be 0.
    const ranks = figuresFor(selection.value, table, groups, 1);
    table.log.eachRun(fromBucket, toBucket, (_bucket, chunk, first, behind) => {
      for (let row = first; row < behind; row++) {
        const id = chunk.id[row]!;
        if (id < 0 || takes[id] !== TAKEN) continue;
        const group = table.groupOf[id]!;
        if (isCounted(table.pathOf(id), group)) ranks.add(group, 0, chunk, row);
      }
    });
    const { value, samples } = ranks.finish();
    for (let group = 0; group < groups; group++) if (samples[group] === 0) value[group] = Number.NaN;
    shown = largest(value, groups, limit, -1);
  }
  const slot = new Int32Array(groups).fill(shown.length);
  for (const [index, group] of shown.entries()) slot[group] = index;

  // Second pass: the figures of the shown rows, everything else in one row behind them.
  const figures = figuresFor(selection.value, table, shown.length + 1, bucketCount);
  let otherSamples = 0;
  let unplaced = 0;
  let placed = 0;
  let beyond = false;
  table.log.eachRun(fromBucket, toBucket, (bucket, chunk, first, behind) => {
    const { id: idOf, sums } = chunk;
    const step = Math.min(bucketCount - 1, Math.floor((bucket - fromBucket) / bucketsPerStep));
    for (let row = first; row < behind; row++) {
      const id = idOf[row]!;
      const takesIt = id >= 0 ? takes[id] : taken[table.pathOf(id)];
      const amount = sums[row * SUMS + counted]!;
      if (takesIt !== TAKEN) {
        if (takesIt === NOT_PLACED) unplaced += amount;
        continue;
      }
      let at = shown.length;
      if (id >= 0) {
        const group = table.groupOf[id]!;
        if (!isCounted(table.pathOf(id), group)) continue;
        at = slot[group]!;
      } else beyond = true;
      if (at === shown.length) otherSamples += sums[row * SUMS + SAMPLES]!;
      placed += amount;
      figures.add(at, step, chunk, row);
    }
  });
  const all = figures.finish();

  let otherKeys = 0;
  for (let group = 0; group < groups; group++)
    if (groupTotal[group]! > 0 && slot[group] === shown.length) otherKeys++;
  const names = namesOf(network);
  return {
    keyTexts: shown.flatMap((group) => table.groupTexts(group, names)),
    countedAt: shown.map((group) => network.sourceText(chosen[group]!)),
    rows: slice(all, 0, shown.length, bucketCount),
    other: slice(all, shown.length, 1, bucketCount),
    otherKeys: beyond || (otherKeys === 0 && otherSamples > 0) ? null : otherKeys,
    total: slice(all, shown.length + 1, 1, bucketCount),
    unplaced: unplaced > 0 ? unplaced / (unplaced + placed) : 0,
  };
}

function slice(sums: FlowSums, from: number, rows: number, bucketCount: number): FlowSums {
  const plain = (column: Float64Array): Float64Array => column.slice(from, from + rows);
  const series = (column: Float64Array): Float64Array =>
    column.slice(from * bucketCount, (from + rows) * bucketCount);
  return {
    value: plain(sums.value),
    frames: plain(sums.frames),
    samples: plain(sums.samples),
    halfWidth: plain(sums.halfWidth),
    series: series(sums.series),
    seriesSamples: series(sums.seriesSamples),
    seriesHalfWidth: series(sums.seriesHalfWidth),
  };
}
