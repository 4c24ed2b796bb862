/** Secrets survive a restart, nobody but their owner can read the file, and a lost key loses nothing else. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { secretFile } from '../../main/hosts/secret-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'weir-secrets-'));
const path = join(directory, 'engine-secrets.json');
afterEach(() => rmSync(path, { force: true }));

describe('the file of secrets', () => {
  it('keeps them for the next start, for its owner only', () => {
    secretFile(directory, null)['secrets.write']('snmp', 'pub”lic\n');
    secretFile(directory, null)['secrets.write']('sealed:x', 'sealed:y');
    expect(secretFile(directory, null)['secrets.read']('snmp')).toBe('pub”lic\n');
    expect(secretFile(directory, null)['secrets.read']('sealed:x')).toBe('sealed:y');
    expect(secretFile(directory, null)['secrets.read']('toString')).toBeNull();
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    secretFile(directory, null)['secrets.write']('snmp', null);
    expect(secretFile(directory, null)['secrets.read']('snmp')).toBeNull();
    expect(secretFile(directory, null)['secrets.read']('sealed:x')).toBe('sealed:y');
  });

  it('is unreadable without the key that sealed it, and what was plain before stays', () => {
    const key = new Uint8Array(32).fill(7);
    secretFile(directory, null)['secrets.write']('old', 'first');
    secretFile(directory, key)['secrets.write']('new', 'second');
    expect(readFileSync(path, 'utf8')).not.toContain('second');
    expect(secretFile(directory, key)['secrets.read']('new')).toBe('second');
    expect(secretFile(directory, key)['secrets.read']('old')).toBe('first');
    expect(secretFile(directory, null)['secrets.read']('new')).toBeNull();
    expect(
      secretFile(
        directory,
        key.map((octet) => octet + 1),
      )['secrets.read']('new'),
    ).toBeNull();
  });

  it('takes a torn file for an empty one', () => {
    writeFileSync(path, '{"snmp": "pla');
    const file = secretFile(directory, null);
    expect(file['secrets.read']('snmp')).toBeNull();
    file['secrets.write']('snmp', 'new');
    expect(file['secrets.read']('snmp')).toBe('new');
  });
});
