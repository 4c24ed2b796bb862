/** The key functions, by the examples that sFlow-RT gives for them and by their edges. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKey, compileKeys } from '../../main/flows/compile.ts';
import { type FunctionContext, NO_CONTEXT } from '../../main/flows/functions/context.ts';
import { derivedKey } from '../../main/flows/functions/derived.ts';
import { keyFunctions } from '../../main/flows/functions/list.ts';
import { uriPart } from '../../main/flows/functions/uri.ts';
import { KeyError } from '../../main/flows/key.ts';
import { flowKeys } from '../../main/flows/keys.ts';
import * as f from '../packet/frames.ts';
import { names, readAll, readKey, record, type Sampled, textOf } from './sampled.ts';

const context: FunctionContext = {
  ...NO_CONTEXT,
  names,
  group: (address, table) =>
    table === 'custom' ? (address === '10.1.0.1' ? 'servers' : null) : table === 'default' ? 'private' : null,
  mapped: (value, table) => (table === 'ix_member' && value === '020000000001' ? 'Member 7' : null),
  country: (address) => (address === '10.1.0.1' ? { code: 'CH', name: 'Switzerland' } : null),
  autonomousSystem: (address) =>
    address === '10.1.0.1' ? { number: 64_512, description: 'Example net' } : null,
  vendor: (mac) => (mac.startsWith('020000') ? 'Acme' : null),
  host: (address, attribute) => (address === '10.1.0.1' ? `${attribute} of web1` : null),
  domainName: (address) => (address === '10.1.0.1' ? 'web1.example.com' : null),
  node: (agent) => (agent === '10.0.0.1' ? 'leaf-1' : null),
  link: (agent, ifIndex) => (agent === '10.0.0.1' && ifIndex === 3 ? 'leaf-1~spine-1' : null),
};

const segment: Sampled = {
  frame: f.ethernet(
    {},
    f.ipv4(
      { source: '10.1.0.1', destination: '10.2.3.4' },
      f.tcp({ sourcePort: 443, destinationPort: 40_000 }),
    ),
  ),
};
const sixth: Sampled = {
  frame: f.ethernet({}, f.ipv6({ source: '2001:db8:1:2::3', flowLabel: 0x3fefc | 3 }, f.udp())),
};
const request = (uri: string): Sampled => ({
  records: [record('http_request', { method: 2, protocol: 1001, uri, host: 'example.com' }, 2206)],
});
const routed = (as: number, sourceAs: number): Sampled => ({
  frame: f.ethernet({}, f.ipv4()),
  records: [
    record('extended_gateway', {
      nexthop: '10.0.0.9',
      as,
      src_as: sourceAs,
      dst_as_path: [],
      communities: [],
    }),
  ],
});

function refused(text: string): string {
  try {
    compileKey(text);
  } catch (error) {
    if (error instanceof KeyError) return error.message;
    throw error;
  }
  return 'taken';
}

describe('key functions', () => {
  const examples: readonly (readonly [key: string, sampled: Sampled, says: string])[] = [
    ['group:ipsource:custom:default', segment, 'servers'],
    ['group:ipdestination:custom:default', segment, 'private'],
    ['group:ipdestination:custom', segment, ''],
    ['group:ipdestination', segment, 'private'],
    ['country:ipsource', segment, 'CH'],
    ['country:ipsource:name', segment, 'Switzerland'],
    ['country:ipsource:both', segment, 'CH Switzerland'],
    ['null:[country:ipdestination:both]:', segment, ''],
    ['asn:ipsource', segment, '64512'],
    ['asn:ipsource:descr', segment, 'Example net'],
    ['asn:ipsource:both', segment, '64512 Example net'],
    ['asn:ipdestination', segment, ''],
    ['oui:macsource', segment, '020000'],
    ['oui:macsource:name', segment, 'Acme'],
    ['oui:ipsource', segment, ''],
    ['host:ipsource:vir_host_name', segment, 'vir_host_name of web1'],
    ['host:ipsource', segment, 'host_name of web1'],
    ['host:ipdestination:uuid', segment, ''],
    ['dns:ipsource', segment, 'web1.example.com'],
    ['dns:ipdestination', segment, '10.2.3.4'],
    ['dns:ip6source', segment, ''],
    ['suffix:[dns:ipsource]:.:2', segment, 'example.com'],
    ['prefix:[uri:httpurl:path]:/:2', request('http://localhost:8008/metrics/json'), '/metrics'],
    ['prefix:[uri:httpurl:path]:/:9', request('http://localhost:8008/metrics/json'), '/metrics/json'],
    ['uri:httpurl:host', request('/login.php'), ''],
    ['uri:httpurl:path', request('/games/chess?x=1'), '/games/chess'],
    ['suffix:stack:.:1', segment, 'tcp'],
    ['prefix:stack:.:2', segment, 'eth.ip'],
    ['first:stack:.:ip:ip6', segment, 'ip'],
    ['first:stack:.:ip:ip6', sixth, 'ip6'],
    ['first:stack:.:arp', segment, ''],
    ['mask:ipsource:24', segment, '10.1.0.0/24'],
    ['mask:ipsource:0', segment, '0.0.0.0/0'],
    ['mask:ipsource:64', segment, '10.1.0.1/32'],
    ['mask:ip6source:48', sixth, '2001:DB8:1::/48'],
    ['mask:[or:ipsource:ip6source]:48', sixth, '2001:DB8:1::/48'],
    ['mask:[or:ipsource:ip6source]:8', segment, '10.0.0.0/8'],
    ['mask:bgpnexthop:30', routed(1, 2), '10.0.0.8/30'],
    ['mask:macsource:8', segment, ''],
    ['null:vlan:undefined', segment, 'undefined'],
    ['null:ipsource:undefined', segment, '10.1.0.1'],
    ['or:ipsource:ip6source', sixth, '2001:DB8:1:2::3'],
    ['or:tcpsourceport:udpsourceport', segment, '443'],
    ['or:vlan:stack', segment, 'eth.ip.tcp'],
    ['or:vlan:priority', segment, ''],
    ['eq:bgpsourceas:bgpas', routed(64_512, 64_512), 'true'],
    ['eq:bgpsourceas:bgpas', routed(64_512, 64_513), 'false'],
    ['eq:bgpsourceas:bgpas', segment, ''],
    ['eq:[or:ipsource:ip6source]:ipsource', segment, 'true'],
    ['eq:ipsource:stack', segment, 'false'],
    ['range:tcpsourceport:0:1023', segment, 'true'],
    ['range:tcpdestinationport:0:1023', segment, 'false'],
    ['range:bytes:1519', segment, 'false'],
    ['range:bytes:1000', segment, 'true'],
    ['range:udpsourceport:0:1023', segment, ''],
    ['range:[suffix:dnsqname:.:1]:1', segment, ''],
    ['if:[first:stack:.:ip:ip6]:ip:[dns:ipsource]:[dns:ip6source]', segment, 'web1.example.com'],
    ['if:[first:stack:.:ip:ip6]:ip:[dns:ipsource]:[dns:ip6source]', sixth, '2001:DB8:1:2::3'],
    ['if:[first:stack:.:ip:ip6]:ip:ipsource:ip6source', sixth, '2001:DB8:1:2::3'],
    ['if:ipprotocol:6:stack:vlan', segment, 'eth.ip.tcp'],
    ['if:ipprotocol:7:stack:vlan', segment, ''],
    ['map:macsource:ix_member', segment, 'Member 7'],
    ['map:macdestination:ix_member', segment, ''],
    ['null:[map:[bits:ip6flowlabel:261884]:scitag]:unknown', sixth, 'unknown'],
    ['link:inputifindex', segment, 'leaf-1~spine-1'],
    ['link:outputifindex', segment, ''],
    ['node:inputifindex', segment, 'leaf-1'],
    ['ifname:inputifindex', segment, 'swp3'],
    ['ifname:inputifindex', { ...segment, input: 0x3fff_ffff }, 'internal'],
    ['bits:ip6flowlabel:261884', sixth, '261884'],
    ['bits:ip6flowlabel:1', sixth, '1'],
    ['bits:ip6flowlabel:1', segment, ''],
    ['concat:\\::ipprotocol:tcpsourceport', segment, '6:443'],
    ['concat:-:ipsource:[null:vlan:none]:tcpsourceport', segment, '10.1.0.1-none-443'],
    ['concat:-:ipsource:vlan', segment, ''],
    ['concat::ipprotocol:ipttl', segment, '664'],
  ];
  for (const [key, sampled, says] of examples)
    it(`${key} says “${says}”`, () => {
      expect(textOf(key, sampled, context)).toBe(says);
    });

  it('answer absent, with all words zero, where nothing is known', () => {
    for (const key of [
      'country:ipsource',
      'asn:ipsource',
      'oui:macsource:name',
      'host:ipsource',
      'group:ipsource',
      'map:ipsource:a',
      'link:inputifindex',
      'node:inputifindex',
    ]) {
      const { text, words } = readKey(key, segment);
      expect([key, text, words.every((word) => word === 0)]).toEqual([key, '', true]);
    }
    expect(readKey('dns:ipsource', segment).text).toBe('10.1.0.1');
  });

  it('keep a present but empty text apart from an absent one', () => {
    expect(readKey('null:vlan:', segment).words[0]).toBe(1);
    expect(readKey('vlan', segment).words[0]).toBe(0);
  });

  it('ask once per value, and again at a new revision', () => {
    let revision = 0;
    let asked = 0;
    const counting: FunctionContext = {
      ...NO_CONTEXT,
      revision: () => revision,
      domainName(address) {
        asked++;
        return revision === 0 ? null : `name of ${address}`;
      },
    };
    const key = compileKey('dns:ipsource', counting);
    const words = new Uint32Array(key.words);
    const seen: string[] = [];
    readAll(
      Array.from({ length: 6 }, () => segment),
      (sample, index) => {
        if (index === 3) revision++;
        key.read(sample, words, 0);
        seen.push(key.text(words, 0, names));
      },
    );
    expect([asked, seen[2], seen[3]]).toEqual([2, '10.1.0.1', 'name of 10.1.0.1']);
  });

  it('stay right past the number of results that are kept', () => {
    const port = compileKey('tcpsourceport');
    const key = derivedKey('Port', [port], NO_CONTEXT, (text = '') => `port ${text}`, 4);
    const words = new Uint32Array(key.words);
    const ports = [1, 2, 3, 4, 5, 6, 1, 2, 3, 1, 9, 9, 1];
    const samples = ports.map((sourcePort) => ({ frame: f.ethernet({}, f.ipv4({}, f.tcp({ sourcePort }))) }));
    const firstWords = new Map<number, number>();
    readAll(samples, (sample, index) => {
      key.read(sample, words, 0);
      const sourcePort = ports[index]!;
      expect(key.text(words, 0, names)).toBe(`port ${sourcePort}`);
      expect(firstWords.get(sourcePort) ?? words[1]).toBe(words[1]);
      firstWords.set(sourcePort, words[1]!);
    });
  });

  it('say whether their words may be stored', () => {
    expect(
      compileKeys(['or:ipsource:ip6source:macsource', 'mask:ipsource:24', 'eq:bgpas:bgpsourceas']).stable,
    ).toBe(true);
    for (const key of ['stack', 'httphost', 'dns:ipsource', 'or:ipsource:dnsqname', 'null:vlan:none'])
      expect([key, compileKeys(['ipsource', key]).stable]).toEqual([key, false]);
  });

  it('are refused in a sentence that names what is wrong', () => {
    const wrong: readonly (readonly [string, string])[] = [
      ['prefx:stack:.:1', 'There is no key function “prefx”; the nearest is “prefix”.'],
      ['ipsource:1', 'The flow key “ipsource” takes no arguments; “ipsource:1” gives it some.'],
      ['dns', 'The function “dns” needs arguments, as in dns:ipsource.'],
      ['dns:ipsorce', 'There is no flow key “ipsorce”; the nearest is “ipsource”.'],
      ['dns:ipsource:ipdestination', 'The function “dns” takes one key, as in dns:ipsource.'],
      ['prefix:stack:.:0', 'takes as number of parts a whole number from 1 to 1024'],
      ['prefix:stack::1', 'needs a delimiter'],
      ['prefix:stack:.', 'takes a key, a delimiter and a number of parts'],
      ['mask:ipsource:129', 'takes as number of bits a whole number from 0 to 128'],
      ['mask:ipsource:x', '“x” is not that'],
      ['uri:httpurl:hots', 'takes as part one of normalized, scheme'],
      ['country:ipsource:cod', 'takes as second argument one of code, name, both'],
      ['host:ipsource:name', 'takes as second argument one of host_name'],
      ['range:ipsource:1', 'takes a key that is a number'],
      ['range:ipttl:9:1', 'needs its lower bound first'],
      ['bits:ipttl:0', 'takes as mask a whole number from 1'],
      ['ifname:ipsource', 'takes inputifindex or outputifindex'],
      ['map:ipsource:', 'needs the name of a table'],
      ['group:ipsource:a:', 'needs names of tables'],
      ['eq:ipsource', 'takes two keys'],
      ['if:ipsource:1:ipsource', 'takes a key, a text and two keys'],
      ['concat:-:ipsource', 'takes a separator and two to 16 keys'],
    ];
    for (const [text, sentence] of wrong)
      expect([text, refused(text)]).toEqual([text, expect.stringContaining(sentence)]);
    for (const [text] of wrong) expect(refused(text)).toMatch(/^[A-Z].*\.$/);
  });

  it('have an example each that compiles, and never throw but a KeyError', () => {
    for (const { example, about } of keyFunctions) {
      expect([example, refused(example)]).toEqual([example, 'taken']);
      expect(about).toMatch(/^[A-Z].*\.$/);
    }
    const part = fc.constantFrom(
      ...keyFunctions.map(({ name }) => name),
      ...flowKeys.slice(0, 30).map(({ name }) => name),
      ':',
      '[',
      ']',
      '\\',
      '.1',
      '1',
      '',
      'x',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (parts) => void refused(parts.join(''))),
      { numRuns: 2000 },
    );
  });
});

describe('the parts of a URL', () => {
  it('are those of RFC 3986', () => {
    const parts = [
      'normalized',
      'scheme',
      'user',
      'authority',
      'host',
      'port',
      'path',
      'file',
      'extension',
      'query',
      'fragment',
      'isabsolute',
      'isopaque',
    ] as const;
    const all = (uri: string) => parts.map((part) => uriPart(uri, part));
    expect(all('HTTP://bob@Example.com:8080/a/../b/c.tar.gz?q=1#top')).toEqual([
      'http://bob@example.com:8080/b/c.tar.gz?q=1#top',
      'http',
      'bob',
      'bob@Example.com:8080',
      'example.com',
      '8080',
      '/a/../b/c.tar.gz',
      'c.tar.gz',
      'gz',
      'q=1',
      'top',
      'true',
      'false',
    ]);
    expect(all('/login.php')).toEqual([
      '/login.php',
      null,
      null,
      null,
      null,
      null,
      '/login.php',
      'login.php',
      'php',
      null,
      null,
      'false',
      'false',
    ]);
    expect(all('mailto:a@b.c')).toEqual([
      'mailto:a@b.c',
      'mailto',
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      'true',
      'true',
    ]);
    expect(uriPart('http://[2001:db8::1]:80/', 'host')).toBe('[2001:db8::1]');
    expect(uriPart('/.profile', 'extension')).toBeNull();
    expect(uriPart('/a/./b/../../../c/', 'normalized')).toBe('/c/');
    expect(uriPart('', 'normalized')).toBe('');
  });
});

describe('words and texts', () => {
  /** Values that may meet: few of each, so that equal ones come up. */
  const small = fc.integer({ min: 0, max: 3 });
  const sampledArbitrary: fc.Arbitrary<Sampled> = fc
    .record({
      six: fc.boolean(),
      host: small,
      port: small,
      udp: fc.boolean(),
      name: small,
      vlan: small,
      output: small,
    })
    .map(({ six, host, port, udp, name, vlan, output }) => {
      const transport = udp
        ? f.udp(
            { sourcePort: 53, destinationPort: port },
            f.dns({ name: ['a.example', 'b.example', 'A.example', '10.0.0.1'][name]! }),
          )
        : f.tcp({ sourcePort: port, destinationPort: 80 });
      const packet = six
        ? f.ipv6({ source: `2001:db8::${host}` }, transport)
        : f.ipv4({ source: `10.0.0.${host}` }, transport);
      return {
        frame: f.ethernet({ vlans: vlan === 0 ? [] : [{ id: vlan }] }, packet),
        output: output < 2 ? output : { format: output - 1, value: host },
        records:
          name === 0
            ? []
            : [
                record(
                  'http_request',
                  {
                    method: 2,
                    protocol: 1001,
                    uri: `/${port}`,
                    host: ['', '80', 'b.example', '10.0.0.1'][name]!,
                  },
                  2206,
                ),
              ],
      };
    });
  const keys = [
    ...flowKeys.map(({ name }) => name),
    'or:ipsource:ip6source:macsource',
    'or:tcpsourceport:udpdestinationport',
    'or:httphost:dnsqname:ipsource',
    'or:[or:ip6source:ipsource]:macsource',
    'or:[or:vlan:tcpsourceport]:udpdestinationport',
    'if:ipprotocol:17:udpdestinationport:tcpsourceport',
    'if:ipprotocol:17:dnsqname:ipsource',
    'null:vlan:1',
    'mask:ipsource:30',
    'suffix:dnsqname:.:1',
    'concat:.:ipsource:tcpsourceport',
    'outputifindex',
    'dns:ipsource',
    'bits:tcpsourceport:1',
  ];

  it('are equal together, for every key and function', () => {
    fc.assert(
      fc.property(fc.array(sampledArbitrary, { minLength: 2, maxLength: 24 }), (samples) => {
        for (const name of keys) {
          const key = compileKey(name, context);
          const words = new Uint32Array(key.words);
          const byText = new Map<string, string>();
          const byWords = new Map<string, string>();
          readAll(samples, (sample) => {
            words.fill(0xdead_beef);
            key.read(sample, words, 0);
            const said = words[0] === 0 ? 'absent' : `“${key.text(words, 0, names)}”`;
            const written = words.join();
            expect([name, byText.get(said) ?? written]).toEqual([name, written]);
            expect([name, byWords.get(written) ?? said]).toEqual([name, said]);
            byText.set(said, written);
            byWords.set(written, said);
          });
        }
      }),
      { numRuns: 25, seed: 7 },
    );
  });
});
