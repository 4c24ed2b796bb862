import { describe, expect, it } from 'vitest';
import { keyFunctions } from '../../main/flows/functions/list.ts';
import { flowKeys } from '../../main/flows/keys.ts';
import { keysText } from '../../main/hosts/commands/keys.ts';

describe('weir keys', () => {
  it('gives each key and each function one line', () => {
    const lines = keysText('').split('\n');
    for (const { name, about } of flowKeys)
      expect(lines.filter((line) => line.startsWith(`  ${name} `) && line.endsWith(about))).toHaveLength(1);
    for (const { example, about } of keyFunctions)
      expect(lines.filter((line) => line.startsWith(`  ${example} `) && line.endsWith(about))).toHaveLength(
        1,
      );
  });

  it('narrows down to a word, and says nothing of what is not there', () => {
    expect(keysText('DSCP')).toContain('ip6dscpname');
    expect(keysText('dscp')).not.toContain('ipttl');
    expect(keysText('zzz')).toBe('');
  });
});
