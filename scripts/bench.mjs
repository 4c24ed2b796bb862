// `npm run bench [-- NAME...]`: runs test/bench/*.ts, each in a process of its own, so that one case does not
// inherit another's heap and compiled code. Names narrow it down. Figures are for comparing on one computer.
import './right-node.mjs';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './right-node.mjs';

const folder = join(projectRoot, 'test/bench');
const wanted = process.argv.slice(2);
const files = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((name) => name.endsWith('.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
  .toSorted();
if (files.length === 0) {
  console.error(
    wanted.length === 0 ? 'There are no benchmarks.' : `No benchmark is named like ${wanted.join(' or ')}.`,
  );
  process.exit(1);
}
console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`);
let failed = 0;
for (const name of files) {
  console.log(`\n${name.replace('.ts', '')}`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', join(folder, name)], { stdio: 'inherit' });
  if (status !== 0) failed++;
}
if (failed > 0) console.error(`\n${failed} of ${files.length} benchmarks failed.`);
process.exit(failed === 0 ? 0 : 1);
