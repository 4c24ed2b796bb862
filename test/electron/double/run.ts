/**
 * Plays the `electron` program: `node run.ts [switches] FOLDER [words]` runs the application in FOLDER, as it was
 * built, with the double in place of the module `electron`. Node 24 runs this file as it is.
 */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { becomeReady, setApplication } from './app.ts';
import { openControl } from './control.ts';

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'electron') return next(specifier, context);
    return { url: new URL('./electron.ts', import.meta.url).href, shortCircuit: true };
  },
});

const words = process.argv.slice(2);
const named = words.find((word) => !word.startsWith('-'));
const folder = resolve(named ?? '.');
const packagePath = join(folder, 'package.json');
if (!existsSync(packagePath)) {
  console.error(`There is no application in ${folder}.`);
  process.exit(1);
}
const packageFile = JSON.parse(readFileSync(packagePath, 'utf8'));
setApplication(folder, packageFile);
process.argv = [process.execPath, ...words];
openControl();
await import(pathToFileURL(join(folder, packageFile.main)).href);
becomeReady();
