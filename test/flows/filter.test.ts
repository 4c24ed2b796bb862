/** Filters over samples: what they mean for each kind of key, against a slow evaluation by text, and their bounds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKey } from '../../main/flows/compile.ts';
import { compileFilter, filterProblem } from '../../main/flows/filter.ts';
import { type FunctionContext, NO_CONTEXT } from '../../main/flows/functions/context.ts';
import type { FilterExpression, FilterOperator } from '../../shared/filter/filter.ts';
import { group, parseFilter } from '../../shared/filter/parse.ts';
import { printCondition, printFilter } from '../../shared/filter/print.ts';
import { ServiceNames } from '../../shared/format/service-names.ts';
import { type Made, readSamples } from '../samples/traffic.ts';

const made: Made = {
  timeMs: 0,
  agent: '10.0.0.1',
  dataSource: 7,
  input: 7,
  output: 9,
  rate: 10,
  octets: 100,
  source: '10.4.1.2',
  destination: '10.4.2.2',
  protocol: 6,
  sourcePort: 40_268,
  destinationPort: 443,
};
const six: Made = {
  ...made,
  source: 'fe80::1',
  destination: '2001:db8::2',
  protocol: 17,
  destinationPort: 53,
};
const names = {
  agentName: (address: string) => (address === '10.0.0.1' ? 'leaf1' : ''),
  interfaceName: (_agent: string, ifIndex: number) => `swp${ifIndex}`,
};

function accepts(filter: string, sample: Made = made, context?: FunctionContext): boolean {
  let accepted = false;
  const compiled = compileFilter(filter, names, context)!;
  readSamples([sample], {
    flow(read) {
      accepted = compiled.accepts(read);
    },
  });
  return accepted;
}

describe('a filter', () => {
  it.each([
    ['ipsource=10.4.1.2', true],
    ['ipsource=10.4.1.3,10.4.1.2', true],
    ['ipsource=10.4.0.0/16', true],
    ['ipsource=10.4.0.0/24', false],
    ['ipsource=0.0.0.0/0', true],
    ['ipsource!=10.0.0.0/8', false],
    ['ip6source=null', true],
    ['ip6source!=null', false],
    ['ip6source=::/0', false],
    ['ip6source!=::/0', true],
    ['vlan=null', true],
    ['vlan=null,20', true],
    ['vlan!=20', true],
    ['vlan!=null', false],
    ['address=10.4.2.2', true],
    ['address=10.4.2.0/24,fe80::/10', true],
    ['address=10.4.3.3', false],
    ['address!=10.4.2.2', false],
    ['address=null', false],
    ['port=443', true],
    ['port=https', true],
    ['port!=https', false],
    ['port=40268,1', true],
    ['protocol=TCP', true],
    ['protocol=udp', false],
    ['protocol~T.P', true],
    ['protocol=6', true],
    ['ipprotocol=6&tcpdestinationport=https', true],
    ['udpdestinationport=443', false],
    ['application=https', true],
    ['application=6:443', true],
    ['application~h.*', true],
    ['ethernetprotocol=0x0800', true],
    ['ethernetprotocol=ipv4', true],
    ['ethernetprotocol!=2048,2054,34525', false],
    ['macsource!=null', true],
    ['mac=00:00:00:00:00:00', false],
    ['agent=leaf1', true],
    ['agent=10.0.0.1', true],
    ['agent~leaf.*', true],
    ['agent!~leaf', true],
    ['inputifindex=7', true],
    ['inputifindex=8', false],
    ['outputifindex!=discard&direction=ingress', true],
    ['ifname:inputifindex=swp7', true],
    ['ifname:outputifindex=swp7', false],
    ['or:ip6source:ipsource=10.4.1.2', true],
    ['or:ip6source:ipsource=10.4.0.0/16', true],
    ['or:ip6source:ipsource=10.5.0.0/16', false],
    ['[ipsource]=10.4.1.2', true],
    ['ipsource.1=null', true],
    ['stack~.*tcp', true],
    ['stack~.*udp|vlan=null', true],
    ['(stack~.*udp|vlan=null)&port=1', false],
    ['ipsource~10\\.4\\..*', true],
    ['ipsource~10', false],
    ['ip6source~.*', false],
    ['ip6source!~.*', true],
  ])('%s: %s', (filter, expected) => {
    expect(accepts(filter)).toBe(expected);
  });

  it('reads IPv6 in any spelling, and compares by bits', () => {
    expect(accepts('ip6source=FE80:0::1', six)).toBe(true);
    expect(accepts('ip6source=fe80::/10', six)).toBe(true);
    expect(accepts('ip6source=fe80::/128', six)).toBe(false);
    expect(accepts('address=2001:db8::/32', six)).toBe(true);
    expect(accepts('ipsource=0.0.0.0/0', six)).toBe(false);
    expect(accepts('application=domain', six)).toBe(true);
  });

  it('takes the names that a user gave to services and protocols', () => {
    const own = new ServiceNames(
      new Map([
        ['6/40268', 'portal'],
        ['6', 'reliable'],
      ]),
    );
    const told = (filter: string, sample = made) =>
      accepts(filter, sample, { ...NO_CONTEXT, services: () => own });
    // Of two named ports the lower one is the server's.
    expect(told('application=https')).toBe(true);
    expect(told('port=portal&tcpsourceport=Portal&ipprotocol=reliable,9')).toBe(true);
    expect(told('protocol=RELIABLE&protocol=6&udpsourceport=null')).toBe(true);
    const high = { ...made, sourcePort: 40_000, destinationPort: 40_268 };
    expect(told('application=portal', high)).toBe(true);
    expect(accepts('application=6:40000', high)).toBe(true);
    expect(() => accepts('port=portal')).toThrow('no value of');
  });

  it('finds a MAC address however it is spelled', () => {
    let mac = '';
    const key = compileKey('macsource');
    const words = new Uint32Array(key.words);
    readSamples([made], {
      flow(sample) {
        key.read(sample, words, 0);
        mac = key.text(words, 0, names);
      },
    });
    const spelled = mac.toLowerCase().replace(/..(?!$)/g, '$&:');
    expect(accepts(`macsource=${mac}`)).toBe(true);
    expect(accepts(`mac=${spelled}`)).toBe(true);
    expect(accepts(`or:ip6source:macsource=${spelled}`)).toBe(true);
    expect(accepts(`macsource!=${spelled}`)).toBe(false);
  });

  it('hears of names that are learned later', () => {
    let name = '';
    const learning = { ...names, agentName: () => name };
    const { accepts: test } = compileFilter('agent=leaf9', learning)!;
    const got: boolean[] = [];
    const at = (timeMs: number): Made => ({ ...made, timeMs });
    readSamples([at(0), at(1000), at(30_000)], {
      flow(sample) {
        got.push(test(sample));
        name = 'leaf9';
      },
    });
    expect(got[0]).toBe(false);
    expect(got[2]).toBe(true);
  });

  it('asks for names where it shows them', () => {
    expect(compileFilter('vlan=1&agent=leaf1', names)!.usesNames).toBe(true);
    expect(compileFilter('vlan=1', names)!.usesNames).toBe(false);
    expect(compileFilter('  ', names)).toBeNull();
  });
});

describe('a filter that cannot be asked', () => {
  it.each([
    ['vlan=1&colour=red', 7, 'There is no flow key “colour” (at position 8).'],
    ['sum:vlan=1', 0, 'There is no key function “sum” (at position 1).'],
    ['or:ipsource:colour=1', 12, 'There is no flow key “colour” (at position 13).'],
    ['vlan=1&null:[or:colour:vlan]:x=1', 16, 'There is no flow key “colour” (at position 17).'],
    ['vlan=abc', 5, '“abc” at position 6 is no value of vlan, which is a number.'],
    [
      'ipsource=10.4.1',
      9,
      '“10.4.1” at position 10 is no address or subnet of ipsource; write it as in 10.4.1.2 or 10.4.0.0/16.',
    ],
    ['ipsource=::1', 9, '“::1” at position 10 is no IPv4 address, which ipsource is.'],
    ['mac=12', 4, '“12” at position 5 is no MAC address of macsource; write it as in 6c:64:1a:00:1a:80.'],
    [
      'address=here',
      8,
      '“here” at position 9 is no address or subnet of ipsource; write it as in 10.4.1.2 or 10.4.0.0/16.',
    ],
    [
      `stack~${'a'.repeat(513)}`,
      6,
      'The regular expression at position 7 has 513 characters; at most 512 are read.',
    ],
    ['vlan=', 5, 'A value is missing at position 6; write null for an absent key, or "" for an empty text.'],
  ])('%s', (filter, start, message) => {
    expect(filterProblem(filter)).toMatchObject({ start, message });
  });

  it.each([
    'stack~"["',
    'stack~"(?=a)b"',
    'stack~"(.*){500}"',
    'stack~"a{2000}"',
    String.raw`stack~"(a)\\1"`,
  ])('%s, which is no regular expression of linear time', (filter) => {
    expect(filterProblem(filter)).toMatchObject({
      start: 6,
      message: expect.stringContaining('regular expression'),
    });
  });

  it('reads as many names as a filter can hold', () => {
    const names = Array.from({ length: 600 }, (_, index) => (index % 2 === 0 ? 'https' : 'ssh'));
    expect(filterProblem(`port=${names.join()}&ethernetprotocol=arp,ipv4`)).toBeNull();
    expect(accepts(`port=${names.join()}`)).toBe(true);
    expect(filterProblem(`port=${names.join()},nobody`)).toMatchObject({
      message: expect.stringContaining('“nobody”'),
    });
  });

  it('leaves patterns that make others run for ever without effect', () => {
    // Each of these takes a backtracking engine time that doubles with every character.
    const long = { ...made, agent: '10.0.0.1' };
    const slow = { ...names, agentName: () => `${'a'.repeat(1400)}!` };
    for (const pattern of ['(a+)+', '([a-zA-Z]+)*', '(a|aa)+', '(a|a?)+', '(.*a){20}', '(x+x+)+y']) {
      const { accepts: test } = compileFilter(`agent~"${pattern}"`, slow)!;
      readSamples([long], { flow: (sample) => expect(test(sample)).toBe(false) });
    }
  });
});

describe('any filter over any samples', () => {
  const keys = [
    'ipsource',
    'ip6destination',
    'protocol',
    'tcpdestinationport',
    'sourceport',
    'vlan',
    'inputifindex',
    'direction',
    'or:ipsource:ip6source',
    'application',
    'stack',
    'ethernetprotocol',
  ] as const;
  const sample: fc.Arbitrary<Made> = fc
    .record({
      timeMs: fc.integer({ min: 0, max: 60_000 }),
      agent: fc.constantFrom('10.0.0.1', '10.0.0.2'),
      dataSource: fc.constantFrom(7, 9),
      input: fc.constantFrom(7, 8, 0x3fff_ffff),
      output: fc.constantFrom(9, 0),
      rate: fc.constant(10),
      octets: fc.constant(100),
      source: fc.constantFrom('10.4.1.2', '10.4.1.3', 'fe80::1'),
      destination: fc.constant('10.9.9.9'),
      protocol: fc.constantFrom(6 as const, 17 as const),
      sourcePort: fc.constantFrom(53, 443, 40_000),
      destinationPort: fc.constantFrom(53, 443),
    })
    .map((one) => (one.source.includes(':') ? { ...one, destination: '2001:db8::2' } : one));
  const values: Record<(typeof keys)[number], string[]> = {
    ipsource: ['10.4.1.2', '10.4.1.3'],
    ip6destination: ['2001:DB8::2', '2001:DB8::3'],
    protocol: ['6', '17'],
    tcpdestinationport: ['53', '443'],
    sourceport: ['53', '40000'],
    vlan: ['1'],
    inputifindex: ['7', 'internal', '8'],
    direction: ['ingress', 'egress'],
    'or:ipsource:ip6source': ['10.4.1.2', 'FE80::1'],
    application: ['6:443', '17:53'],
    stack: ['eth.ip.tcp', 'eth.ip6.udp'],
    ethernetprotocol: ['2048', '34525'],
  };
  const patterns = ['.*', '1.*', '[0-9.]+', '.*(tcp|ingress)', '443?'];
  const test: fc.Arbitrary<FilterExpression> = fc
    .tuple(fc.constantFrom(...keys), fc.constantFrom<FilterOperator>('=', '!=', '~', '!~'))
    .chain(([key, operator]) =>
      fc
        .array(
          operator.endsWith('~') ? fc.constantFrom(...patterns) : fc.option(fc.constantFrom(...values[key])),
          {
            minLength: 1,
            maxLength: 3,
          },
        )
        .map((list) => parseFilter(printCondition(key, operator, list))!),
    );
  const { filter } = fc.letrec<{ filter: FilterExpression }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small' },
      test,
      fc
        .tuple(
          fc.constantFrom<'all' | 'any'>('all', 'any'),
          fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
        )
        .map(([kind, parts]) => group(kind, parts)),
    ),
  }));

  /** By the text of each key alone, with the platform's regular expressions. */
  function slowly(expression: FilterExpression, textOf: (key: string) => string): boolean {
    if (expression.kind !== 'test') {
      const holds = expression.parts.map((part) => slowly(part, textOf));
      return expression.kind === 'all' ? !holds.includes(false) : holds.includes(true);
    }
    const { operator } = expression;
    const said = textOf(expression.left.text);
    const holds = expression.values.some(({ text }) => {
      if (operator.endsWith('~')) return said !== '' && new RegExp(`^(?:${text})$`).test(said);
      return text === null ? said === '' : said === text;
    });
    return operator.startsWith('!') ? !holds : holds;
  }

  it('accepts what its text says', () => {
    fc.assert(
      fc.property(filter, fc.array(sample, { minLength: 1, maxLength: 12 }), (expression, samples) => {
        const { accepts: accepted } = compileFilter(printFilter(expression), names)!;
        const compiled = new Map(keys.map((key) => [key as string, compileKey(key)]));
        // Protocols are compared by other names too; no pattern above holds for those alone but not the number.
        readSamples(samples, {
          flow(read) {
            const textOf = (key: string): string => {
              const one = compiled.get(key)!;
              const words = new Uint32Array(one.words);
              one.read(read, words, 0);
              return one.text(words, 0, names);
            };
            expect(accepted(read)).toBe(slowly(expression, textOf));
          },
        });
      }),
      { numRuns: 400, seed: 28 },
    );
  });
});
