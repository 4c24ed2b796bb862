/** Definitions as files, and as REST calls. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  curlCommand,
  exportText,
  importText,
  restPath,
  shellWord,
} from '../../../renderer/views/flows/share.ts';
import { DEFINITION_DEFAULTS } from '../../../shared/definition/defaults.ts';
import type { FlowDefinition } from '../../../shared/model/definition.ts';

const definition = (part: Partial<FlowDefinition>): FlowDefinition => ({
  ...DEFINITION_DEFAULTS,
  name: 'one',
  ...part,
});

describe('definitions as a file', () => {
  it('are read again as they were written', () => {
    const all = [
      definition({ name: 'pairs', keys: ['ipsource', 'ipdestination'] }),
      definition({ name: "it's; $(reboot)", value: 'frames', filter: 'tcpflags~.......1.', log: true }),
    ];
    const { found, problem } = importText(exportText(all));
    expect(problem).toBe('');
    expect(found).toEqual([
      { name: 'pairs', input: { keys: 'ipsource,ipdestination', value: 'bytes' } },
      {
        name: "it's; $(reboot)",
        input: { keys: '', value: 'frames', filter: 'tcpflags~.......1.', log: true },
      },
    ]);
  });

  it('are read one by one too, and the good ones beside the bad', () => {
    expect(importText("{name:'a',keys:'ipsource',value:'bytes'}").found).toEqual([
      { name: 'a', input: { keys: 'ipsource', value: 'bytes' } },
    ]);
    expect(importText("[{name:'a',value:'bytes'},{value:'frames'}]")).toMatchObject({
      found: [{ name: 'a' }],
      problem: 'A definition without a name was left out.',
    });
    const mixed = importText("{good:{keys:'vlan'}, bad:{colour:1}, worse:7}");
    expect(mixed.found.map(({ name }) => name)).toEqual(['good']);
    expect(mixed.problem).toMatch(/“bad” was left out: A definition has no “colour”.*“worse” was left out/);
    expect(importText('{').problem).toContain('ends before');
    expect(importText('[]').problem).toBe('There is no definition in this text.');
    expect(importText('null').found).toEqual([]);
  });

  it('never fails, whatever the text', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const { found, problem } = importText(text);
        expect(found.length > 0 || problem !== '').toBe(true);
      }),
    );
  });
});

describe('the REST call', () => {
  it('is quoted for a shell and for a URL', () => {
    expect(restPath("a/b?c#d'é")).toBe('/flow/a%2Fb%3Fc%23d%27%C3%A9/json');
    expect(curlCommand(definition({ name: 'web', keys: ['ipsource'] }), 'http://127.0.0.1:8008')).toBe(
      `curl -X PUT -H 'Content-Type: application/json' --data '{"keys":"ipsource","value":"bytes"}' http://127.0.0.1:8008/flow/web/json`,
    );
  });

  it.skipIf(process.platform === 'win32')('reaches the program as it is', () => {
    const words = ["it's", '$(touch x)', '`id`', 'a\nb', '"', '\\', '!!', '-x', '*'];
    const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`], {
      encoding: 'utf8',
    });
    expect(printed.split('\0').slice(0, -1)).toEqual(words);
  });
});
