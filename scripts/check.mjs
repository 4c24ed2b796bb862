// `npm run check`: format and lint, then types, each side of the walls by its own settings.
import './right-node.mjs';
import { runSteps } from './steps.mjs';

const compiler = 'typescript/bin/tsc';
const vueCompiler = 'vue-tsc/bin/vue-tsc.js';

/** @type {import('./steps.mjs').Step[]} */
export const checkSteps = [
  { name: 'format and lint', module: '@biomejs/biome/bin/biome', words: ['check', '--error-on-warnings'] },
  { name: 'types of renderer/', module: vueCompiler, words: ['-p', 'renderer/tsconfig.json'] },
  { name: 'types of shared/', module: compiler, words: ['-p', 'shared/tsconfig.json'] },
  { name: 'types of main/', module: compiler, words: ['-p', 'main/tsconfig.json'] },
  { name: 'types of the preload', module: compiler, words: ['-p', 'main/shell/preload/tsconfig.json'] },
  { name: 'types of scripts/', module: compiler, words: ['-p', 'scripts/tsconfig.json'] },
  { name: 'types of test/', module: vueCompiler, words: ['-p', 'test/tsconfig.json'] },
];

if (import.meta.filename === process.argv[1]) {
  const outcomes = await runSteps(checkSteps);
  process.exit(outcomes.every((outcome) => outcome.ok) ? 0 : 1);
}
