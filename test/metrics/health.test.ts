/** What the checks find: nothing where all is well, and what is wrong in words where it is. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { captureEngine } from '../../main/engine/capture.ts';
import { Counters } from '../../main/metrics/counters.ts';
import { factorWords } from '../../main/metrics/health/checks.ts';
import { Health } from '../../main/metrics/health/health.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { type SampleDescription, writeDatagram } from '../../main/sflow/write.ts';
import { capturePath, capturesFolder } from '../captures.ts';

const AGENT = '10.0.0.1';

/** One live agent whose samples can be spoilt. */
class Watched {
  readonly network = new Network();
  readonly tables = new Counters();
  readonly health = new Health({ network: () => this.network, counters: () => this.tables, rolls: true });
  nowMs = 1_000_000;
  sequence = 0;
  samples = 0;
  pool = 0;
  polls = 0;
  readonly #reader = new SampleReader(this.network, {
    flow: (sample) => this.health.flow(sample),
    counters: (agent, stream, datagram, sample, timeMs) => {
      this.health.counters(agent, sample);
      this.tables.observe(agent, stream, datagram, sample, timeMs);
    },
    arrival() {},
    restarted: (agent) => this.health.restarted(agent),
  });

  flow(realRate = 1000, frameLength = 118): SampleDescription {
    this.pool += realRate;
    const header = new Uint8Array(64);
    // Ethernet, IPv4 of 100 octets, UDP.
    header.set([0x08, 0x00, 0x45, 0, 0, 100], 12);
    header.set([64, 17], 22);
    return {
      ...{ kind: 'flow_sample', sequenceNumber: ++this.samples, dataSourceIndex: 3, samplingRate: 1000 },
      ...{ samplePool: this.pool, input: 3, output: 4 },
      records: [
        { name: 'sampled_header', fields: { protocol: 1, frame_length: frameLength, stripped: 4, header } },
      ],
    };
  }

  poll(): SampleDescription {
    this.polls++;
    return {
      ...{ kind: 'counters_sample', sequenceNumber: this.polls, dataSourceIndex: 3 },
      records: [{ name: 'if_counters', fields: { ifIndex: 3, ifInOctets: this.polls } }],
    };
  }

  send(samples: SampleDescription[], uptimeMs = this.nowMs): void {
    this.sequence++;
    const bytes = writeDatagram({ agent: AGENT, sequenceNumber: this.sequence, uptimeMs, samples });
    this.#reader.read(bytes, new DataView(bytes.buffer), 0, bytes.length, this.nowMs, null);
    this.health.tick(this.nowMs);
  }

  found(id: string) {
    const [agent] = this.health.report([], this.nowMs);
    return agent!.checks.filter((check) => check.id === id);
  }

  /** Ten minutes, a datagram every 300 ms. */
  run(each: (index: number) => SampleDescription[], uptime: (nowMs: number) => number = (ms) => ms): void {
    for (let i = 0; i < 2000; i++) {
      this.nowMs += 300;
      this.send([...each(i), ...(i % 100 === 0 ? [this.poll()] : [])], uptime(this.nowMs));
    }
  }
}

describe('an agent', () => {
  it('that does well has no trouble', () => {
    const watched = new Watched();
    watched.run(() => [watched.flow()]);
    const [agent] = watched.health.report([], watched.nowMs);
    expect(agent!.checks.filter(({ state }) => state === 'warn' || state === 'crit')).toEqual([]);
    expect(agent).toMatchObject({ score: 100, state: 'ok' });
    for (const id of ['sequence', 'samples', 'rate', 'polling', 'size', 'clock', 'ports'])
      expect(watched.found(id)[0], id).toMatchObject({ state: 'ok', remedy: '' });
  });

  it('that says too little yet is waited for', () => {
    const watched = new Watched();
    watched.send([watched.poll()]);
    expect(watched.found('rate')[0]!.state).toBe('waiting');
    expect(watched.found('size')[0]!.state).toBe('waiting');
    expect(new Watched().health.report([], 0)).toEqual([]);
  });

  it('that loses datagrams is told so, and forgiven once they all come', () => {
    const watched = new Watched();
    watched.run((i) => {
      if (i % 20 === 0) watched.sequence++;
      return [watched.flow()];
    });
    expect(watched.found('sequence')[0]).toMatchObject({
      state: 'crit',
      finding: expect.stringMatching(/are missing \([45]\.\d+\s%\)/),
      remedy: expect.stringContaining('congestion'),
    });
    watched.run(() => [watched.flow()]);
    watched.run(() => [watched.flow()]);
    expect(watched.found('sequence')[0]!.state).toBe('ok');
  });

  it('that samples half as often as it says is told by which factor figures are wrong', () => {
    const watched = new Watched();
    watched.run(() => [watched.flow(2000)]);
    expect(watched.found('rate')).toEqual([
      {
        ...{ id: 'rate', label: 'Sampling rate', state: 'crit', dataSource: '3' },
        finding: expect.stringMatching(
          /states 1 in 1.000 and samples 1 in 2.000: estimates are half of the truth/,
        ),
        remedy: expect.any(String),
      },
    ]);
  });

  it('that counts frames off instead of picking them at random is told so', () => {
    const random = new Watched();
    random.run((i) => [random.flow(1 + ((i * 7919) % 1999))]);
    expect(random.found('random')).toMatchObject([
      { state: 'ok', finding: expect.stringContaining('at random') },
    ]);
    const counting = new Watched();
    counting.run((i) => [counting.flow(990 + (i % 20))]);
    expect(counting.found('random')).toMatchObject([{ state: 'warn', dataSource: '3' }]);
    // A pool that is worked out from the rate says nothing of how frames were picked.
    const workedOut = new Watched();
    workedOut.run(() => [workedOut.flow(1000)]);
    expect(workedOut.found('random')).toMatchObject([{ state: 'waiting' }]);
  });

  it('whose samples are lost, of whose frames the length is wrong, whose clock runs fast', () => {
    const watched = new Watched();
    watched.run(
      (i) => {
        if (i % 10 === 0) watched.samples++;
        return [watched.flow(1000, i % 2 === 0 ? 118 : 150)];
      },
      (nowMs) => nowMs * 2,
    );
    expect(watched.found('samples')[0]!.state).toBe('crit');
    expect(watched.found('size')[0]).toMatchObject({
      state: 'crit',
      finding: expect.stringMatching(/50\s%/),
    });
    expect(watched.found('clock')[0]).toMatchObject({ state: 'crit' });
    const [agent] = watched.health.report([], watched.nowMs);
    expect(agent!.score).toBe(0);
  });

  it('that leaves the FCS out, sends no counters, and falls silent', () => {
    const watched = new Watched();
    for (let i = 0; i < 1500; i++) {
      watched.nowMs += 300;
      watched.send([watched.flow(1000, 114)]);
    }
    expect(watched.found('size')[0]).toMatchObject({
      state: 'warn',
      finding: expect.stringContaining('FCS'),
    });
    expect(watched.found('polling')[0]).toMatchObject({ state: 'absent' });
    watched.nowMs += 90_000;
    expect(watched.found('presence')[0]).toMatchObject({ state: 'crit' });
  });
});

describe.skipIf(capturesFolder === null)('the fabric capture', () => {
  const path = capturePath('sflowrt-fabricview-ecmp.pcap');
  const healthOf = async (file: string) => {
    const engine = captureEngine({ id: 'c', path: file, title: 'ecmp', changed() {} });
    await engine.start();
    const health = await engine.health();
    await engine.stop();
    return health;
  };

  it('has four agents that do well', async () => {
    const health = await healthOf(path);
    expect(health.map(({ state, score }) => [state, score])).toEqual(new Array(4).fill(['ok', 100]));
  });

  it('with a rate that is not the true one is found out twice: by the pool and by the counters', async () => {
    const bytes = readFileSync(path);
    const [stated, spoilt] = [Buffer.alloc(4), Buffer.alloc(4)];
    stated.writeUInt32BE(20_000);
    spoilt.writeUInt32BE(8_000);
    for (let at = bytes.indexOf(stated); at >= 0; at = bytes.indexOf(stated, at + 4)) spoilt.copy(bytes, at);
    const folder = mkdtempSync(join(tmpdir(), 'weir-health-'));
    writeFileSync(join(folder, 'spoilt.pcap'), bytes);
    const health = await healthOf(join(folder, 'spoilt.pcap'));
    rmSync(folder, { recursive: true });
    for (const { state, checks } of health) {
      expect(state).toBe('crit');
      const rates = checks.filter(({ id }) => id === 'rate');
      expect(rates.every(({ state, finding }) => state === 'crit' && finding.includes('0.40 times'))).toBe(
        true,
      );
      const octets = checks.filter(({ id, state }) => id === 'octets' && state === 'crit');
      expect(octets.length).toBeGreaterThanOrEqual(2);
      expect(octets[0]!.finding).toMatch(/samples give 0\.[34]\d times the truth, too low/);
    }
  });
});

describe('a factor', () => {
  it('is said in words', () => {
    expect([0.5, 0.4, 2, 12].map(factorWords)).toEqual([
      'half of the truth',
      '0.40 times the truth, too low',
      '2.0 times the truth, too high',
      '12 times the truth, too high',
    ]);
  });
});
