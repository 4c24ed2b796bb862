// `npm test`: everything that must hold, in the order in which it fails fastest: format, lint and types; the build;
// unit tests; then the interface in a browser and the desktop program on the double of Electron, both from the
// build. `--long` runs the long forms instead (kill, soak, fuzz, cardinality), and the properties of the unit tests
// with new draws. The last line is the score.
import './right-node.mjs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { checkSteps } from './check.mjs';
import { runStep, runSteps } from './steps.mjs';
import { browserForTests } from './test-browser.mjs';

const long = process.argv.includes('--long');
const startedMs = Date.now();
const reports = mkdtempSync(join(tmpdir(), 'weir-test-'));

/** @typedef {{ passed: number, failed: number, skipped: number }} Score */

/** @type {{ name: string, score: Score }[]} */
const scores = [];

/** @param {string} title */
function heading(title) {
  console.log(`\n${title}`);
}

/**
 * Runs vitest with one of its settings files and adds what it counted.
 * @param {string} name
 * @param {string} config
 * @param {NodeJS.ProcessEnv} environment
 */
async function runTests(name, config, environment = process.env) {
  heading(name);
  const report = join(reports, `${scores.length}.json`);
  const outcome = await runStep(
    {
      name,
      module: 'vitest/vitest.mjs',
      words: [
        'run',
        '--config',
        config,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
      loud: true,
      ...(long ? { limitMs: 4 * 3_600_000 } : {}),
    },
    environment,
  );
  const score = scoreOf(report);
  // A file that does not load has no tests to count, and must not pass for that.
  if (!outcome.ok && score.failed === 0) score.failed = 1;
  scores.push({ name, score });
}

/**
 * @param {string} path
 * @returns {Score}
 */
function scoreOf(path) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    const skipped = report.numPendingTests + (report.numTodoTests ?? 0);
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

if (long) {
  await runTests('unit tests', 'vitest.config.ts', { ...process.env, WEIR_SEED: 'new' });
  await runTests('long tests', 'vitest.long.config.ts');
} else {
  heading('checks');
  const outcomes = await runSteps(checkSteps);
  const passed = outcomes.filter((outcome) => outcome.ok).length;
  scores.push({ name: 'checks', score: { passed, failed: outcomes.length - passed, skipped: 0 } });

  heading('build');
  let built = true;
  try {
    await buildAll();
  } catch (error) {
    built = false;
    console.log(error instanceof Error ? error.message : error);
  }
  scores.push({ name: 'build', score: { passed: Number(built), failed: Number(!built), skipped: 0 } });

  await runTests('unit tests', 'vitest.config.ts');

  if (built) {
    const browser = await browserForTests();
    if (browser.path === null) console.log(`\nThe tests that open windows are skipped: ${browser.why}.`);
    await runTests('windows', 'vitest.browser.config.ts', {
      ...process.env,
      ...(browser.path === null ? {} : { WEIR_BROWSER: browser.path }),
    });
  } else {
    console.log('\nThe tests that open windows are skipped: there is no build to run.');
  }
}
rmSync(reports, { recursive: true, force: true });

const total = { passed: 0, failed: 0, skipped: 0 };
heading('summary');
for (const { name, score } of scores) {
  total.passed += score.passed;
  total.failed += score.failed;
  total.skipped += score.skipped;
  const skipped = score.skipped > 0 ? `, ${score.skipped} skipped` : '';
  console.log(`  ${name.padEnd(12)} ${score.passed} passed, ${score.failed} failed${skipped}`);
}
console.log(`  in ${((Date.now() - startedMs) / 1000).toFixed(0)} s`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
