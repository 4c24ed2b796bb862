/** From rows of Top N to filters and back to words; and the filter as a part of the scope that can be undone. */
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { emptySums } from '../../../main/flows/figures.ts';
import { plainTerm } from '../../../renderer/components/filter-words.ts';
import { useScope } from '../../../renderer/stores/scope.ts';
import { useSeenValues } from '../../../renderer/stores/seen-values.ts';
import {
  addressesInTerm,
  conditionOf,
  keyOf,
  namesToAddresses,
  rowExclusion,
  rowTerms,
  seenIn,
  termWords,
} from '../../../renderer/views/top-n/filter.ts';
import { chartOf, coveredSeconds, footerRows, keyRows } from '../../../renderer/views/top-n/rows.ts';
import { withKey } from '../../../shared/filter/bare.ts';
import type { FlowAnswer } from '../../../shared/model/question.ts';

const SOURCE = 'or:ipsource:ip6source:macsource';
const descriptions = [{ name: 'ipsource', label: 'Source', type: 'address' as const, about: '' }];

// How it looks is written on the page.
vi.stubGlobal('document', { documentElement: { dataset: {} } });
beforeEach(() => setActivePinia(createPinia()));

describe('a value of a row', () => {
  it('is asked for by the one key that it can come from', () => {
    expect(keyOf(SOURCE, '10.4.1.2')).toBe('ipsource');
    expect(keyOf(SOURCE, '2001:DB8::1')).toBe('ip6source');
    expect(keyOf(SOURCE, '6C641A001A80')).toBe(SOURCE);
    expect(keyOf('or:vlan:[or:ipsource:vlan]', '10.4.1.2')).toBe('or:vlan:[or:ipsource:vlan]');
    expect(keyOf('vlan', '10')).toBe('vlan');
  });

  it('is a test that it passes, or that leaves it out', () => {
    expect(conditionOf(SOURCE, '10.4.1.2', '=')).toBe('ipsource=10.4.1.2');
    expect(conditionOf('vlan', '', '=')).toBe('vlan=null');
    expect(conditionOf('httpurl', '/a?b=1&c="2",null', '!=')).toBe(
      String.raw`httpurl!="/a?b=1&c=\"2\",null"`,
    );
    expect(conditionOf('dnsqname', 'null', '=')).toBe('dnsqname="null"');
  });

  it('stands for its row together with the others', () => {
    const keys = [SOURCE, 'vlan'];
    const row = { raw: ['10.4.1.2', ''] };
    expect(rowTerms(keys, row)).toEqual(['ipsource=10.4.1.2', 'vlan=null']);
    expect(rowExclusion(keys, row)).toBe('ipsource!=10.4.1.2|vlan!=null');
  });

  it('is offered where such a value is typed', () => {
    const seen = useSeenValues();
    const rows = [
      { raw: ['10.4.1.2', '443'], texts: ['10.4.1.2', '443'] },
      { raw: ['2001:DB8::1', '443'], texts: ['2001:db8::1', '443'] },
      { raw: ['', ''], texts: ['–', '–'] },
    ];
    seen.tell(seenIn([SOURCE, 'sourceport'], rows));
    expect(seen.valuesOf('ipsource')).toEqual([{ text: '10.4.1.2', label: '10.4.1.2' }]);
    expect(seen.valuesOf('address').map(({ text }) => text)).toEqual(['10.4.1.2', '2001:DB8::1']);
    expect(seen.valuesOf('port').map(({ text }) => text)).toEqual(['443']);
    expect(seen.valuesOf('vlan')).toEqual([]);
  });
});

describe('a term in words', () => {
  it.each([
    ['protocol=6', 'protocol = TCP'],
    ['protocol=TCP', 'protocol = TCP'],
    ['application=6:443,17:53', 'application = https, domain'],
    ['application=https', 'application = https'],
    ['ethernetprotocol!=2048', 'not ethernetprotocol = IPv4'],
    [`${SOURCE}=6C641A001A80`, 'source = 6c:64:1a:00:1a:80'],
    ['ip6source=2001:DB8::1', 'ip6source = 2001:db8::1'],
    ['ipsource=10.0.0.0/8', 'ipsource = 10.0.0.0/8'],
    ['vlan=null', 'vlan = none'],
    ['stack!~.*tcp', 'not stack ~ .*tcp'],
    ['vlan=1|vlan=2', 'vlan=1 or vlan=2'],
  ])('%s is “%s”', (term, words) => {
    expect(plainTerm(termWords(term, descriptions))).toBe(words);
  });

  it('has the names of its addresses', () => {
    const nameOf = (address: string) =>
      address === '10.0.0.1' || address === '6C641A001A80' ? { name: 'web', origin: 'own' as const } : null;
    const words = (term: string) => plainTerm(termWords(term, descriptions, nameOf));
    expect(words('ipsource=10.0.0.1,10.0.0.2')).toBe('ipsource = web 10.0.0.1, 10.0.0.2');
    expect(words('mac!=6c:64:1a:00:1a:80')).toMatch(/^not mac = web /);
    expect(words('uripath=10.0.0.1')).toBe('uripath = 10.0.0.1');
    expect(addressesInTerm('address=10.0.0.1|(mac=6c641a001a80&vlan=10.0.0.2)')).toEqual([
      '10.0.0.1',
      '6C641A001A80',
    ]);
    expect(addressesInTerm('ipsource=(')).toEqual([]);
  });

  it('takes names for addresses', async () => {
    const hosts = [
      ['10.0.0.1', 'web'],
      ['2001:DB8::1', 'WEB'],
      ['10.0.0.2', 'db.example.com'],
      ['10.0.0.3', 'webmail'],
    ];
    const find = async (text: string) =>
      hosts
        .filter(([, name]) => name!.toLowerCase().includes(text.toLowerCase()))
        .map(([address, name]) => ({ address: address!, known: { name: name!, origin: 'own' as const } }));
    const read = (text: string) => namesToAddresses(text, find);
    expect(await read('web')).toBe('address=10.0.0.1,2001:DB8::1');
    expect(await read('ipsource=web & vlan=7')).toBe('ipsource=10.0.0.1&vlan=7');
    expect(await read('ipsource!=DB,10.9.9.9|port=1')).toBe('ipsource!=10.0.0.2,10.9.9.9|port=1');
    for (const same of ['ipsource=we', 'macsource=web', 'uripath=web', 'ipsource~web.*', 'nobody', 'x=('])
      expect(await read(same)).toBe(same);
  });

  it('can be a value alone', () => {
    expect(withKey('10.4.0.0/16')).toBe('address=10.4.0.0/16');
    expect(withKey(' fe80::1 ')).toBe('address=fe80::1');
    expect(withKey('443')).toBe('port=443');
    expect(withKey('6c-64-1a-00-1a-80')).toBe('mac=6c-64-1a-00-1a-80');
    expect(withKey('70000')).toBe('70000');
    expect(withKey('vlan=1')).toBe('vlan=1');
  });
});

describe('an answer that begins late', () => {
  it('leaves out the time before, in the picture and in the average', () => {
    const sums = (value: number) => ({
      ...emptySums(1, 10),
      value: Float64Array.of(value),
      series: new Float64Array(10).fill(value / 10),
    });
    const answer: FlowAnswer = {
      interval: { fromMs: 0, toMs: 100_000 },
      ...{ stepMs: 10_000, bucketCount: 10, keys: ['vlan'], value: 'bytes', filter: 'vlan=1', merge: 'sum' },
      ...{ provenance: 'memory', keyTexts: ['1'], countedAt: [''], otherKeys: 0, unplaced: 0 },
      ...{ rows: sums(1000), other: emptySums(1, 10), total: sums(1000) },
      ...{ received: new Float64Array(10).fill(1), lost: new Float64Array(10) },
      samplingRate: { least: 1, most: 1 },
      gaps: [],
      completeFromMs: 50_000,
      completeToMs: 100_000,
    };
    const context = { answer, factor: 8, isRate: true, extent: null };
    const footer = footerRows(context);
    expect(coveredSeconds(answer, null)).toBe(50);
    expect(footer.at(-1)!.average).toBe(160);
    const chart = chartOf(keyRows(context), footer, {
      ...{
        answer,
        unit: 'bit/s',
        counting: { words: '', about: '' },
        zone: 'utc',
        isolated: new Set<string>(),
        live: true,
      },
    });
    expect(chart.gaps).toEqual([{ fromMs: 0, toMs: 50_000, label: 'not kept for this filter, 50 s' }]);
  });
});

describe('the filter of a scope', () => {
  it('is narrowed, undone, and kept by each workspace', () => {
    const scope = useScope();
    scope.setWorkspace('a', 'capture');
    expect(scope.filter).toBe('');
    scope.narrow(['vlan=1', 'port=443']);
    scope.narrow(['vlan=2']);
    expect(scope.filterTerms).toEqual(['vlan=2', 'port=443']);
    expect(scope.filter).toBe('vlan=2&port=443');
    scope.setWorkspace('b', 'capture');
    expect(scope.filter).toBe('');
    scope.setWorkspace('a', 'capture');
    expect(scope.filter).toBe('vlan=2&port=443');
    scope.undo();
    expect(scope.filter).toBe('vlan=1&port=443');
    scope.undo();
    expect([scope.filter, scope.canUndo]).toEqual(['', false]);
  });

  it('does not change where the same is asked for again', () => {
    const scope = useScope();
    scope.setWorkspace('a', 'capture');
    scope.narrow(['vlan=1']);
    scope.narrow(['vlan=1']);
    scope.undo();
    expect(scope.canUndo).toBe(false);
  });
});
