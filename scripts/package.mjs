// `npm run dist` makes the installers of this computer's system, `npm run pack` the folder that they would install.
// Both build first. What follows `--` goes on to electron-builder, as in `npm run pack -- -c.electronDist=FOLDER`,
// which takes the Electron runtime from a folder instead of downloading it.
import './right-node.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { projectRoot } from './right-node.mjs';

await buildAll();
const builder = join(projectRoot, 'node_modules/electron-builder/cli.js');
const child = spawn(process.execPath, [builder, '--publish', 'never', ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: projectRoot,
});
child.on('exit', (code) => process.exit(code ?? 1));
