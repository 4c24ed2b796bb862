/** Filters and the look at a datagram, under whatever text and whatever octets. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_CONTEXT } from '../../main/flows/functions/context.ts';
import { EVERYTHING, Examiner } from '../../main/inspect/examine.ts';
import { compileInspected, inspectedProblem } from '../../main/inspect/filter.ts';
import { Rows } from '../../main/inspect/rows.ts';
import { writeDatagram } from '../../main/sflow/write.ts';
import { everythingOctets, ordinary, ordinaryOctets } from '../sflow/fixtures.ts';

const context = NO_CONTEXT;
const look = (examiner: Examiner, bytes: Uint8Array): boolean =>
  examiner.read(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length, 5);
const matches = (filter: string, bytes = ordinaryOctets): boolean =>
  look(new Examiner({ filter: { ...EVERYTHING, filter }, context }), bytes);

describe('a filter', () => {
  it('is compiled or refused in a sentence, whatever is typed', () => {
    const words = [
      ...['ipsource', 'record', 'layer', 'address.*', '=', '!=', '~', '10.0.0.1', '/24', '&', '|', ':'],
      ...['[', ']', '"', 'tcp', '443', '0:1003', 'null'],
    ];
    const typed = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const problem = inspectedProblem(text);
        if (problem === null) return void compileInspected(text, context);
        expect(problem.message).toMatch(/\.$/);
        expect(problem.start).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 500 },
    );
  });

  it('takes a value in any usual spelling', () => {
    for (const filter of [
      'ipsource=10.0.0.1',
      'ipsource = 10.0.0.1',
      'ipsource="10.0.0.1"',
      'ipsource=10.0.0.0/8',
      'macsource=02-00-00-00-01-01',
      'macsource=0200.0000.0101',
      'macsource=020000000101',
      'mac.*=02:00:00:00:01:01',
      'address.*=10.0.0.0/30',
      'port.*=443',
      'layer=tcp',
      'layer=TCP,udp',
      'layer!=udp',
      'stack=eth.ip.tcp',
      'ipsource!=10.0.0.2&ipdestination!=10.0.0.1',
      'ipsource=10.0.0.9|port=443',
      'or:ipsource:ip6source=10.0.0.1',
    ])
      expect([filter, matches(filter)]).toEqual([filter, true]);
    for (const filter of [
      ...['ipsource=10.0.0.2', 'layer=ip6', 'port.*=80', 'address.*=10.0.1.0/24', 'port=443&port=80'],
      ...['ip6source=::1', 'layer!=tcp'],
    ])
      expect([filter, matches(filter)]).toEqual([filter, false]);
  });

  it('finds a record by its tag, by the space it is in, and by its name or a part of it', () => {
    for (const record of [
      ...['0:1', 'flow 0:1', 'counter 0:1', 'sampled_header', 'Sampled Header', 'if_counters'],
      'flow 0:1001',
    ])
      expect([record, matches(`record=${record}`)]).toEqual([record, true]);
    expect(matches('record=counter 0:1001')).toBe(false);
    expect(matches('record=gateway')).toBe(false);
    expect(matches('record=gateway', everythingOctets)).toBe(true);
    expect(matches('record=gateway,if_counters')).toBe(true);
  });

  it('says what is wrong, and where', () => {
    expect(inspectedProblem('vlan=1&record=nonsense')).toMatchObject({ start: 14, end: 22 });
    expect(inspectedProblem('record~gate')).toMatchObject({ start: 0 });
    expect(inspectedProblem('layer=nonsense')).toMatchObject({ start: 6, end: 14 });
    expect(inspectedProblem('layer~dns')).toMatchObject({ start: 0 });
    expect(inspectedProblem('agent.*=leaf1')).toMatchObject({ start: 0 });
    expect(inspectedProblem('nosuch=1&record=0:1')).toMatchObject({ start: 0, end: 6 });
  });

  it('asks one sample for all of it', () => {
    expect(matches('record=if_counters&port=443')).toBe(false);
    // What is said of a packet, its absence too, is said of no counter sample.
    expect(matches('record=if_counters&port!=80')).toBe(false);
    expect(matches('record=if_counters&(record=counter 0:1|port=443)')).toBe(true);
    expect(matches('record=extended_switch&port=443')).toBe(true);
  });
});

describe('a look at a datagram', () => {
  it('never fails, and keeps its counts within the octets there are', () => {
    const examiner = new Examiner({
      filter: { ...EVERYTHING, filter: 'address.*=10.0.0.0/8' },
      context,
      keepFound: true,
    });
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 });
    fc.assert(
      fc.property(
        fc.constantFrom(everythingOctets, ordinaryOctets),
        damage,
        fc.nat(),
        (whole, places, cut) => {
          const bytes = whole.slice(0, whole.length - (cut % 3 === 0 ? cut % whole.length : 0));
          for (const [at, octet] of places) bytes[at % Math.max(1, bytes.length)] = octet;
          look(examiner, bytes);
          const { facts, headers, matches: found } = examiner;
          const samples =
            facts.flowSamples + facts.counterSamples + facts.discardedPackets + facts.otherSamples;
          expect(samples * 8).toBeLessThanOrEqual(bytes.length);
          expect(headers.length).toBeLessThanOrEqual(found.length);
          for (const header of headers) expect(header.end).toBeLessThanOrEqual(bytes.length);
        },
      ),
    );
  });
});

describe('rows', () => {
  it('are found by id and time, dropped in front, and paged from either end', () => {
    const examiner = new Examiner({ filter: EVERYTHING, context });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(3500), (count, dropped) => {
        const rows = new Rows();
        for (let id = 0; id < count; id++) {
          examiner.facts.timeMs = id * 10;
          rows.push(examiner.facts, id, id + 1, 0);
          if (id === count >> 1) rows.dropBefore(Math.min(dropped, id));
        }
        rows.dropBefore(dropped);
        const first = Math.min(dropped, count);
        expect(rows.count).toBe(count - first);
        expect(rows.before(first * 10 + 25)).toBe(Math.min(3, rows.count));
        const ask = { from: 0, to: rows.count, only: 'all' as const, offset: 1, limit: 2 };
        const interval = rows.extent() ?? { fromMs: 0, toMs: 1 };
        const oldest = rows.answer({ ...ask, newestFirst: false, interval });
        const newest = rows.answer({ ...ask, newestFirst: true, interval });
        const ids = Array.from({ length: rows.count }, (_, row) => first + row);
        expect([...oldest.id]).toEqual(ids.slice(1, 3));
        expect([...newest.id]).toEqual(ids.toReversed().slice(1, 3));
        expect(oldest.activity.datagrams.reduce((all, one) => all + one, 0)).toBe(rows.count);
      }),
      { numRuns: 30 },
    );
  });

  it('cover the time that is asked in at most 400 steps or so, whatever it is', () => {
    const rows = new Rows();
    for (const span of [1, 999, 60_000, 86_400_000, 31 * 86_400_000, 4e12]) {
      const { activity } = rows.answer({
        ...{ from: 0, to: 0, only: 'all', offset: 0, limit: 1, newestFirst: false },
        interval: { fromMs: 1_700_000_000_123, toMs: 1_700_000_000_123 + span },
      });
      expect(activity.datagrams.length).toBeLessThanOrEqual(402);
      expect(activity.fromMs).toBeLessThanOrEqual(1_700_000_000_123);
      expect(activity.fromMs + activity.stepMs * activity.datagrams.length).toBeGreaterThanOrEqual(
        1_700_000_000_123 + span,
      );
    }
  });
});

describe('the agent of a filter', () => {
  it('is told by its address, IPv6 too', () => {
    const bytes = writeDatagram({ ...ordinary, agent: '2001:db8::7' });
    const of = (agent: string) => look(new Examiner({ filter: { ...EVERYTHING, agent }, context }), bytes);
    expect([of('2001:db8::7'), of('10.0.0.1')]).toEqual([true, false]);
  });
});
