/** Which Node is new enough, and that the entry scripts say so where none is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installedNode, isAtLeast, leastNode, nodeTooOld } from '../../scripts/right-node.mjs';

const root = join(import.meta.dirname, '../..');
const packageFile = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('isAtLeast', () => {
  it('compares by number, not by letter', () => {
    expect(isAtLeast('22.19.0', '22.19.0')).toBe(true);
    expect(isAtLeast('24.0.0', '22.19.0')).toBe(true);
    expect(isAtLeast('22.9.0', '22.19.0')).toBe(false);
    expect(isAtLeast('9.0.0', '22.19.0')).toBe(false);
    expect(isAtLeast('22.19.1', '22.19.0')).toBe(true);
  });
});

describe('a Node that is too old', () => {
  it('is told with what to do', () => {
    expect(nodeTooOld('20.20.2')).toContain(leastNode);
    expect(nodeTooOld('20.20.2')).toContain('https://nodejs.org');
  });

  it('is replaced by the one beside, where there is one', () => {
    expect(installedNode('/nowhere')).toBeNull();
  });
});

describe('package.json', () => {
  it('pins every version exactly and runs no install script', () => {
    const { dependencies, optionalDependencies, devDependencies, scripts } = packageFile;
    for (const version of Object.values({ ...dependencies, ...optionalDependencies, ...devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare', 'pretest', 'prestart'])
      expect(scripts).not.toHaveProperty(name);
  });

  it('runs every command through a script that looks at the Node first', () => {
    for (const [name, command] of Object.entries<string>(packageFile.scripts)) {
      const script = /^node (scripts\/[a-z-]+\.mjs)/.exec(command)?.[1];
      expect(script, name).toBeDefined();
      const firstImport = /^import .*$/m.exec(readFileSync(join(root, script!), 'utf8'))?.[0];
      expect(firstImport, script).toBe("import './right-node.mjs';");
    }
  });
});
