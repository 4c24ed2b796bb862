/**
 * One bucket of one flow definition as one block: what the rows stand for is in the block itself (paths, key words,
 * texts), so that no key outlives its minutes and ever-new keys cannot make the database grow. Octets, frames and
 * samples are exact; the squares behind the 95 % band keep seven digits.
 */
import type { FlowRows, StoredPath } from '../../shared/model/store.ts';
import { DamagedBlock, Packer, Unpacker } from './packed.ts';

const FORMAT = 1;
export const SUMS = 5;
/** octets, frames, samples; then the squares. */
const EXACT = 3;

export function packFlows(rows: FlowRows): Buffer {
  const count = rows.pathOf.length;
  const packer = new Packer();
  packer.number(FORMAT);
  packer.number(count);
  packer.number(rows.keyWords);
  packer.text(JSON.stringify(rows.textWords));
  packer.text(JSON.stringify(rows.texts));
  const agents = [...new Set(rows.paths.map(({ agent }) => agent))];
  const agentAt = new Map(agents.map((agent, index) => [agent, index]));
  packer.text(JSON.stringify(agents));
  packer.number(rows.paths.length);
  packer.column(Uint32Array.from(rows.paths, ({ agent }) => agentAt.get(agent)!));
  packer.column(Uint32Array.from(rows.paths, ({ dataSource }) => dataSource));
  packer.column(Uint32Array.from(rows.paths, ({ input }) => input));
  packer.column(Uint32Array.from(rows.paths, ({ output }) => output));
  packer.column(Uint8Array.from(rows.paths, ({ mark }) => mark));
  packer.column(rows.pathOf);
  packer.column(rows.hasKey);
  const word = new Uint32Array(count);
  for (let at = 0; at < rows.keyWords; at++) {
    for (let row = 0; row < count; row++) word[row] = rows.words[row * rows.keyWords + at]!;
    packer.column(word);
  }
  for (let at = 0; at < SUMS; at++) {
    const column = at < EXACT ? new Float64Array(count) : new Float32Array(count);
    for (let row = 0; row < count; row++) column[row] = rows.sums[row * SUMS + at]!;
    packer.column(column);
  }
  return packer.finish();
}

/** Throws DamagedBlock. */
export function unpackFlows(block: Uint8Array): FlowRows {
  const from = new Unpacker(block);
  if (from.number() !== FORMAT) throw new DamagedBlock('A block of the trends has an unknown format.');
  const count = from.number();
  const keyWords = from.number();
  const textWords = textsOf(from.text()).map(Number);
  const texts = textsOf(from.text());
  const agents = textsOf(from.text());
  const pathCount = from.number();
  const agent = from.uint32(pathCount);
  const dataSource = from.uint32(pathCount);
  const input = from.uint32(pathCount);
  const output = from.uint32(pathCount);
  const mark = from.octets(pathCount);
  const paths: StoredPath[] = Array.from(agent, (index, i) => ({
    agent: agents[index] ?? 'unknown',
    dataSource: dataSource[i]!,
    input: input[i]!,
    output: output[i]!,
    mark: mark[i] === 0 || mark[i] === 1 ? mark[i] : 2,
  }));
  const pathOf = from.uint32(count);
  const hasKey = from.octets(count);
  const words = new Uint32Array(count * keyWords);
  for (let at = 0; at < keyWords; at++) {
    const word = from.uint32(count);
    for (let row = 0; row < count; row++) words[row * keyWords + at] = word[row]!;
  }
  const sums = new Float64Array(count * SUMS);
  for (let at = 0; at < SUMS; at++) {
    const column = at < EXACT ? from.float64(count) : from.float32(count);
    for (let row = 0; row < count; row++) sums[row * SUMS + at] = column[row]!;
  }
  for (const path of pathOf)
    if (path >= pathCount) throw new DamagedBlock('A block of the trends is damaged.');
  return { keyWords, paths, pathOf, hasKey, words, textWords, texts, sums };
}

function textsOf(json: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    value = null;
  }
  if (!Array.isArray(value)) throw new DamagedBlock('A block of the trends is damaged.');
  return value.map(String);
}
