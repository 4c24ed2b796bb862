/** What Weir tells of by itself, from datagrams that come, stop, are lost, and begin anew. */
import { describe, expect, it } from 'vitest';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { Events } from '../../main/events/events.ts';
import { eventsInMemory } from '../../main/events/shelf.ts';
import { SystemEvents } from '../../main/events/system.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { type SampleDescription, writeDatagram } from '../../main/sflow/write.ts';
import type { WeirEvent } from '../../shared/model/event.ts';
import { frameOf } from '../samples/traffic.ts';

const START = Date.UTC(2026, 2, 2, 12);
const MINUTE = 60_000;

async function watched(beginningMs = 0) {
  let nowMs = START;
  let problem = '';
  let network = new Network({ replaces: true });
  const events = new Events({ shelf: eventsInMemory(), documents: documentsInMemory(), nowMs: () => nowMs });
  await events.start();
  const made = () =>
    new SystemEvents({ network: () => network, events, problem: () => problem, beginningMs });
  let system = made();
  const readerOf = () =>
    new SampleReader(network, {
      flow() {},
      counters() {},
      arrival() {},
      restarted: (agent) => system.restarted(agent, nowMs),
    });
  let reader = readerOf();
  const sequence = new Map<string, number>();
  const hear = (
    agent: string,
    samples: SampleDescription[] = [],
    lost = 0,
    uptimeMs = nowMs - START + 1000,
  ) => {
    const number = (sequence.get(agent) ?? 0) + 1 + lost;
    sequence.set(agent, number);
    const octets = writeDatagram({ agent, sequenceNumber: number, uptimeMs, samples });
    reader.read(octets, new DataView(octets.buffer), 0, octets.length, nowMs, null);
  };
  return {
    hear,
    restart: (agent: string) => {
      sequence.set(agent, 0);
      hear(agent, [], 0, 100);
    },
    fails: (words: string) => {
      problem = words;
    },
    system: () => system,
    /** As Weir is started again: what it told is kept, what it heard is not. */
    async startedAgain() {
      network = new Network({ replaces: true });
      reader = readerOf();
      system = made();
      await system.recall();
      system.tick(nowMs);
    },
    /** Seconds pass; whoever is named is heard in each, and loses so many between. */
    seconds(count: number, agents: string[] = [], lost = 0, samples: () => SampleDescription[] = () => []) {
      for (let second = 0; second < count; second++) {
        nowMs += 1000;
        for (const agent of agents) hear(agent, samples(), lost);
        system.tick(nowMs);
        events.tick(nowMs);
      }
    },
    async told(name = ''): Promise<WeirEvent[]> {
      const { events: found } = await events.list({
        ...{ fromMs: 0, toMs: START * 2, standing: null, acknowledged: null, severities: [], kinds: [] },
        ...{ names: name === '' ? [] : [name], agents: [], text: '', limit: 1000, offset: 0, bins: 1 },
      });
      return found.reverse();
    },
    now: () => nowMs,
  };
}

const [A, B] = ['10.0.0.1', '10.0.0.2'];

describe('agents', () => {
  it('that were there from the beginning are no news; one that stays is, and one that sent once is not', async () => {
    const { hear, seconds, told } = await watched();
    hear(A);
    seconds(10, [A]);
    hear('10.0.0.9');
    seconds(400, [A, B]);
    expect((await told()).map(({ name, agent, clearedMs }) => [name, agent, clearedMs !== null])).toEqual([
      ['agent-seen', B, true],
    ]);
  });

  it('are dated from when they were first heard, and are new once, also after another start', async () => {
    const { seconds, told, startedAgain } = await watched();
    seconds(10);
    seconds(400, [A]);
    const [seen] = await told('agent-seen');
    expect(seen!.raisedMs - START).toBe(11_000);
    await startedAgain();
    seconds(400, [A, B]);
    expect((await told('agent-seen')).map(({ agent }) => agent)).toEqual([A, B]);
  });

  it('that are heard soon after a capture begins were there before it', async () => {
    const { seconds, told } = await watched(MINUTE);
    seconds(30);
    seconds(90, [A]);
    seconds(400, [A, B]);
    expect((await told('agent-seen')).map(({ agent }) => agent)).toEqual([B]);
  });

  it('that fall silent are lost once, and found when they are heard again', async () => {
    const { seconds, told, now } = await watched();
    seconds(400, [A, B]);
    const silentMs = now();
    seconds(90, [B]);
    const [lost] = await told('agent-lost');
    expect(lost).toMatchObject({ agent: A, severity: 'warning', clearedMs: null, kind: 'system' });
    expect(lost!.raisedMs - silentMs).toBe(60_000);
    expect(lost!.title).toBe(`${A} has sent nothing for 1 min.`);
    expect(lost!.evidence.fromMs).toBe(silentMs);
    seconds(5, [A, B]);
    expect((await told('agent-lost')).map(({ clearedMs }) => clearedMs)).toEqual([now() - 4000]);
    // Within its flap time it is the same event that goes on.
    seconds(90, [B]);
    expect((await told('agent-lost')).map(({ repeats, clearedMs }) => [repeats, clearedMs])).toEqual([
      [1, null],
    ]);
  });

  it('that pause often may be silent for thrice as long', async () => {
    const { seconds, told } = await watched();
    for (let round = 0; round < 12; round++) {
      seconds(1, [A, B]);
      seconds(40, [B]);
    }
    expect(await told('agent-lost')).toEqual([]);
    seconds(60, [B]);
    expect(await told('agent-lost')).toEqual([]);
    seconds(60, [B]);
    expect(await told('agent-lost')).toHaveLength(1);
  });

  it('that stay away are lost for as long as they do', async () => {
    const { seconds, told } = await watched();
    seconds(400, [A, B]);
    seconds(100, [B]);
    expect((await told('agent-lost'))[0]!.clearedMs).toBeNull();
    seconds(3 * 3600, []);
    const { agent, clearedMs } = (await told('agent-lost'))[0]!;
    expect([agent, clearedMs === null]).toEqual([A, true]);
  });

  it('that begin anew are told so, and a flood of new ones is bounded', async () => {
    const { seconds, restart, told } = await watched();
    seconds(400, [A]);
    restart(A);
    expect((await told('agent-restarted')).map(({ agent, title }) => [agent, title])).toEqual([
      [A, `${A} began anew: its uptime went back.`],
    ]);
    const many = Array.from({ length: 80 }, (_, i) => `10.1.0.${i + 1}`);
    seconds(310, many);
    const seen = await told('agent-seen');
    expect(seen).toHaveLength(50);
    expect(seen.at(-1)!.title).toMatch(/Further new agents/);
  });
});

describe('datagrams', () => {
  it('that do not arrive are told with their share, its worst, and that it ended', async () => {
    const { seconds, told } = await watched();
    seconds(130, [A]);
    expect(await told('datagrams-lost')).toEqual([]);
    seconds(60, [A], 1);
    seconds(60, [A], 3);
    seconds(60, [A], 1);
    const [lost] = await told('datagrams-lost');
    expect(lost).toMatchObject({ agent: A, unit: '%', level: 1, clearedMs: null });
    expect(lost!.title).toMatch(/datagrams did not arrive within a minute/);
    expect(lost!.peak!).toBeGreaterThan(65);
    expect(lost!.value!).toBeLessThan(60);
    seconds(130, [A]);
    expect((await told('datagrams-lost')).map(({ clearedMs }) => clearedMs !== null)).toEqual([true]);
  });
});

describe('sampling rates', () => {
  it('are another once two minutes agree on it', async () => {
    const { seconds, told } = await watched();
    let number = 0;
    const at = (samplingRate: number) => (): SampleDescription[] => {
      number++;
      const header = frameOf({
        ...{ timeMs: 0, agent: A, dataSource: 3, input: 3, output: 4, rate: samplingRate, octets: 100 },
        ...{ source: '10.9.0.1', destination: '10.9.0.2', protocol: 6, sourcePort: 1, destinationPort: 2 },
      });
      return [
        {
          kind: 'flow_sample',
          ...{ sequenceNumber: number, dataSourceIndex: 3, samplingRate, samplePool: number * samplingRate },
          ...{ input: 3, output: 4 },
          records: [
            { name: 'sampled_header', fields: { protocol: 1, frame_length: 100, stripped: 4, header } },
          ],
        },
      ];
    };
    seconds(240, [A], 0, at(1000));
    expect(await told('sampling-rate-changed')).toEqual([]);
    seconds(90, [A], 0, at(4000));
    expect(await told('sampling-rate-changed')).toEqual([]);
    seconds(120, [A], 0, at(4000));
    expect((await told('sampling-rate-changed')).map(({ dataSource, title }) => [dataSource, title])).toEqual(
      [['3', expect.stringMatching(/samples 1 in 4.000 now, and 1 in 1.000 before/)]],
    );
  });
});

describe('Weir itself', () => {
  it('tells of a disk that takes nothing, and of an action that fails, until they are well again', async () => {
    const { fails, seconds, told, system: current, now } = await watched();
    const system = current();
    fails('The disk is full.');
    seconds(5);
    system.actionFailing('mail', 'no route', now());
    system.actionFailing('mail', 'no route', now());
    expect((await told()).map(({ name, title, clearedMs }) => [name, title, clearedMs])).toEqual([
      ['disk-full', 'The disk is full.', null],
      ['action-failing', 'The action “mail” fails: no route', null],
    ]);
    fails('');
    seconds(1);
    system.actionFailing('mail', '', now());
    expect((await told()).every(({ clearedMs }) => clearedMs !== null)).toBe(true);
    // As when a capture is played again: what was known is news to nobody.
    system.restart();
    seconds(MINUTE / 1000);
    expect(await told()).toHaveLength(2);
  });
});
