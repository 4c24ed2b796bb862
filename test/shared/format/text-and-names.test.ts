import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvText, guardFormula } from '../../../shared/format/csv.ts';
import {
  applicationName,
  etherTypeName,
  protocolName,
  serverPort,
  serviceName,
} from '../../../shared/format/names.ts';
import { middleCut, safeText } from '../../../shared/format/text.ts';
import { anyText } from '../../any-text.ts';

describe('text from the network', () => {
  test.each([
    ['swp1', 'swp1'],
    ['a\u0000b\nc\u001b[31m', 'a␀b␊c␛[31m'],
    ['x\u007f\u0085', 'x␡\uFFFD'],
    ['evil\u202Egnp.exe', 'evil\uFFFDgnp.exe'],
    ['a\u200Bb\u2066c', 'a\uFFFDb\uFFFDc'],
    ['lone \uD800 half', 'lone \uFFFD half'],
    ['münchen ✓ 東京 😀', 'münchen ✓ 東京 😀'],
  ])('%j reads %j', (raw, text) => {
    expect(safeText(raw)).toBe(text);
  });

  test('bounded, by whole characters', () => {
    expect(safeText('abcdef', 4)).toBe('abc…');
    expect(safeText('😀😀😀😀', 3)).toBe('😀😀…');
    expect(safeText('😀😀', 2)).toBe('😀😀');
    expect([...safeText('x'.repeat(1e6))]).toHaveLength(255);
    expect(safeText('abc', 0)).toBe('');
  });

  test('nothing dangerous is left, and twice is once', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (raw, length) => {
        const text = safeText(raw, length);
        expect(safeText(text, length)).toBe(text);
        expect([...text].length).toBeLessThanOrEqual(length);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these must be gone
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b-\u200f]/);
      }),
    );
  });

  test('names are cut in the middle', () => {
    expect(middleCut('leaf1-rack12-swp32s0', 11)).toBe('leaf1…p32s0');
    expect(middleCut('short', 11)).toBe('short');
    expect(middleCut('short', 2)).toBe('sh');
  });
});

describe('CSV', () => {
  test('one table', () => {
    const text = csvText(
      [
        { heading: 'Source', type: 'text' },
        { heading: 'Average', unit: 'bit/s', type: 'number' },
        { heading: 'From', type: 'time' },
      ],
      [
        ['10.4.3.2', -705123456.789, Date.UTC(2015, 2, 13)],
        ['a "b", c', Number.NaN, null],
        ['=HYPERLINK("x")', 1e21, Number.NaN],
        ['two\nlines', 12345678901234567890n],
      ],
    );
    expect(text).toBe(
      'Source,Average (bit/s),From\r\n' +
        '10.4.3.2,-705123456.789,2015-03-13T00:00:00.000+00:00\r\n' +
        '"a ""b"", c",,\r\n' +
        `"'=HYPERLINK(""x"")",1e+21,\r\n` +
        'two␊lines,12345678901234567890,\r\n',
    );
    expect(csvText([{ heading: 'A', type: 'text' }], [], { byteOrderMark: true })).toBe('\uFEFFA\r\n');
  });

  test.each(['=1', '+1', '-1', '@A', '\tx', '\rx', '\0x', '＝1', '＋1', '－1', '＠1'])(
    '%j is no formula',
    (cell) => {
      expect(guardFormula(cell)).toBe(`'${cell}`);
      const written = csvText([{ heading: 'h', type: 'text' }], [[cell]]).split('\r\n')[1]!;
      expect(written.replace(/^"/, '')).toMatch(/^'/);
    },
  );

  test('no text cell or heading starts with a trigger, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 20 }), (cells) => {
        const lines = csvText(
          [{ heading: cells[0]!, type: 'text' }],
          cells.map((cell) => [cell]),
        ).split('\r\n');
        expect(lines).toHaveLength(cells.length + 2);
        for (const line of lines) expect(line).not.toMatch(/^"?[=+\-@＝＋－＠]/);
      }),
    );
  });

  test('more rows than one piece', () => {
    const rows = Array.from({ length: 2500 }, (_, index) => [index]);
    expect(csvText([{ heading: 'n', type: 'number' }], rows).split('\r\n')).toHaveLength(2502);
  });
});

describe('names of numbers', () => {
  test('protocols and ethertypes', () => {
    expect(protocolName(6)).toBe('TCP');
    expect(protocolName(200)).toBe('200');
    expect(protocolName(-1)).toBe('');
    expect(etherTypeName(2048)).toBe('IPv4');
    expect(etherTypeName(0x1234)).toBe('0x1234');
    expect(etherTypeName(100)).toBe('802.3');
    expect(etherTypeName(-1)).toBe('');
  });

  test('services', () => {
    expect(serviceName(6, 443)).toBe('https');
    expect(serviceName(17, 443)).toBe('quic');
    expect(serviceName(17, 4789)).toBe('vxlan');
    expect(serviceName(1, 443)).toBe('');
    expect(applicationName(6, 22)).toBe('ssh');
    expect(applicationName(6, 40268)).toBe('TCP 40268');
    expect(applicationName(1, -1)).toBe('ICMP');
    expect(applicationName(-1, -1)).toBe('');
  });

  test('the port table: a word for each port, none lost', () => {
    const named = (protocol: number) =>
      Array.from({ length: 65_536 }, (_, port) => serviceName(protocol, port)).filter(Boolean);
    expect([6, 17, 132].map((protocol) => named(protocol).length > 5)).toEqual([true, true, true]);
    expect(named(6).length + named(17).length).toBeGreaterThan(200);
    for (const name of [6, 17, 33, 132, 136].flatMap(named)) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect([
      serviceName(6, 27017),
      serviceName(6, 50070),
      serviceName(17, 51820),
      serviceName(132, 38472),
    ]).toEqual(['mongodb', 'hdfs', 'wireguard', 'f1ap']);
  });

  test('the server side of a packet is the same in both directions', () => {
    expect(serverPort(6, 40268, 5001)).toBe(5001);
    expect(serverPort(6, 80, 22)).toBe(22);
    expect(serverPort(6, 5432, 1024)).toBe(5432);
    expect(serverPort(6, -1, 80)).toBe(80);
    expect(serverPort(1, -1, -1)).toBe(-1);
    const port = fc.integer({ min: 0, max: 65535 });
    fc.assert(
      fc.property(fc.constantFrom(6, 17, 132, 1), port, port, (protocol, one, other) => {
        expect(serverPort(protocol, one, other)).toBe(serverPort(protocol, other, one));
      }),
    );
  });
});
