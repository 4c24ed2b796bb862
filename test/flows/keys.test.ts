import { describe, expect, it } from 'vitest';
import { compileKey, compileKeys } from '../../main/flows/compile.ts';
import { KeyError } from '../../main/flows/key.ts';
import { flowKeys } from '../../main/flows/keys.ts';
import { flowPresets } from '../../main/flows/presets.ts';
import { type Made, readSamples } from '../samples/traffic.ts';

const made: Made = {
  timeMs: 0,
  agent: '10.0.0.1',
  dataSource: 7,
  input: 7,
  output: 9,
  rate: 10,
  octets: 100,
  source: '10.1.0.1',
  destination: '10.2.0.1',
  protocol: 6,
  sourcePort: 40_000,
  destinationPort: 443,
};
const names = {
  agentName: () => 'leaf1',
  interfaceName: (_agent: string, ifIndex: number) => `swp${ifIndex}`,
};

function textOf(key: string, of: Made = made): string {
  let text = 'no sample';
  const compiled = compileKey(key);
  const words = new Uint32Array(compiled.words).fill(0xdead);
  readSamples([of], {
    flow(sample) {
      compiled.read(sample, words, 0);
      text = compiled.text(words, 0, names);
    },
  });
  return text;
}

describe('flow keys', () => {
  it('read their field as sFlow-RT spells it', () => {
    const six: Made = { ...made, source: 'fe80::1', destination: '2001:db8::2' };
    const got = Object.fromEntries(
      [
        'inputifindex',
        'direction',
        'ethernetprotocol',
        'ipsource',
        'ipdestination',
        'ip6source',
        'ipprotocol',
        'tcpsourceport',
        'tcpdestinationport',
        'udpsourceport',
        'application',
        'agent',
        'ifname:outputifindex',
        'or:ip6source:ipsource',
        'ipsource.1',
      ].map((key) => [key, textOf(key)]),
    );
    expect(got).toEqual({
      inputifindex: '7',
      direction: 'ingress',
      ethernetprotocol: '2048',
      ipsource: '10.1.0.1',
      ipdestination: '10.2.0.1',
      ip6source: '',
      ipprotocol: '6',
      tcpsourceport: '40000',
      tcpdestinationport: '443',
      udpsourceport: '',
      application: '6:443',
      agent: 'leaf1',
      'ifname:outputifindex': 'swp9',
      'or:ip6source:ipsource': '10.1.0.1',
      'ipsource.1': '',
    });
    expect([textOf('ip6source', six), textOf('ipsource', six), textOf('or:ipsource:ip6source', six)]).toEqual(
      ['FE80::1', '', 'FE80::1'],
    );
  });

  it('leave nothing of the sample before: an absent key is all zeros', () => {
    const keys = compileKeys(['or:ipsource:ip6source', 'tcpdestinationport']);
    const words: number[][] = [];
    readSamples(
      [{ ...made, source: '2001:db8::ffff', destination: '2001:db8::2' }, { ...made, protocol: 17 }, made],
      {
        flow(sample) {
          const out = new Uint32Array(keys.words).fill(0xffff_ffff);
          keys.read(sample, out, 0);
          words.push([...out]);
        },
      },
    );
    expect(words[1]).toEqual([1, 1, 0x0a01_0001, 0, 0, 0, 0, 0]);
    expect(words[2]!.slice(-2)).toEqual([1, 443]);
  });

  it('are refused by name where they do not exist', () => {
    const refused = (text: string): string => {
      try {
        compileKey(text);
      } catch (error) {
        if (error instanceof KeyError) return error.message;
        throw error;
      }
      return '';
    };
    expect(refused('ipsouce')).toBe('There is no flow key “ipsouce”; the nearest is “ipsource”.');
    expect(refused('nonsense:ipsource')).toBe('There is no key function “nonsense”.');
    expect(refused('or:ipsource')).toContain('two keys or more');
    expect(refused('inputifindex.1')).toContain('no inner layers');
    expect(refused('ipsource.7')).toContain('0 to 3');
    expect(refused('or:[ipsource:ip6source')).toContain('not closed');
    expect(refused('')).toContain('missing');
  });

  it('of every preset and every line compile', () => {
    for (const { keys } of flowPresets) expect(() => compileKeys(keys)).not.toThrow();
    for (const { name } of flowKeys) expect(() => textOf(name)).not.toThrow();
  });
});
