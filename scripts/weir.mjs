// `npm run weir -- COMMAND ...`: the headless commands, under a Node that fits. Standard input, output and the exit
// code are the command's own, so it can stand in a pipe (`npm run -s weir -- decode FILE.pcap | less`).
import './right-node.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './right-node.mjs';

const child = spawn(process.execPath, [join(projectRoot, 'main/hosts/cli.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  // npm runs scripts in the project's folder; files are meant where the user stands.
  cwd: process.env.INIT_CWD ?? process.cwd(),
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => child.kill(signal));
}
child.on('error', (error) => {
  console.error(`The command could not be started: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));
