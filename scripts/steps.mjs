// Runs the programs that check and test Weir, one step at a time or two, and keeps the score. A step is told when
// it begins to fail or has ended; its whole output is shown only where it failed or was asked for.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './right-node.mjs';

/**
 * @typedef {object} Step
 * @property {string} name What it checks, for the summary.
 * @property {string} module JavaScript file below node_modules that is run.
 * @property {string[]} words
 * @property {boolean} [loud] Its output is shown as it comes.
 * @property {number} [limitMs] After which it is ended and counts as failed.
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {boolean} ok
 * @property {number} seconds
 */

/** Longest that any step may take. */
const usualLimitMs = 8 * 60_000;

/**
 * Runs one step and says how it went.
 * @param {Step} step
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<Outcome>}
 */
export async function runStep(step, environment = process.env) {
  const startedMs = Date.now();
  const child = spawn(process.execPath, [join(projectRoot, 'node_modules', step.module), ...step.words], {
    cwd: projectRoot,
    env: environment,
    stdio: ['ignore', step.loud ? 'inherit' : 'pipe', step.loud ? 'inherit' : 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      output += text;
    });
  let late = false;
  const limitMs = step.limitMs ?? usualLimitMs;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, limitMs);
  /** @type {number | null} */
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message;
      resolve(null);
    });
    child.on('close', resolve);
  });
  clearTimeout(timer);
  const seconds = (Date.now() - startedMs) / 1000;
  const ok = code === 0 && !late;
  if (!ok && output !== '') console.log(output.trimEnd());
  const verdict = ok ? 'ok  ' : 'FAIL';
  const remark = late ? `  ended after its limit of ${limitMs / 1000} s` : '';
  console.log(`${verdict}  ${step.name}  ${seconds.toFixed(1)} s${remark}`);
  return { name: step.name, ok, seconds };
}

/**
 * Runs steps that do not depend on each other, two at a time.
 * @param {readonly Step[]} steps
 * @returns {Promise<Outcome[]>}
 */
export async function runSteps(steps) {
  const waiting = [...steps];
  /** @type {Outcome[]} */
  const outcomes = [];
  const runner = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) outcomes.push(await runStep(step));
  };
  await Promise.all([runner(), runner()]);
  return outcomes;
}
