// `npm run check`: format and lint, then types, each side of the walls by its own settings.
import './right-node.mjs';
import { runSteps } from './steps.mjs';

const compiler = 'typescript/bin/tsc';
const vueCompiler = 'vue-tsc/bin/vue-tsc.js';

/**
 * The types of one side. What was found of files that are as they were is kept beside the packages, so that a second
 * check costs what has changed.
 * @param {string} name
 * @param {string} module
 * @param {string} folder
 * @returns {import('./steps.mjs').Step}
 */
const typesOf = (name, module, folder) => ({
  name: `types of ${name}`,
  module,
  words: [
    ...['-p', `${folder}/tsconfig.json`, '--incremental'],
    ...['--tsBuildInfoFile', `node_modules/.cache/weir-types/${folder.replaceAll('/', '-')}.json`],
  ],
});

/** @type {import('./steps.mjs').Step[]} */
export const checkSteps = [
  { name: 'format and lint', module: '@biomejs/biome/bin/biome', words: ['check', '--error-on-warnings'] },
  typesOf('renderer/', vueCompiler, 'renderer'),
  typesOf('shared/', compiler, 'shared'),
  typesOf('main/', compiler, 'main'),
  typesOf('the preload', compiler, 'main/shell/preload'),
  typesOf('scripts/', compiler, 'scripts'),
  typesOf('test/', vueCompiler, 'test'),
];

if (import.meta.filename === process.argv[1]) {
  const outcomes = await runSteps(checkSteps);
  process.exit(outcomes.every((outcome) => outcome.ok) ? 0 : 1);
}
