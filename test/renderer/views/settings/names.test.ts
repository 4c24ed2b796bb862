/** Groups and servers as a user writes them. */
import { describe, expect, it } from 'vitest';
import { blocksWords, readBlocks, withGroup } from '../../../../renderer/views/settings/names/group-form.ts';
import { readServers } from '../../../../renderer/views/settings/names/name-sources.ts';

describe('blocks as text', () => {
  it('are one a line, without remarks, columns behind them and doubles', () => {
    const text =
      '\uFEFF# blocklist\r\n10.0.0.0/8 ; SBL1\n192.0.2.7,2026-01-01,botnet\n2001:db8::/32 # lab\n\nsites:berlin\n' +
      'second floor\n10.0.0.0/8\n00:1b:21:aa:bb:cc\tprinter\n';
    expect(readBlocks(text)).toEqual([
      '10.0.0.0/8',
      '192.0.2.7',
      '2001:db8::/32',
      'sites:berlin',
      'second floor',
      '00:1b:21:aa:bb:cc',
    ]);
  });

  it('are told in short', () => {
    expect(blocksWords([])).toBe('empty');
    expect(blocksWords(['a', 'b'])).toBe('a, b');
    expect(blocksWords(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
  });
});

describe('a table with one group changed', () => {
  const table = { lab: ['10.0.0.0/8'], rest: ['0.0.0.0/0'] };

  it('keeps the order of the others', () => {
    expect(Object.entries(withGroup(table, 'lab', 'laboratory', ['10.1.0.0/16']))).toEqual([
      ['laboratory', ['10.1.0.0/16']],
      ['rest', ['0.0.0.0/0']],
    ]);
    expect(Object.keys(withGroup(table, null, 'new', []))).toEqual(['lab', 'rest', 'new']);
    expect(withGroup(table, 'lab', 'lab', null)).toEqual({ rest: ['0.0.0.0/0'] });
    expect(table.lab).toEqual(['10.0.0.0/8']);
  });
});

describe('name servers as text', () => {
  it('stand apart by commas or spaces', () => {
    expect(readServers(' 192.0.2.1, [2001:db8::1]:53  ')).toEqual(['192.0.2.1', '[2001:db8::1]:53']);
    expect(readServers('')).toEqual([]);
  });
});
