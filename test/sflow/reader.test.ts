/** The reader: what good datagrams say, and what damaged ones may not do (hazards A1, rows 1 to 13). */
import { describe, expect, test } from 'vitest';
import { readDatagramTree } from '../../main/sflow/inspect.ts';
import { DatagramReader } from '../../main/sflow/reader.ts';
import { MAX_RECORDS } from '../../main/sflow/sample.ts';
import { type DatagramDescription, type SampleDescription, writeDatagram } from '../../main/sflow/write.ts';
import { readSeen, samplesSeen } from './collect.ts';
import { everythingOctets, headerRecord, ordinary, ordinaryOctets, tcpHeader } from './fixtures.ts';
import { checkInvariants } from './invariants.ts';
import {
  legacyCountersSample,
  legacyDatagram,
  legacyFlowSample,
  legacyIpv4Sample,
  legacyVlanSample,
  words,
} from './legacy-fixtures.ts';

function datagramOf(...samples: SampleDescription[]): Uint8Array {
  return writeDatagram({ agent: '10.0.0.1', sequenceNumber: 1, uptimeMs: 1, samples });
}

type FlowDescription = Extract<SampleDescription, { kind: 'flow_sample' | 'flow_sample_expanded' }>;

function flowSampleOf(records: FlowDescription['records']): FlowDescription {
  return {
    kind: 'flow_sample',
    sequenceNumber: 1,
    dataSourceIndex: 7,
    samplingRate: 1000,
    samplePool: 5000,
    input: 7,
    output: 8,
    records,
  };
}

function set(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const changed = bytes.slice();
  new DataView(changed.buffer).setUint32(offset, value);
  return changed;
}

const headerText = Buffer.from(tcpHeader).toString('hex');

/** Where a version 5 datagram of an IPv4 agent has its sample count and first sample. */
const COUNT_AT = 24;
const FIRST_SAMPLE_AT = 28;

describe('good datagrams', () => {
  test('compact and expanded samples say the same', () => {
    const compact = flowSampleOf([headerRecord]);
    for (const [input, output] of [
      [7, 8],
      [0, 0x3fffffff],
      [5, { format: 1, value: 258 }],
      [5, { format: 2, value: 0 }],
      [5, { format: 2, value: 17 }],
      [{ format: 3, value: 9 }, 0],
    ] as const) {
      const [seenCompact, seenExpanded] = (['flow_sample', 'flow_sample_expanded'] as const).map(
        (kind) => readSeen(datagramOf({ ...compact, kind, input, output, dataSourceClass: 2 })).samples[0]!,
      );
      expect(seenCompact!.values).toEqual(seenExpanded!.values);
      expect(seenCompact!.header).toBe(headerText);
      expect(seenExpanded!.header).toBe(headerText);
    }
  });

  test('every kind of sample', () => {
    const seen = readSeen(everythingOctets);
    expect(seen.problems).toEqual([]);
    expect(seen.header).toEqual([1, 3, 1001, 123456, 8]);
    expect(
      seen.samples.map(({ kind, tag, records }) => `${kind} ${tag} ${records.length}`),
    ).toMatchInlineSnapshot(`
      [
        "flow 1 21",
        "counter 2 20",
        "flow 3 53",
        "counter 4 30",
        "discarded 5 1",
        "other 17613802 1",
        "other 17613803 1",
        "other 409595911 1",
      ]
    `);
    expect(seen.samples[4]!.values).toEqual([5, 0, 4, 0, 0, 1, 0, 4, 0, 0, 258, 1, 1518, 4]);
  });

  test('an agent of IPv6, and one of no address', () => {
    const description: DatagramDescription = { ...ordinary, agent: '2001:db8::9' };
    expect(readSeen(writeDatagram(description)).header[0]).toBe(2);
    const unknown = words(5, 0, 3, 4, 5, 0);
    expect(readSeen(unknown)).toMatchObject({ accepted: true, header: [0, 3, 4, 5, 0], problems: [] });
  });

  test('a datagram may lie anywhere in a buffer', () => {
    const larger = new Uint8Array(ordinaryOctets.length + 37).fill(0xa5);
    larger.set(ordinaryOctets, 21);
    expect(samplesSeen(larger, 21, 21 + ordinaryOctets.length)).toEqual(samplesSeen(ordinaryOctets));
  });

  test('the sink may refuse the samples', () => {
    let samples = 0;
    const count = () => {
      samples++;
    };
    const reader = new DatagramReader({
      datagram: () => false,
      flowSample: count,
      counterSample: count,
      otherSample: count,
      problem: count,
    });
    const { buffer, length } = ordinaryOctets;
    expect(reader.read(ordinaryOctets, new DataView(buffer), 0, length)).toBe(true);
    expect(samples).toBe(0);
    expect(reader.steps).toBe(0);
  });

  test('a sampling rate of 0 is for others to judge', () => {
    const seen = readSeen(datagramOf({ ...flowSampleOf([headerRecord]), samplingRate: 0 }));
    expect(seen.samples[0]!.values[3]).toBe(0);
    expect(seen.problems).toEqual([]);
  });
});

describe('versions 2 and 4', () => {
  test.each([2, 4] as const)('version %i becomes the samples of version 5', (version) => {
    const octets = legacyDatagram(version, [
      legacyFlowSample(version),
      legacyCountersSample,
      legacyVlanSample,
      legacyIpv4Sample,
    ]);
    const seen = readSeen(octets);
    expect(seen.problems).toEqual([]);
    expect(seen.header).toEqual([1, 0, 99, 60_000, 4]);
    expect(seen.samples.map(({ kind, values }) => [kind, ...values])).toEqual([
      ['flow', 11, 0, 7, 512, 4096, 1, 0, 7, 2, 3, 0, 1, 1518, 0],
      ['counter', 12, 0, 7],
      ['counter', 13, 1, 100],
      ['flow', 14, 0, 7, 512, 8192, 0, 0, 7, 0, 8, 0, 0, 0, 0],
    ]);
    expect(seen.samples[0]!.header).toBe(headerText);
    const { samples } = readDatagramTree(octets, new DataView(octets.buffer), 0, octets.length);
    const names = samples.map((sample) => sample.children.at(-1)!.children.map(({ name }) => name));
    expect(names).toEqual([
      [
        'sampled_header_v2',
        'extended_switch',
        'extended_router',
        `extended_gateway_v${version}`,
        'extended_user_v2',
        'extended_url_v2',
      ],
      ['if_counters', 'ethernet_counters'],
      ['vlan_counters'],
      ['sampled_ipv4'],
    ]);
    for (const sample of samples)
      for (const record of sample.children.at(-1)!.children) expect(record.note).toBe('');
  });

  test('an unknown sample ends the datagram and keeps what came before', () => {
    const seen = readSeen(legacyDatagram(4, [legacyVlanSample, words(77, 1, 2, 3), legacyVlanSample]));
    expect(seen.samples.map(({ kind, tag }) => [kind, tag])).toEqual([
      ['counter', 2],
      ['other', 77],
    ]);
  });

  test('every count that lies ends the datagram, with its reason', () => {
    const octets = legacyDatagram(4, [legacyVlanSample, legacyFlowSample(4)]);
    for (let offset = 24; offset < octets.length; offset += 4) {
      const seen = readSeen(set(octets, offset, 0xffffffff));
      expect(seen.samples.length).toBeLessThanOrEqual(2);
      checkInvariants(set(octets, offset, 0xffffffff));
    }
  });
});

describe('hazard 1: a count or length on the wire asks for nothing', () => {
  test('the gateway record of 104 octets that states 4,294,967,295 communities', () => {
    const octets = datagramOf(flowSampleOf([{ name: 'extended_gateway', fields: { nexthop: '10.0.0.9' } }]));
    // Without its local preference, and the count of communities at the very end.
    const advisory = set(set(set(octets.slice(0, 104), 100, 0xffffffff), FIRST_SAMPLE_AT + 4, 68), 72, 28);
    expect(advisory.length).toBe(104);
    const seen = readSeen(advisory);
    expect(seen.samples[0]!.records).toHaveLength(1);
    checkInvariants(advisory);
    const { samples } = readDatagramTree(advisory, new DataView(advisory.buffer), 0, 104);
    expect(JSON.stringify(samples)).toContain('communities states 4294967295 elements, there is room for 0');
  });

  test('every word of everything, made huge', () => {
    for (let offset = 0; offset < everythingOctets.length; offset += 4)
      for (const value of [0xffffffff, 0x80000000]) {
        const seen = readSeen(set(everythingOctets, offset, value));
        expect(seen.steps).toBeLessThanOrEqual(everythingOctets.length / 8);
      }
    for (let offset = 0; offset < everythingOctets.length; offset += 28)
      checkInvariants(set(everythingOctets, offset, 0xffffffff));
  });

  test('sample and record counts beyond the octets', () => {
    for (const stated of [5, 6, 1000, 0x7fffffff, 0x80000000, 0xffffffff]) {
      const seen = readSeen(set(ordinaryOctets, COUNT_AT, stated));
      expect(seen.samples).toHaveLength(4);
      expect(seen.steps).toBe(readSeen(ordinaryOctets).steps);
    }
    const records = FIRST_SAMPLE_AT + 8 + 28;
    for (const stated of [1000, 0x80000000, 0xffffffff]) {
      const seen = readSeen(set(ordinaryOctets, records, stated));
      expect(seen.problems).toEqual([{ reason: 'record count beyond the sample', offset: records }]);
      expect(seen.samples[0]!.records).toHaveLength(2);
    }
  });
});

test('10,000 hostile datagrams leave nothing on the heap', () => {
  const hostile = Array.from({ length: 100 }, (_, i) => set(everythingOctets, 24 + 4 * i, 0xffffffff));
  const views = hostile.map(({ buffer }) => new DataView(buffer));
  let samples = 0;
  const count = () => {
    samples++;
  };
  const reader = new DatagramReader({
    datagram: () => true,
    flowSample: count,
    counterSample: count,
    otherSample: count,
    problem() {},
  });
  const readAll = (times: number) => {
    for (let time = 0; time < times; time++)
      for (let i = 0; i < hostile.length; i++) reader.read(hostile[i]!, views[i]!, 0, hostile[i]!.length);
  };
  readAll(50);
  const before = process.memoryUsage().heapUsed;
  readAll(100);
  const grown = process.memoryUsage().heapUsed - before;
  expect(grown).toBeLessThan(1024 * 1024);
  expect(samples).toBeGreaterThan(10_000);
});

describe('hazard 2: truncation', () => {
  test.each([
    ['everything', everythingOctets],
    ['ordinary', ordinaryOctets],
  ])('%s cut at every octet keeps whole samples only', (_name, octets) => {
    const whole = samplesSeen(octets);
    for (let length = 0; length < octets.length; length++) {
      const seen = readSeen(octets, 0, length);
      expect(samplesSeen(octets, 0, length)).toEqual(whole.slice(0, seen.samples.length));
      // The padding of the last sample is no loss.
      if (octets.length - length > 3) expect(seen.problems.length).toBeGreaterThan(0);
    }
  });
});

describe('hazard 3: a sampled header ends with its record', () => {
  test.each([0, 1, 13, 14, 59, 60, 61, 1500, 0x80000000, 0xffffffff])('stated length %i', (stated) => {
    const octets = datagramOf(
      flowSampleOf([headerRecord, { tag: 4000, octets: new Uint8Array(64).fill(0xee) }]),
    );
    const lengthAt = FIRST_SAMPLE_AT + 8 + 32 + 8 + 12;
    const seen = readSeen(set(octets, lengthAt, stated));
    expect(seen.samples[0]!.header).toBe(headerText.slice(0, 2 * Math.min(stated, 60)));
    expect(seen.problems.map(({ reason }) => reason)).toEqual(stated > 60 ? ['record cut short'] : []);
  });
});

describe('hazard 8: no loop without an end', () => {
  test('zero lengths everywhere', () => {
    const zeros = new Uint8Array(65_507);
    zeros.set(words(5, 1, 0x0a000001, 0, 1, 1, 0xffffffff));
    const seen = readSeen(zeros);
    expect(seen.steps).toBe(Math.floor((zeros.length - 28) / 8));
    expect(seen.samples.every(({ kind }) => kind === 'other')).toBe(true);
  });

  test('a sample of empty records', () => {
    const empty = Array.from({ length: 500 }, () => ({ tag: 0, octets: new Uint8Array(0) }));
    const seen = readSeen(datagramOf(flowSampleOf(empty), flowSampleOf([headerRecord])));
    expect(seen.samples[0]!.records).toHaveLength(MAX_RECORDS);
    expect(seen.problems.map(({ reason }) => reason)).toEqual(['too many records']);
    expect(seen.samples[1]!.header).toBe(headerText);
  });
});

describe('hazard 9: damage stays in its sample', () => {
  const { samples } = readDatagramTree(
    ordinaryOctets,
    new DataView(ordinaryOctets.buffer),
    0,
    ordinaryOctets.length,
  );
  const whole = samplesSeen(ordinaryOctets);

  test('every octet of a sample may change: its neighbours do not', () => {
    samples.forEach(({ offset, length }, damaged) => {
      // All but its tag and length words.
      for (let at = offset + 8; at < offset + length; at++)
        for (const value of [0, 0x7f, 0xff, ordinaryOctets[at]! ^ 1]) {
          const changed = ordinaryOctets.slice();
          changed[at] = value;
          const seen = samplesSeen(changed);
          expect(seen.length).toBeGreaterThanOrEqual(3);
          const expected = whole.filter((_, i) => i !== damaged);
          expect(seen.filter((sample) => expected.includes(sample))).toEqual(expected);
        }
    });
  });

  test('a sample longer than its records (284 octets for 280)', () => {
    const padded = datagramOf(flowSampleOf([headerRecord]), flowSampleOf([headerRecord]));
    const sampleLength = new DataView(padded.buffer).getUint32(FIRST_SAMPLE_AT + 4);
    const end = FIRST_SAMPLE_AT + 8 + sampleLength;
    const longer = new Uint8Array(padded.length + 4);
    longer.set(padded.subarray(0, end));
    longer.set(padded.subarray(end), end + 4);
    expect(samplesSeen(set(longer, FIRST_SAMPLE_AT + 4, sampleLength + 4))).toEqual(samplesSeen(padded));
  });

  test('a record longer than its sample costs that record only', () => {
    const octets = set(ordinaryOctets, FIRST_SAMPLE_AT + 8 + 32 + 8 + 76 + 4, 17);
    const seen = readSeen(octets);
    expect(seen.problems.map(({ reason }) => reason)).toEqual(['record cut short']);
    expect(seen.samples.map(({ records }) => records.length)).toEqual([1, 2, 2, 1]);
  });

  test('a record whose length is no multiple of 4 is followed by padding, if there is room', () => {
    const odd = { tag: (7 << 12) | 1, octets: Uint8Array.of(1, 2, 3, 4, 5) };
    const seen = readSeen(datagramOf(flowSampleOf([odd, headerRecord])));
    expect(seen.samples[0]!.records.map(({ octets }) => octets.length / 2)).toEqual([5, 76]);
    const last = datagramOf(flowSampleOf([headerRecord, odd]));
    const length = new DataView(last.buffer).getUint32(FIRST_SAMPLE_AT + 4);
    const unpadded = readSeen(set(last, FIRST_SAMPLE_AT + 4, length - 3), 0, last.length - 3);
    expect(unpadded.samples[0]!.records).toEqual(readSeen(last).samples[0]!.records);
    expect(unpadded.problems).toEqual([]);
  });

  test('octets after the last sample are reported', () => {
    const longer = new Uint8Array(ordinaryOctets.length + 964);
    longer.set(ordinaryOctets);
    const seen = readSeen(longer);
    expect(seen.samples).toHaveLength(4);
    expect(seen.problems).toEqual([
      { reason: 'octets after the last sample', offset: ordinaryOctets.length },
    ]);
  });
});

describe('hazard 11: what is not known is passed over', () => {
  test('unknown records and samples between known ones change nothing else', () => {
    const stranger = { tag: ((8800 << 12) | 12) >>> 0, octets: Uint8Array.of(9, 9, 9, 9, 9, 9) };
    const withStrangers: DatagramDescription = {
      ...ordinary,
      samples: ordinary.samples.flatMap((sample): SampleDescription[] => [
        { kind: 'raw', tag: 99, octets: new Uint8Array(12).fill(7) },
        'records' in sample ? { ...sample, records: [stranger, ...sample.records, stranger] } : sample,
      ]),
    };
    const seen = readSeen(writeDatagram(withStrangers));
    expect(seen.problems).toEqual([]);
    const known = seen.samples
      .filter(({ kind }) => kind !== 'other')
      .map((sample) => ({ ...sample, records: sample.records.filter(({ tag }) => tag !== stranger.tag) }));
    expect(known).toEqual(readSeen(ordinaryOctets).samples);
    expect(seen.samples.filter(({ tag }) => tag === 99)).toHaveLength(4);
  });

  test('tags of the highest enterprise stay positive', () => {
    const tag = 0xffffffff;
    const seen = readSeen(datagramOf({ kind: 'raw', tag, octets: new Uint8Array(4) }));
    expect(seen.samples[0]!.tag).toBe(tag);
  });
});

describe('hazard 13: not sFlow', () => {
  const cases: [string, Uint8Array, string][] = [
    ['nothing', new Uint8Array(0), 'not sFlow'],
    ['three octets', Uint8Array.of(0, 0, 0), 'not sFlow'],
    ['NetFlow v5', words(0x00050001, 1, 2, 3, 4, 5), 'not sFlow'],
    ['NetFlow v9', words(0x00090001, 1, 2, 3, 4, 5), 'not sFlow'],
    ['IPFIX', words(0x000a0040, 1, 2, 3, 4, 5), 'not sFlow'],
    ['text', new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'), 'not sFlow'],
    ['65,507 octets of noise', new Uint8Array(65_507).fill(0x5a), 'not sFlow'],
    ['version 0', words(0, 1, 2, 3, 4, 5, 6), 'not sFlow'],
    ['version 3', words(3, 1, 2, 3, 4, 5, 6), 'version not supported'],
    ['version 6', words(6, 1, 2, 3, 4, 5, 6), 'version not supported'],
    ['an agent of type 3', words(5, 3, 2, 3, 4, 5, 6), 'agent address type unknown'],
    ['a header cut short', words(5, 1, 2, 3, 4, 5), 'datagram cut short'],
  ];
  test.each(cases)('%s', (_name, octets, reason) => {
    const seen = readSeen(octets);
    expect(seen.accepted).toBe(false);
    expect(seen.steps).toBe(0);
    expect(seen.samples).toEqual([]);
    expect(seen.problems.map((problem) => problem.reason)).toEqual([reason]);
  });
});
