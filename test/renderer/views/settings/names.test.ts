/** Groups and servers as a user writes them. */
import { describe, expect, it } from 'vitest';
import { readServers } from '../../../../renderer/views/settings/names/name-sources.ts';
import { matchRows, matchWords } from '../../../../renderer/views/settings/names/topology-rows.ts';
import {
  blocksWords,
  linesOf,
  readBlocks,
  readLines,
  withGroup,
  withLines,
} from '../../../../renderer/views/settings/names/value-tables.ts';
import type { TopologyMatch } from '../../../../shared/model/knowledge.ts';

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

describe('a map from a file', () => {
  it('takes lines of key and value into the table that there is; a bad line loses only itself', () => {
    const file =
      '\uFEFFkey,value\r\n192.0.2.1,acme\n"a, b";"new <b>"\n# remark\nlonely\n,x\n192.0.2.1,acme\n';
    const { table, taken, problems } = withLines({ acme: ['192.0.2.9'] }, file);
    expect(table).toEqual({ acme: ['192.0.2.9', '192.0.2.1'], 'new <b>': ['a, b'] });
    expect(taken).toBe(3);
    expect(problems.map((one) => one.slice(0, 8))).toEqual(['Line 5: ', 'Line 6: ']);
    expect(linesOf(table)).toContainEqual(['a, b', 'new <b>']);
    expect(readLines(' # no remark \n\n# no remark\r\nb')).toEqual(['# no remark', 'b']);
  });
});

describe('what of a topology is heard', () => {
  const match: TopologyMatch = {
    nodes: [
      { name: 'leaf1', given: '10.0.0.1', agent: '10.0.0.1', agentName: 'l1' },
      { name: 'sp\u202Eine', given: '', agent: null, agentName: '' },
    ],
    links: [
      {
        name: 'L1',
        ends: [
          { node: 'leaf1', port: 'swp1', ifIndex: 3, heard: 'p3' },
          { node: 'sp\u202Eine', port: 'x', ifIndex: null, heard: '' },
        ],
      },
    ],
    outside: [{ agent: '10.0.0.9', name: '' }],
  };

  it('is told in words, and what is missing stands first', () => {
    expect(matchWords(match)).toBe('1 of 2 nodes are heard, 0 of 1 links at both ends. 1 agent is no node.');
    const rows = matchRows(match, 'nodes');
    expect(rows.map(({ isHeard }) => isHeard)).toEqual([false, true]);
    expect(rows[0]!.name).toBe('sp\uFFFDine');
    expect(matchRows(match, 'links')[0]!.heard).toBe('leaf1 › p3 – node not heard');
    expect(matchRows(match, 'outside')[0]!.name).toBe('10.0.0.9');
  });
});

describe('name servers as text', () => {
  it('stand apart by commas or spaces', () => {
    expect(readServers(' 192.0.2.1, [2001:db8::1]:53  ')).toEqual(['192.0.2.1', '[2001:db8::1]:53']);
    expect(readServers('')).toEqual([]);
  });
});
