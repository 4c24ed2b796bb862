/** Facts about the program itself: where it lies and which version it is. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds package.json, from the sources or from a build. */
export function programRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('Weir cannot find its own package.json; install it again.');
    folder = above;
  }
  return folder;
}

export function version(): string {
  const known: unknown = JSON.parse(readFileSync(join(programRoot(), 'package.json'), 'utf8'));
  return known !== null && typeof known === 'object' && 'version' in known ? String(known.version) : '0.0.0';
}
