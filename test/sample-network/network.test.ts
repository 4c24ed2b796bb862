/**
 * The sample network is honest: what is sampled agrees with what is counted and with the truth, headers are
 * what a switch would have seen, and the same seed gives the same octets.
 */
import { describe, expect, test } from 'vitest';
import { SampleNetwork } from '../../main/sample-network/network.ts';
import { halfWidthOfSum } from '../../shared/model/confidence.ts';
import { Heard, type HeardSample } from './heard.ts';

const START_MS = 1_750_000_000_000;
const SECONDS = 120;

function listen(
  seconds: number,
  ratePerSecond: number,
  seed = 3,
  agents = 6,
): { network: SampleNetwork; heard: Heard } {
  const network = new SampleNetwork({ seed, agents, ratePerSecond, startMs: START_MS, rememberPairs: true });
  const heard = new Heard();
  for (const { datagram, timeMs } of network.step(START_MS + seconds * 1000)) heard.take(datagram, timeMs);
  return { network, heard };
}

const { network, heard } = listen(SECONDS, 400);
const truth = network.truth();

function groups<T>(of: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of of) {
    const group = found.get(key(one));
    if (group) group.push(one);
    else found.set(key(one), [one]);
  }
  return found;
}

/** Estimate and half-width of its 95 % band, in octets. */
function estimate(samples: readonly HeardSample[]): { octets: number; halfWidth: number } {
  let octets = 0;
  let squares = 0;
  for (const { rate, frameOctets } of samples) {
    octets += rate * frameOctets;
    squares += (rate * frameOctets) ** 2;
  }
  return { octets, halfWidth: halfWidthOfSum(squares, octets, samples.length) };
}

/** How many estimates lie in their band, and the largest distance in half-widths. */
function coverage(pairs: { octets: number; halfWidth: number; truth: number }[]): {
  share: number;
  worst: number;
} {
  const distances = pairs.map(({ octets, halfWidth, truth }) => Math.abs(octets - truth) / halfWidth);
  return {
    share: distances.filter((distance) => distance <= 1).length / distances.length,
    worst: Math.max(...distances),
  };
}

describe('agreement', () => {
  test('samples of every interface estimate its true octets within the error of sampling', () => {
    const pairs: { octets: number; halfWidth: number; truth: number }[] = [];
    for (const one of truth.interfaces) {
      const own = heard.samples.filter((sample) => sample.agent === one.agent);
      const coming = own.filter((sample) => sample.input === one.ifIndex);
      const going = own.filter((sample) => sample.output === one.ifIndex);
      if (coming.length >= 30) pairs.push({ ...estimate(coming), truth: one.inOctets });
      if (going.length >= 30) pairs.push({ ...estimate(going), truth: one.outOctets });
    }
    expect(pairs.length).toBeGreaterThan(40);
    const { share, worst } = coverage(pairs);
    expect(share).toBeGreaterThan(0.88);
    expect(worst).toBeLessThan(2.5);
  });

  test('samples of pairs of hosts estimate what passed between them, counted where it came in', () => {
    const ports = new Set(
      network.agents
        .slice(2)
        .flatMap((agent) => Array.from({ length: 48 }, (_, port) => `${agent} ${port + 1}`)),
    );
    const entering = heard.samples.filter((sample) => ports.has(`${sample.agent} ${sample.input}`));
    const pairs = [...groups(entering, (sample) => `${sample.source}>${sample.destination}`)]
      .filter(([, samples]) => samples.length >= 30)
      .map(([key, samples]) => ({ ...estimate(samples), truth: truth.pairs.get(key)!.octets }));
    expect(pairs.length).toBeGreaterThan(15);
    const { share, worst } = coverage(pairs);
    expect(share).toBeGreaterThan(0.85);
    expect(worst).toBeLessThan(2.5);
    const all = estimate(entering);
    const total = [...truth.pairs.values()].reduce((sum, { octets }) => sum + octets, 0);
    expect(Math.abs(all.octets - total)).toBeLessThan(2 * all.halfWidth);
  });

  test('counters are the truth: what they gained by the last poll is what the port carried', () => {
    const names = new Map(truth.interfaces.map((one) => [`${one.agent} ${one.ifIndex}`, one]));
    const byPort = groups(heard.counters, (one) => `${one.agent} ${one.ifIndex}`);
    expect(byPort.size).toBe(names.size);
    for (const [key, polls] of byPort) {
      const port = names.get(key)!;
      const first = polls[0]!;
      const last = polls.at(-1)!;
      expect(polls.map((poll) => poll.sequence)).toEqual(polls.map((_, index) => index + 1));
      expect(polls.length).toBe(SECONDS / 10);
      expect(first.name).toBe(port.name);
      expect(first.speed).toBe(port.bitsPerSecond);
      // The rest of the traffic ran before the first poll and after the last.
      const gained = last.inOctets - first.inOctets;
      expect(gained).toBeGreaterThanOrEqual(0);
      expect(gained).toBeLessThanOrEqual(port.inOctets);
      if (gained > 0) {
        const own = heard.samples.filter(
          (sample) =>
            sample.agent === port.agent &&
            sample.input === port.ifIndex &&
            sample.timeMs > first.timeMs &&
            sample.timeMs <= last.timeMs,
        );
        if (own.length >= 100) {
          const { octets, halfWidth } = estimate(own);
          // A sample may wait half a second for its datagram.
          expect(Math.abs(octets - gained)).toBeLessThan(2.5 * halfWidth + gained * 0.02);
        }
      }
    }
  });

  test('what leaves by one end of a cable comes in by the other', () => {
    const port = (agent: string, ifIndex: number) =>
      truth.interfaces.find((one) => one.agent === agent && one.ifIndex === ifIndex)!;
    network.agents.slice(2).forEach((leaf, index) => {
      for (const [number, spine] of network.agents.slice(0, 2).entries()) {
        const up = port(leaf, 49 + number);
        const down = port(spine, index + 1);
        expect([down.inOctets, down.inPackets]).toEqual([up.outOctets, up.outPackets]);
        expect([up.inOctets, up.inPackets]).toEqual([down.outOctets, down.outPackets]);
      }
    });
    for (const agent of network.agents) {
      const ports = truth.interfaces.filter((one) => one.agent === agent);
      const came = ports.reduce((sum, one) => sum + one.inPackets, 0);
      const went = ports.reduce((sum, one) => sum + one.outPackets + one.outDiscards, 0);
      expect(came).toBe(went);
    }
  });

  test('the rate asked for is about the rate heard', () => {
    const perSecond = heard.samples.length / SECONDS;
    expect(perSecond).toBeGreaterThan(250);
    expect(perSecond).toBeLessThan(650);
    expect(new Set(heard.samples.map((sample) => sample.rate))).toEqual(new Set([network.samplingRate]));
  });
});

describe('what happens in it', () => {
  test('a backup fills the port of one gigabit, and what does not fit is discarded and says so', () => {
    const busy = truth.interfaces.filter((one) => one.outDiscards > 0);
    expect(busy.map((one) => one.bitsPerSecond)).toEqual([1e9]);
    const [port] = busy;
    const polls = heard.counters.filter((one) => one.agent === port!.agent && one.ifIndex === port!.ifIndex);
    const usage = polls
      .slice(1)
      .map((poll, index) => ((poll.outOctets - polls[index]!.outOctets) * 8) / 10 / port!.bitsPerSecond);
    expect(Math.max(...usage)).toBeGreaterThan(0.97);
    expect(Math.max(...usage)).toBeLessThanOrEqual(1);
    expect(polls.at(-1)!.outDiscards).not.toBe(polls[0]!.outDiscards);
    const discarded = heard.samples.filter((sample) => sample.discarded > 0);
    expect(new Set(discarded.map((sample) => [sample.agent, sample.discarded].join()))).toEqual(
      new Set([`${port!.agent},259`]),
    );
    const estimated = discarded.length * network.samplingRate;
    expect(Math.abs(estimated - port!.outDiscards)).toBeLessThan(
      halfWidthOfSum(discarded.length * network.samplingRate ** 2, estimated, discarded.length) * 1.5,
    );
  });

  test('a scan tries many ports of one host', () => {
    const attempts = heard.samples.filter(
      (sample) => sample.destination === '10.20.10.11' && sample.frameOctets === 64,
    );
    const scanner = [...groups(attempts, (sample) => sample.source)].sort(
      (a, b) => b[1].length - a[1].length,
    )[0]!;
    expect(scanner[1].length).toBeGreaterThan(10);
    const ports = new Set(scanner[1].map((sample) => sample.destinationPort));
    expect(ports.size).toBeGreaterThan(scanner[1].length * 0.8);
  });

  test('the mix: IPv6, tagged VLANs, TCP and UDP, well-known ports', () => {
    const share = (is: (sample: HeardSample) => boolean) =>
      heard.samples.filter(is).length / heard.samples.length;
    expect(share((sample) => sample.source.length === 32)).toBeGreaterThan(0.05);
    expect(share((sample) => sample.source.length === 32)).toBeLessThan(0.5);
    expect(share((sample) => sample.tag > 0)).toBeGreaterThan(0.05);
    expect(share((sample) => sample.protocol === 17)).toBeGreaterThan(0.01);
    for (const port of [53, 80, 443, 873, 8080]) {
      expect(
        heard.samples.some((sample) => sample.destinationPort === port || sample.sourcePort === port),
      ).toBe(true);
    }
    expect(heard.hostNames.get('10.20.0.1')).toBe('spine1');
    expect(heard.hostNames.get('10.20.0.11')).toBe('leaf1');
    expect(heard.hostNames.size).toBe(6 + network.servers.length);
  });
});

describe('the form of what is sent', () => {
  test('is read without a problem, and in order', () => {
    expect(heard.problems).toEqual([]);
    for (const [, headers] of groups(heard.headers, (one) => one.agent)) {
      expect(headers.map((one) => one.sequence)).toEqual(headers.map((_, index) => index + 1));
      for (const [index, { timeMs, uptimeMs }] of headers.slice(1).entries()) {
        const before = headers[index]!;
        expect(timeMs).toBeGreaterThanOrEqual(before.timeMs);
        const passedMs = uptimeMs - before.uptimeMs;
        expect(Math.abs(passedMs - (timeMs - before.timeMs))).toBeLessThanOrEqual(101);
        expect(passedMs).toBeGreaterThanOrEqual(0);
      }
    }
    for (const [, samples] of groups(heard.samples, (one) => `${one.agent} ${one.dataSource}`)) {
      expect(samples.map((one) => one.sequence)).toEqual(samples.map((_, index) => index + 1));
      expect(samples.every((one) => one.input === one.dataSource)).toBe(true);
      const pools = samples.map((one) => one.pool);
      expect(pools).toEqual([...pools].sort((a, b) => a - b));
      expect(new Set(pools).size).toBe(pools.length);
    }
  });

  test('a sample pool counts every packet of its port', () => {
    for (const one of truth.interfaces) {
      const last = heard.samples.findLast(
        (sample) => sample.agent === one.agent && sample.input === one.ifIndex,
      );
      if (last) expect(last.pool).toBeLessThanOrEqual(one.inPackets);
    }
  });

  test('headers are what the switch saw: lengths, tags, the TTL one less for each router', () => {
    for (const sample of heard.samples) {
      const least = sample.tag > 0 ? 68 : 64;
      const ethernet = sample.tag > 0 ? 18 : 14;
      expect(sample.frameOctets).toBe(Math.max(least, ethernet + sample.ipOctets + 4));
      expect(sample.headerOctets).toBe(Math.min(128, sample.frameOctets - 4));
      expect(sample.sourcePort).toBeGreaterThanOrEqual(0);
      const isSpine = network.agents.slice(0, 2).includes(sample.agent);
      expect(sample.hasVlans).toBe(
        !isSpine && (sample.input < 48 || (sample.output > 0 && sample.output < 48) || sample.discarded > 0),
      );
      if (sample.source.startsWith('10.20.') && sample.sourcePort !== 22) {
        const routers = isSpine ? 1 : sample.input >= 49 ? 2 : 0;
        expect([64 - routers, 128 - routers]).toContain(sample.ttl);
      }
    }
  });
});

describe('repeatable', () => {
  const octets = (seed: number, stepMs: number) => {
    const again = new SampleNetwork({ seed, agents: 4, ratePerSecond: 100, startMs: START_MS });
    const sent: string[] = [];
    for (let ms = stepMs; ms <= 6000; ms += stepMs) {
      for (const { timeMs, agent, datagram } of again.step(START_MS + ms)) {
        sent.push(`${timeMs} ${agent} ${Buffer.from(datagram).toString('base64')}`);
      }
    }
    return sent;
  };

  test('the same seed gives the same octets, whatever the steps; another seed gives others', () => {
    const first = octets(1, 100);
    expect(first.length).toBeGreaterThan(50);
    expect(octets(1, 2000)).toEqual(first);
    expect(octets(2, 100)).not.toEqual(first);
  });

  test('sizes from the least to the most, and nothing beyond', () => {
    for (const agents of [4, 20, 100]) {
      const many = new SampleNetwork({ seed: 1, agents, ratePerSecond: 50, startMs: START_MS });
      expect(new Set(many.agents).size).toBe(agents);
      expect([...many.step(START_MS + 1000)].length).toBeGreaterThan(0);
    }
    for (const agents of [0, 3, 101, 4.5]) {
      expect(() => new SampleNetwork({ seed: 1, agents, ratePerSecond: 50, startMs: START_MS })).toThrow(
        RangeError,
      );
    }
  });
});
