/** Lists of addresses: what is a block, where they may be read from, how they go on when they cannot be read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { AddressLists } from '../../main/names/lists/lists.ts';
import { MOST_BLOCKS, parseList, patternOf } from '../../main/names/lists/parse.ts';
import { MOST_OCTETS, problemOfSource, sourceReader } from '../../main/names/lists/source.ts';
import type { AddressList } from '../../shared/model/address-list.ts';
import { anyText } from '../any-text.ts';

const list = (more: Partial<AddressList> = {}): AddressList => ({
  ...{ name: 'drop', table: 'lists', source: '/none', pattern: '', everyMinutes: 60 },
  ...{ allowPrivate: false, enabled: true },
  ...more,
});
/** The expression of the article on triggered ERSPAN. */
const ERSPAN = '^(\\d{1,3}\\.){3}\\d{1,3}(\\/\\d{1,2})?$';

describe('the text of a list', () => {
  it('is one block a line, with remarks and columns', () => {
    const text =
      '\uFEFF# Spamhaus DROP\r\n192.0.2.0/24 ; SBL1\r\n; remark\n// remark\n"198.51.100.7",note\n2001:db8::/32\nexample.com\n0.0.0.0/0\n300.1.1.1\n\n192.0.2.0/24';
    expect(parseList(text, null)).toEqual({
      blocks: ['192.0.2.0/24', '198.51.100.7', '2001:db8::/32'],
      passedOver: 3,
      isCut: false,
    });
  });

  it('is what a pattern matches', () => {
    const text = '# 203.0.113.1\n203.0.113.2\n203.0.113.0/28\n999.0.0.1\n 10.0.0.1\n';
    expect(parseList(text, patternOf(ERSPAN))).toEqual({
      blocks: ['203.0.113.2', '203.0.113.0/28'],
      passedOver: 1,
      isCut: false,
    });
    expect(() => patternOf('(')).toThrow(/^The pattern is no regular expression \(/);
  });

  it('ends, and never fails', () => {
    const many = Array.from(
      { length: MOST_BLOCKS + 5 },
      (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
    );
    const parsed = parseList(many.join('\n'), null);
    expect(parsed.blocks).toHaveLength(MOST_BLOCKS);
    expect(parsed.isCut).toBe(true);
    fc.assert(
      fc.property(anyText, (text) => {
        for (const block of parseList(text, null).blocks)
          expect(parseList(block, null).blocks).toEqual([block]);
      }),
    );
  });
});

describe('where a list is read from', () => {
  it('is a URL or the whole path of a file', () => {
    expect(problemOfSource('https://example.com/drop.txt')).toBe('');
    expect(problemOfSource('/etc/weir/drop.txt')).toBe('');
    for (const wrong of [
      'drop.txt',
      'ftp://example.com/x',
      'javascript:alert(1)',
      'https://me:pw@example.com/',
      'file:///etc/passwd',
    ])
      expect(problemOfSource(wrong)).not.toBe('');
  });
});

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});
async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/list.txt`;
}
const why = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it was read',
    (error: Error) => error.message,
  );

describe('a URL', () => {
  const read = sourceReader();
  it('of this computer is read only where that is ticked, also by a name', async () => {
    const source = await serve((_request, response) => response.end('192.0.2.1\n'));
    expect(await why(read(list({ source })))).toMatch(
      /^127\.0\.0\.1 is this computer or on a private network/,
    );
    expect(await read(list({ source, allowPrivate: true }))).toBe('192.0.2.1\n');
    for (const odd of ['http://2130706433/', 'http://0x7f.1/', 'http://[::ffff:127.0.0.1]/'])
      expect(await why(read(list({ source: odd })))).toMatch(/private network/);
    const byName = sourceReader(() => Promise.resolve(['8.8.8.8', '127.0.0.1']));
    expect(await why(byName(list({ source: 'http://rebound.example/' })))).toMatch(/private network/);
    const metadata = list({ source: 'http://169.254.169.254/latest', allowPrivate: true });
    expect(await why(read(metadata))).toMatch(/at no address that a list may be read from/);
  });

  it('that sends on, refuses, is too large or slow gives a sentence', async () => {
    const answers: RequestListener[] = [
      (_request, response) => response.writeHead(302, { Location: 'http://127.0.0.1/' }).end(),
      (_request, response) => response.writeHead(404).end(),
      (_request, response) => {
        const chunk = Buffer.alloc(1024 * 1024, 'x');
        for (let i = 0; i <= MOST_OCTETS / chunk.length; i++) response.write(chunk);
        response.end();
      },
      () => {},
    ];
    const sentences = [];
    for (const answer of answers) {
      const source = await serve(answer);
      const slow = sourceReader(undefined, answer === answers.at(-1) ? 100 : undefined);
      sentences.push(
        (await why(slow(list({ source, allowPrivate: true })))).replace(/127\.0\.0\.1:\d+/, 'HOST'),
      );
      server!.closeAllConnections();
      server!.close();
    }
    expect(sentences).toEqual([
      'HOST sends on to another address; enter that one.',
      'HOST answers with HTTP 404.',
      'HOST has more than 16 MiB.',
      'HOST did not answer within 0.1 s.',
    ]);
  });

  it('may be a file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'weir-list-'));
    writeFileSync(join(directory, 'drop.txt'), '192.0.2.9\n');
    expect(await read(list({ source: join(directory, 'drop.txt') }))).toBe('192.0.2.9\n');
    expect(await why(read(list({ source: directory })))).toMatch(/is no file|cannot be read/);
    expect(await why(read(list({ source: join(directory, 'none') })))).toMatch(
      /cannot be read \(ENOENT\)\.$/,
    );
    rmSync(directory, { recursive: true });
  });
});

describe('lists as groups', () => {
  it('answer by their name, are read on time, and hold on to what they had', async () => {
    let text: string | Error = '192.0.2.0/24\n';
    let reads = 0;
    const changes: number[] = [];
    const lists = new AddressLists({
      read: () => {
        reads++;
        return typeof text === 'string' ? Promise.resolve(text) : Promise.reject(text);
      },
      changed: (_name, blocks) => changes.push(blocks.length),
    });
    const at = async (nowMs: number): Promise<void> => {
      lists.tick(nowMs);
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    };
    await lists.put(list());
    expect(lists.find('192.0.2.7', 'lists')).toBeNull();
    await at(1000);
    expect(lists.find('192.0.2.7', 'lists')).toBe('drop');
    expect(lists.find('198.51.100.1', 'lists')).toBeNull();
    await at(3_600_000);
    expect(reads).toBe(1);
    await at(3_601_000);
    expect([reads, changes]).toEqual([2, [1]]);
    text = new Error('HOST answers with HTTP 500.');
    await at(7_201_000);
    expect(lists.find('192.0.2.7', 'lists')).toBe('drop');
    expect(lists.status()[0]).toMatchObject({
      state: 'failed',
      problem: 'HOST answers with HTTP 500. What was read before holds on.',
      blocks: 1,
      nextMs: 7_261_000,
    });
    // A page that says "down for maintenance" is no empty list.
    text = '<html>503</html>';
    await at(7_261_000);
    expect(lists.find('192.0.2.7', 'lists')).toBe('drop');
    text = '198.51.100.1\n';
    await at(7_400_000);
    expect(lists.find('192.0.2.7', 'lists')).toBeNull();
    expect(lists.find('198.51.100.1', 'lists')).toBe('drop');
    await lists.put(list({ enabled: false }));
    expect(lists.find('198.51.100.1', 'lists')).toBeNull();
    lists.delete('drop');
    expect(lists.status()).toEqual([]);
  });
});
