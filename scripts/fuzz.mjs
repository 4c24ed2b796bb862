// `npm run fuzz -- --count N --seed S`: damaged datagrams against everything the decoder promises, until it is told
// to stop or one breaks a promise. The same seed damages the same way.
import './right-node.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './right-node.mjs';

const words = process.argv.slice(2);
const { status } = spawnSync(process.execPath, [join(projectRoot, 'test/fuzz/decoder.ts'), ...words], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
