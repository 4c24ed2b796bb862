/**
 * Line by line against sflowtool 6.11 over every real capture, in its text, its lines and its JSON; and against
 * golden files for what no capture has (they were compared with sflowtool 6.11 itself when they were written).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { SflowtoolFormat, type SflowtoolShape } from '../../main/sflow/sflowtool/format.ts';
import { writeDatagram } from '../../main/sflow/write.ts';
import { captureNames, capturesFolder, readCaptureFile } from './capture.ts';
import { everythingOctets, ordinaryOctets } from './fixtures.ts';
import { headers } from './header-fixtures.ts';
import { legacyOctets } from './legacy-fixtures.ts';

const EXTENSIONS = { text: 'txt', line: 'line', json: 'json' } as const;
type ComparedShape = keyof typeof EXTENSIONS;

/** The deviations of main/sflow/README.md that the captures show, each told by both lines, never by one. */
const DEVIATIONS: { reason: string; explains(reference: string, ours: string): boolean }[] = [
  {
    reason: 'time of a file is 0',
    explains(reference, ours) {
      if (fieldOf(reference, 'localtime') === '1970-01-01T00:00:00+0000')
        return fieldOf(ours, 'localtime') !== null;
      return ['unixSecondsUTC', 'unixSecondsUTC_uS'].some(
        (name) => fieldOf(reference, name) === '0' && fieldOf(ours, name) !== null,
      );
    },
  },
];

/** The value of a field in a text or JSON line, or null where the line is of another field. */
function fieldOf(line: string, name: string): string | null {
  const found = new RegExp(`^(?: *"(?:discarded_)?${name}":"([^"]*)",?|(?:discarded_)?${name} (.*))$`).exec(
    line,
  );
  return found?.[1] ?? found?.[2] ?? null;
}

const lines = { compared: 0, differing: new Map<string, number>() };

function compare(name: string, shape: ComparedShape): string[] {
  const file = join(capturesFolder!, 'sflowtool', `${name}.${EXTENSIONS[shape]}.gz`);
  const reference = gunzipSync(readFileSync(file)).toString().split('\n');
  const { bytes, view, datagrams } = readCaptureFile(name);
  const format = new SflowtoolFormat(shape);
  const unexplained: string[] = [];
  let at = 0;
  const compareLine = (theirs: string | undefined, ours: string) => {
    lines.compared++;
    if (theirs === ours) return;
    const deviation = DEVIATIONS.find(({ explains }) => explains(theirs ?? '', ours));
    if (deviation) lines.differing.set(deviation.reason, (lines.differing.get(deviation.reason) ?? 0) + 1);
    else if (unexplained.length < 10) unexplained.push(`${at}: sflowtool "${theirs}", here "${ours}"`);
  };
  for (const { start, end, seconds, microseconds } of datagrams) {
    const text = format.print(bytes, view, start, end, {
      seconds,
      microseconds,
      fromFile: true,
      source: null,
    });
    for (const line of text.split('\n').slice(0, -1)) compareLine(reference[at++], line);
  }
  if (at !== reference.length - 1) unexplained.push(`${reference.length - 1} lines by sflowtool, ${at} here`);
  return unexplained;
}

describe.skipIf(capturesFolder === null)('real captures', () => {
  const cases = captureNames().flatMap((name) =>
    (['text', 'line', 'json'] as const).map((shape): [string, ComparedShape] => [name, shape]),
  );
  test.each(cases)(
    '%s as %s',
    (name, shape) => {
      expect(compare(name, shape)).toEqual([]);
    },
    120_000,
  );

  afterAll(() => {
    const reasons = [...lines.differing].map(([reason, count]) => `${reason}: ${count}`).join('; ');
    console.log(`sflowtool: ${lines.compared} lines compared; differing as documented: ${reasons || 'none'}`);
  });
});

const arrival = { seconds: 1_700_000_000, microseconds: 5, fromFile: true, source: null };

function printed(shape: SflowtoolShape, octets: Uint8Array): string {
  return new SflowtoolFormat(shape).print(octets, new DataView(octets.buffer), 0, octets.length, arrival);
}

describe('golden', () => {
  const datagrams = [ordinaryOctets, everythingOctets, ...legacyOctets];
  const headerDatagram = writeDatagram({
    agent: '2001:db8::5',
    sequenceNumber: 1,
    uptimeMs: 5,
    samples: headers.map(({ protocol, octets }, i) => ({
      kind: 'flow_sample_expanded' as const,
      sequenceNumber: i,
      dataSourceIndex: 1,
      samplingRate: 10,
      samplePool: 10,
      input: 5,
      output: 0x3fffffff,
      records: [
        { name: 'sampled_header', fields: { protocol, frame_length: 1400, stripped: 4, header: octets } },
      ],
    })),
  });

  test.each(['text', 'line', 'json', 'json-compact'] as const)('%s', async (shape) => {
    const text = [...datagrams, headerDatagram].map((octets) => printed(shape, octets)).join('');
    await expect(text).toMatchFileSnapshot(`golden/sflowtool-${shape}.txt`);
  });

  test('compact JSON is one line per datagram and says the same as the indented', () => {
    for (const octets of [...datagrams, headerDatagram]) {
      const compact = printed('json-compact', octets);
      expect(compact.split('\n').length).toBe(2);
      expect(JSON.parse(compact)).toEqual(JSON.parse(printed('json', octets)));
    }
  });
});

test('a live datagram has its source and its time, and no pcapTimestamp', () => {
  const format = new SflowtoolFormat('text', { utcOffsetMinutes: -210 });
  const text = format.print(ordinaryOctets, new DataView(ordinaryOctets.buffer), 0, ordinaryOctets.length, {
    seconds: 1_700_000_000,
    microseconds: 7,
    fromFile: false,
    source: '192.0.2.9',
  });
  expect(text.split('\n').slice(0, 7)).toEqual([
    'startDatagram =================================',
    'datagramSourceIP 192.0.2.9',
    `datagramSize ${ordinaryOctets.length}`,
    'unixSecondsUTC 1700000000',
    'unixSecondsUTC_uS 7',
    'localtime 2023-11-14T18:43:20-0330',
    'datagramVersion 5',
  ]);
});

test('what is not sFlow is still a datagram, without samples', () => {
  const octets = Uint8Array.of(0, 9, 0, 1, 0, 0, 0, 0);
  expect(printed('text', octets)).toMatch(/datagramVersion 589825\nendDatagram/);
  expect(JSON.parse(printed('json', octets))).toMatchObject({ datagramSize: '8', datagramVersion: '589825' });
  expect(printed('line', octets)).toBe('');
});
