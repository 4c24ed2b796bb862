/**
 * One bucket of one flow definition as one block: what the rows stand for is in the block itself (paths, key words,
 * texts), so that no key outlives its minutes and ever-new keys cannot make the database grow. Octets, frames and
 * samples are exact; the squares behind the 95 % band keep seven digits.
 */
import type { FlowRows } from '../../shared/model/store.ts';
import { Packer } from './packed.ts';
import { EXACT, FORMAT, SUMS } from './row-list.ts';

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
