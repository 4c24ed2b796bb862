/** Reverse lookups: what goes out is bounded whatever is asked, what comes back holds as long as the server said. */
import { afterEach, describe, expect, it } from 'vitest';
import { addressOfReverseName, dnsQuery, readDnsMessage, reverseName } from '../../main/names/dns-message.ts';
import { HeardDns, MOST_HEARD, MOST_READ_PER_SECOND } from '../../main/names/heard-dns.ts';
import { askByUdp, type PtrAnswer, parseDnsServer } from '../../main/names/ptr-query.ts';
import {
  MOST_KEPT,
  MOST_PER_SECOND,
  MOST_QUEUED,
  MOST_UNDER_WAY,
  ReverseResolver,
} from '../../main/names/resolver.ts';
import { dnsName, type NameServer, type Reply, responseTo, startNameServer } from './name-server.ts';

/** A resolver whose time and answers are the test's. */
function made(answer: (address: string) => PtrAnswer | Error | null) {
  let nowMs = 0;
  let learned = 0;
  const timers: { atMs: number; run: () => void }[] = [];
  const asked: { address: string; atMs: number }[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const resolver = new ReverseResolver({
    nowMs: () => nowMs,
    learned: () => learned++,
    later: (run, ms) => timers.push({ atMs: nowMs + ms, run }),
    query: (address) => {
      asked.push({ address, atMs: nowMs });
      mostUnderWay = Math.max(mostUnderWay, ++underWay);
      const given = answer(address);
      if (given === null) return new Promise(() => {});
      underWay--;
      return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
    },
  });
  resolver.set(['192.0.2.53'], true);
  const settle = async () => {
    for (let i = 0; i < 40; i++) await Promise.resolve();
  };
  const pass = async (ms: number) => {
    const until = nowMs + ms;
    for (;;) {
      await settle();
      const index = timers.findIndex(({ atMs }) => atMs <= until);
      if (index < 0) break;
      const [{ atMs, run }] = timers.splice(index, 1) as [{ atMs: number; run: () => void }];
      nowMs = Math.max(nowMs, atMs);
      run();
    }
    nowMs = until;
    await settle();
  };
  return { resolver, asked, pass, most: () => mostUnderWay, learned: () => learned };
}

const addressOf = (number: number): string =>
  `10.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;

describe('a million addresses', () => {
  it('are asked for fifty a second, a thousand waiting, and what is kept does not grow', async () => {
    const { resolver, asked, pass, most } = made((address) => ({
      name: `${address}.example.`,
      ttlSeconds: 60,
    }));
    for (let i = 0; i < 1_000_000; i++) resolver.name(addressOf(i));
    expect(resolver.pending).toBeLessThanOrEqual(MOST_QUEUED + MOST_UNDER_WAY);
    expect(resolver.turnedAway).toBeGreaterThan(990_000);
    await pass(10_000);
    expect(most()).toBeLessThanOrEqual(MOST_UNDER_WAY);
    for (let second = 0; second < 10; second++) {
      const within = asked.filter(({ atMs }) => atMs >= second * 1000 && atMs < second * 1000 + 1000).length;
      // The first second has what was saved up before it as well.
      expect(within).toBeLessThanOrEqual(second === 0 ? 2 * MOST_PER_SECOND : MOST_PER_SECOND + 1);
    }
    expect(asked.length).toBeGreaterThan(8 * MOST_PER_SECOND);
    await pass(60_000);
    expect(resolver.pending).toBe(0);
    expect(resolver.cached).toBeLessThanOrEqual(MOST_QUEUED + MOST_UNDER_WAY);
    expect(resolver.cached).toBeLessThanOrEqual(MOST_KEPT);
  });

  it('that nobody answers leave eight questions under way', () => {
    const { resolver, asked } = made(() => null);
    for (let i = 0; i < 100_000; i++) resolver.name(addressOf(i));
    expect(asked.length).toBe(MOST_UNDER_WAY);
    expect(resolver.pending).toBe(MOST_QUEUED + MOST_UNDER_WAY);
  });
});

describe('what came back', () => {
  it('holds as long as the server said, and is told on while it is asked for anew', async () => {
    let name = 'one.example.';
    const { resolver, asked, pass, learned } = made(() => ({ name, ttlSeconds: 100 }));
    expect(resolver.name('10.0.0.1')).toBeNull();
    await pass(1);
    expect(resolver.name('10.0.0.1')).toBe('one.example.');
    await pass(99_000);
    resolver.name('10.0.0.1');
    expect(asked.length).toBe(1);
    name = 'two.example.';
    await pass(2000);
    expect(resolver.name('10.0.0.1')).toBe('one.example.');
    await pass(1);
    expect(resolver.name('10.0.0.1')).toBe('two.example.');
    expect(asked.length).toBe(2);
    expect(learned()).toBe(2);
  });

  it('may be that there is no name, which holds too', async () => {
    const { resolver, asked, pass, learned } = made(() => ({ name: null, ttlSeconds: 300 }));
    resolver.name('10.0.0.1');
    await pass(299_000);
    expect(resolver.name('10.0.0.1')).toBeNull();
    expect(asked.length).toBe(1);
    await pass(2000);
    resolver.name('10.0.0.1');
    expect(asked.length).toBe(2);
    expect(learned()).toBe(0);
  });

  it('may be a failure: it is said, the old name stays, and soon it is tried again', async () => {
    let answer: PtrAnswer | Error = { name: 'a.example.', ttlSeconds: 60 };
    const { resolver, asked, pass } = made(() => answer);
    resolver.name('10.0.0.1');
    await pass(61_000);
    answer = new Error('The name server 192.0.2.53 does not answer.');
    resolver.name('10.0.0.1');
    await pass(1);
    expect(resolver.name('10.0.0.1')).toBe('a.example.');
    expect(resolver.problem).toBe('The name server 192.0.2.53 does not answer.');
    await pass(121_000);
    resolver.name('10.0.0.1');
    expect(asked.length).toBe(3);
  });

  it('is forgotten with its servers, and nothing is asked while it is off', async () => {
    const { resolver, asked, pass } = made(() => ({ name: 'a.example.', ttlSeconds: 60 }));
    resolver.name('10.0.0.1');
    await pass(1);
    resolver.set([], false);
    expect(resolver.name('10.0.0.1')).toBeNull();
    expect(resolver.known('10.0.0.1')).toBeNull();
    expect(asked.length).toBe(1);
  });
});

describe('a question to a name server', () => {
  let server: NameServer | null = null;
  afterEach(() => {
    server?.close();
    server = null;
  });
  const ask = async (reply: (address: string) => Reply | null, address = '192.0.2.1') => {
    server = await startNameServer(reply);
    return askByUdp(address, [server.address]);
  };

  it('brings the name with the root’s full stop, in lower case, and its time to live', async () => {
    const labels = ['xenvm11', 'SF', 'inmon', 'com'];
    expect(await ask(() => ({ labels, ttlSeconds: 1234 }))).toEqual({
      name: 'xenvm11.sf.inmon.com.',
      ttlSeconds: 1234,
    });
    expect(server!.asked).toEqual(['192.0.2.1']);
  });

  it('asks for IPv6 under ip6.arpa', async () => {
    await ask(() => ({ labels: ['six', 'example'] }), '2001:db8::1');
    expect(server!.asked).toEqual(['2001:db8::1']);
  });

  it('takes for how long there is no name from the SOA', async () => {
    expect(await ask(() => ({ minimumSeconds: 77 }))).toEqual({ name: null, ttlSeconds: 77 });
  });

  it('goes on to the next server where one refuses', async () => {
    server = await startNameServer(() => ({ labels: ['a', 'example'] }));
    const refusing = await startNameServer(() => ({ code: 5 }));
    try {
      expect(await askByUdp('192.0.2.1', [refusing.address, server.address])).toMatchObject({
        name: 'a.example.',
      });
      await expect(askByUdp('192.0.2.1', [refusing.address])).rejects.toThrow(
        'The name server 127.0.0.1 refuses to answer (code 5).',
      );
    } finally {
      refusing.close();
    }
  });

  it('takes nothing but letters, digits, hyphens and underscores for plain', async () => {
    const hostile = [
      '<b>x</b>',
      "=cmd|' /C calc'!A0",
      'a\r\nSet-Cookie: x',
      'a\u202Eb',
      'a,b',
      'a.b\\',
      '\u0000',
    ];
    const { name } = await ask(() => ({ labels: [...hostile, 'example'] }));
    expect(name).toMatch(/^(?:[a-z0-9_-]|\\\d{3}|\.)+$/);
    expect(name).toContain('\\060b\\062x\\060\\047b\\062.');
    expect(name!.split('.')).toHaveLength(hostile.length + 2);
  });
});

describe('addresses of name servers', () => {
  it.each([
    ['192.0.2.1', { address: '192.0.2.1', port: 53 }],
    ['192.0.2.1:5353', { address: '192.0.2.1', port: 5353 }],
    ['2001:db8::1', { address: '2001:db8::1', port: 53 }],
    ['[2001:db8::1]:5353', { address: '2001:db8::1', port: 5353 }],
    ['dns.example', null],
    ['192.0.2.1:0', null],
    ['192.0.2.1:70000', null],
    ['', null],
  ])('%s', (text, server) => expect(parseDnsServer(text)).toEqual(server));
});

describe('names of addresses', () => {
  it.each(['192.0.2.1', '2001:db8::1', '2001:db8:0:1::a', '255.255.255.255'])(
    'go forth and back: %s',
    (address) => {
      const name = reverseName(address)!;
      const query = dnsQuery(7, name, 12);
      expect(readDnsMessage(query, 0, query.length)?.question).toEqual({ name, type: 12 });
      expect(addressOfReverseName(name)).toBe(address);
    },
  );
});

describe('sampled DNS answers', () => {
  const answer = (question: string[], type: number, data: number[], more: number[] = []): Uint8Array =>
    Uint8Array.from([
      ...[0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0],
      ...[...dnsName(question), 0, type, 0, 1],
      ...[0xc0, 12, 0, type, 0, 1, 0, 0, 1, 0, 0, data.length, ...data],
      ...more,
    ]);
  const take = (heard: HeardDns, octets: Uint8Array, timeMs = 0): boolean =>
    heard.take(octets, 0, octets.length, timeMs);

  it('name addresses after what was asked', () => {
    const heard = new HeardDns();
    expect(take(heard, answer(['WWW', 'example'], 1, [192, 0, 2, 7]))).toBe(true);
    expect(take(heard, answer(['www', 'example'], 1, [192, 0, 2, 7]))).toBe(false);
    expect(heard.name('192.0.2.7')).toBe('www.example.');
    const six = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    take(heard, answer(['six', 'example'], 28, six));
    expect(heard.name('2001:db8::1')).toBe('six.example.');
    const reverse = reverseName('192.0.2.9')!.split('.').filter(Boolean);
    take(heard, answer(reverse, 12, dnsName(['nine', 'example'])));
    expect(heard.name('192.0.2.9')).toBe('nine.example.');
  });

  it('say nothing where they are questions, failures, or cut off', () => {
    const heard = new HeardDns();
    const whole = answer(['www', 'example'], 1, [192, 0, 2, 7]);
    const query = whole.slice();
    query[2] = 1;
    expect(take(heard, query)).toBe(false);
    const failed = whole.slice();
    failed[3] = 0x83;
    expect(take(heard, failed)).toBe(false);
    for (let length = 0; length < whole.length; length++)
      expect(heard.take(whole, 0, length, length * 1000)).toBe(false);
    expect(heard.size).toBe(0);
  });

  it('are read at a bounded rate, into a bounded table', () => {
    const heard = new HeardDns();
    for (let i = 0; i < 1000; i++) take(heard, answer([`h${i}`], 1, [10, 0, i >> 8, i & 255]), 500);
    expect(heard.size).toBe(MOST_READ_PER_SECOND);
    for (let i = 0; i < MOST_HEARD + 5000; i++)
      take(heard, answer([`h${i}`], 1, [10, (i >> 16) & 255, (i >> 8) & 255, i & 255]), i * 1000);
    expect(heard.size).toBeLessThanOrEqual(MOST_HEARD);
  });

  it('may be anything: nothing is thrown, nothing loops', () => {
    const heard = new HeardDns();
    let seed = 1;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647);
    const whole = responseTo(dnsQuery(1, reverseName('192.0.2.1')!, 12), { labels: ['a', 'example'] });
    for (let i = 0; i < 10_000; i++) {
      const octets = whole.slice();
      for (let change = 0; change < 4; change++) octets[random() % octets.length] = random() & 255;
      take(heard, octets, i * 1000);
    }
    expect(heard.size).toBeLessThanOrEqual(MOST_HEARD);
  });
});
