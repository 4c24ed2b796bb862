/**
 * What reading a flow key costs, and that it allocates nothing: `node --expose-gc test/bench/keys.ts`. Each key, and
 * each function that needs nothing from outside, reads a sample that carries it a million times over; then all of
 * them together read five million times while collections are counted. An allocation of 16 octets at each read would
 * make some 20 collections.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { compileKey } from '../../main/flows/compile.ts';
import { keyFunctions } from '../../main/flows/functions/list.ts';
import type { CompiledKey } from '../../main/flows/key.ts';
import { flowKeys } from '../../main/flows/keys.ts';
import { cases } from '../flows/cases.ts';
import { readAll } from '../flows/sampled.ts';

const READS = 1_000_000;
const TOGETHER = 5_000_000;

const every = Object.values(cases);
const carrier = (key: string) => every.find(({ says }) => says[key])?.sampled ?? every[0]!.sampled;

const words = new Uint32Array(64);
let collections = 0;
new PerformanceObserver((list) => {
  collections += list.getEntries().length;
}).observe({ entryTypes: ['gc'] });

const figures: [name: string, nanoseconds: number][] = [];
const names = [...flowKeys.map(({ name }) => name), ...keyFunctions.map(({ example }) => example)];
for (const name of names) {
  const key = compileKey(name);
  readAll([carrier(name)], (sample) => {
    for (let i = 0; i < READS / 10; i++) key.read(sample, words, 0);
    const before = process.cpuUsage();
    for (let i = 0; i < READS; i++) key.read(sample, words, 0);
    const { user, system } = process.cpuUsage(before);
    figures.push([name, ((user + system) * 1000) / READS]);
  });
}
figures.sort((a, b) => a[1] - b[1]);
const median = figures[figures.length >> 1]![1];
console.log(`  ${figures.length} keys and functions, median ${median.toFixed(1)} ns a read; the slowest:`);
for (const [name, nanoseconds] of figures.slice(-8))
  console.log(`    ${name.padEnd(52)} ${nanoseconds.toFixed(1).padStart(7)} ns`);

const keys: CompiledKey[] = names.map((name) => compileKey(name));
const rounds = Math.ceil(TOGETHER / keys.length / every.length);
const settle = () => new Promise((resolve) => setTimeout(resolve, 50));
readAll(
  every.map(({ sampled }) => sampled),
  (sample) => {
    for (const key of keys) key.read(sample, words, 0);
  },
);
globalThis.gc?.();
await settle();
collections = 0;
const heapBefore = process.memoryUsage().heapUsed;
let reads = 0;
readAll(
  every.map(({ sampled }) => sampled),
  (sample) => {
    for (let round = 0; round < rounds; round++) for (const key of keys) key.read(sample, words, 0);
    reads += rounds * keys.length;
  },
);
const grown = process.memoryUsage().heapUsed - heapBefore;
await settle();
console.log(
  `  ${(reads / 1e6).toFixed(1)} M reads of all of them: ${collections} collections, heap grown by ${(grown / 1024).toFixed(0)} KiB (${(grown / reads).toFixed(3)} octets a read)`,
);
if (collections > 8) process.exitCode = 1;
