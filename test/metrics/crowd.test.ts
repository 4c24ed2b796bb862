/** What nobody asked for: containers with ever-new names, agents that nobody has, data sources without end. */
import { describe, expect, it } from 'vitest';
import { Metrics } from '../../main/metrics/metrics.ts';
import { MAX_AGENTS, Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { writeDatagram } from '../../main/sflow/write.ts';
import { Heard } from './swarm.ts';

const HOST = '10.0.0.1';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

describe('a service that is rescaled every 30 s with ever-new names, for hours (T18, T19)', () => {
  const POLL_MS = 10_000;
  /** A day where there is time for it. */
  const SECONDS = process.env.WEIR_LONG ? 86_400 : 4 * 3600;
  const heard = new Heard();
  let state = 42;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
  let made = 0;
  type Container = { index: number; name: string; uuid: string; bytes: number };
  const begin = (): Container => {
    made++;
    const id = Array.from({ length: 25 }, () => LETTERS[random(36)]).join('');
    return {
      index: 100_000 + made,
      name: `apache.${made % 20}.${id}`,
      uuid: made.toString(16).padStart(32, '0'),
      bytes: 0,
    };
  };
  const poll = (container: Container, virState: number): void => {
    container.bytes += 1000;
    heard.poll(HOST, `3.${container.index}`, {
      host_parent: { container_type: 2, container_index: 1 },
      host_descr: { hostname: container.name, uuid: container.uuid },
      virt_cpu: { state: virState, cpuTime: container.bytes, nrVirtCpu: 1 },
      virt_net_io: { rx_bytes: container.bytes, tx_bytes: 2 * container.bytes },
    });
  };
  const measured = (): number =>
    heard.metrics.metric('ALL', 'avg:vir_cpu_utilization,avg:vir_bytes_in', {
      vir_host_name: ['apache\\.*'],
    })[1]!.metricN;
  const shown = (): number =>
    heard.metrics.metricTable('ALL', 'vir_host_name', { swarm_name: ['apache'] }).length;

  it('is followed at once, and leaves nothing behind', () => {
    let running: Container[] = [];
    let most = 0;
    /** When the last sample came of those that ended without a word, as where a host is cut off. */
    let silentSince: number[] = [];
    const wrong: string[] = [];
    for (let second = 0; second < SECONDS; second += 10) {
      heard.nowMs += POLL_MS;
      if (second % 30 === 0) {
        const wanted = 1 + random(20);
        while (running.length < wanted) running.push(begin());
        for (const container of running.splice(wanted)) poll(container, 5);
      }
      if (second % 300 === 110) {
        running = running.slice(1);
        silentSince.push(heard.nowMs - POLL_MS);
      }
      for (const container of running) poll(container, 1);
      // The first sample makes the row and the last ends it; without one it ends after three polling intervals.
      silentSince = silentSince.filter((since) => heard.nowMs - since <= 3 * POLL_MS);
      const expected = running.length + silentSince.length;
      if (shown() !== expected) wrong.push(`${second}: ${shown()} rows of ${expected}`);
      // A rate needs two samples.
      if (second % 30 === 20 && measured() !== expected) wrong.push(`${second}: ${measured()} rates`);
      heard.tick();
      most = Math.max(most, heard.counters.sources);
    }
    expect(wrong).toEqual([]);
    expect(made).toBeGreaterThan(SECONDS / 10);
    expect(most).toBeLessThan(300);
    expect(heard.metrics.hosts().length).toBeLessThan(300);
    expect(heard.network.agents[0]!.dataSources.size).toBeLessThanOrEqual(20_480);
  });
});

describe('agents that nobody has, by the million', () => {
  const REAL = '192.0.2.1';

  /** One datagram of an agent with a flow and a counter sample; its numbers are set in place. */
  function template(agent: string) {
    const bytes = writeDatagram({
      ...{ agent, sequenceNumber: 0, uptimeMs: 0 },
      samples: [
        {
          ...{
            kind: 'flow_sample',
            sequenceNumber: 1,
            dataSourceIndex: 3,
            samplingRate: 100,
            samplePool: 100,
          },
          ...{ input: 3, output: 4 },
          records: [
            {
              name: 'sampled_header',
              fields: { protocol: 1, frame_length: 100, stripped: 4, header: new Uint8Array(32) },
            },
          ],
        },
        {
          ...{ kind: 'counters_sample', sequenceNumber: 1, dataSourceIndex: 3 },
          records: [{ name: 'if_counters', fields: { ifIndex: 3, ifSpeed: 1_000_000_000, ifInOctets: 0 } }],
        },
      ],
    });
    return { bytes, view: new DataView(bytes.buffer) };
  }
  const AGENT_AT = 8;
  const SEQUENCE_AT = 16;
  const UPTIME_AT = 20;

  function run(spoofed: number) {
    const network = new Network({ replaces: true });
    let nowMs = 0;
    const metrics = new Metrics({
      ...{ network: () => network, keepCountersMs: 3600_000, flows: null, topology: () => null },
      nowMs: () => nowMs,
    });
    let realOctets = 0;
    const reader = new SampleReader(network, {
      flow(sample) {
        if (
          sample.agent!.address === REAL &&
          network.at(network.paths.agentOf(sample.path))?.address === REAL
        )
          realOctets += sample.octets;
      },
      counters: (...sample) => void metrics.observe(...sample),
      arrival() {},
      restarted: (agent) => metrics.restarted(agent),
    });
    const real = template(REAL);
    const other = template('10.0.0.0');
    const counterSequenceAt = real.bytes.length - 88 - 8 - 12;
    const octetsAt = real.bytes.length - 88 + 24;
    const send = ({ bytes, view }: ReturnType<typeof template>, sequence: number): void => {
      view.setUint32(SEQUENCE_AT, sequence);
      view.setUint32(UPTIME_AT, nowMs);
      view.setUint32(counterSequenceAt, sequence);
      view.setUint32(octetsAt + 4, sequence * 1000);
      reader.read(bytes, view, 0, bytes.length, nowMs, null);
    };
    let agent = 0;
    for (let second = 1; second <= 1000; second++) {
      nowMs = second * 1000;
      if (second % 10 === 0) send(real, second / 10);
      // The attack comes once the real agent was heard for six minutes.
      if (second > 360)
        for (let i = 0; i < spoofed / 640; i++) {
          other.view.setUint32(AGENT_AT, 0x0a00_0000 + agent++);
          send(other, 1);
        }
      metrics.tick(nowMs);
    }
    const found = network.find(REAL)!;
    return {
      network,
      metrics,
      figures: {
        realOctets,
        datagrams: found.streams.get(0)!.datagrams,
        lost: found.streams.get(0)!.sequence.lost,
        rate: metrics.metric(REAL, 'ifinoctets', {})[0]!.metricValue,
        intervals: metrics.counters.series(found, 3)!.length,
        named: network.sourceText(network.paths.sourceOf(network.pathsOf(found)[0]!)),
      },
    };
  }

  it('leave the figures of the real one as they are, and the tables bounded', () => {
    const quiet = run(0);
    const flooded = run(process.env.WEIR_LONG ? 1_000_000 : 200_000);
    expect(flooded.figures).toEqual(quiet.figures);
    expect(quiet.figures).toMatchObject({ datagrams: 100, lost: 0, rate: 100, intervals: 99 });
    expect(flooded.network.agents.length).toBeLessThanOrEqual(MAX_AGENTS);
    expect(flooded.metrics.counters.sources).toBeLessThanOrEqual(MAX_AGENTS);
    expect(flooded.network.refused.get('agents beyond the table')).toBeGreaterThan(190_000);
  });

  it('leave room for an agent that comes after them', () => {
    const { network } = run(100_000);
    expect(network.agentByText('198.51.100.7', 1_001_000)).toBeNull();
    expect(network.agentByText('198.51.100.7', 1_002_000)).not.toBeNull();
    expect(network.find(REAL)).not.toBeNull();
  });

  it('and a million data sources of one agent do not fill the tables of others', () => {
    const heard = new Heard();
    heard.poll(HOST, '1', { if_counters: { ifIndex: 1, ifInOctets: 5 } });
    const { view, bytes } = template('10.0.0.66');
    const at = bytes.length - 88 - 8 - 8;
    for (let source = 0; source < 2 ** 20; source += 16) {
      view.setUint32(at, source);
      view.setUint32(SEQUENCE_AT, source + 1);
      heard.read(bytes);
    }
    expect(heard.counters.sources).toBeLessThanOrEqual(20_481);
    expect(heard.network.find('10.0.0.66')!.dataSources.size).toBeLessThanOrEqual(20_480);
    heard.poll('10.0.0.2', '7', { if_counters: { ifIndex: 7, ifSpeed: 5, ifInOctets: 5 } });
    expect(heard.metrics.metric('10.0.0.2', 'ifspeed', {})[0]!.metricN).toBe(1);
  });
});

describe('a full table of agents', () => {
  it('gives the places of those that were silent to new ones, and never that of one that is known', () => {
    const network = new Network({ replaces: true });
    const known = network.agentByText('known', 0)!;
    known.lastSeenMs = 400_000;
    let nowMs = 400_000;
    const arrive = (name: string) => network.agentByText(name, nowMs) ?? network.agentByText(name, nowMs);
    for (let i = 1; i < MAX_AGENTS; i++) expect(arrive(`a${i}`)).not.toBeNull();
    expect(arrive('one more')).toBeNull();
    nowMs += 61_000;
    const more = arrive('one more')!;
    expect(more.index).toBe(MAX_AGENTS);
    expect(network.find('a1')).toBeNull();
    // Rows that knew it still know its address.
    expect(network.at(1)!.address).toBe('a1');
    for (let i = 0; i < 5 * MAX_AGENTS; i++) {
      if (i % 1000 === 0) nowMs += 61_000;
      arrive(`b${i}`);
    }
    expect(network.agents.length).toBe(MAX_AGENTS);
    expect(network.find('known')).toBe(known);
    expect(network.refused.get('agents forgotten for new ones')).toBeGreaterThan(5000);
  });
});
