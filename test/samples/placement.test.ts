/** Where packets enter, in networks whose truth is known. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../main/sample-network/random.ts';
import { Agent } from '../../main/samples/agent.ts';
import { Placement, Placer } from '../../main/samples/placement.ts';
import { COUNTED } from '../../main/samples/placement-mark.ts';
import { Sample } from '../../main/samples/sample.ts';
import {
  type Compared,
  compare,
  type Flow,
  type Hop,
  offBy,
  placed,
  samplesOf,
} from './placement-network.ts';

const SPINES = ['10.0.0.1', '10.0.0.2'];
const leaf = (number: number): string => `10.0.1.${number}`;
const hostOf = (where: number, number: number): string => `10.1.${where}.${number}`;

/** Two different places. */
function twoOf<Place extends object>(place: () => Place): { from: Place; to: Place } {
  for (;;) {
    const [from, to] = [place(), place()];
    if (JSON.stringify(from) !== JSON.stringify(to)) return { from, to };
  }
}

/** The ways in a leaf-spine fabric: host ports 1 to 48, uplinks 49 and 50. */
function fabricWay(
  from: { leaf: number; port: number },
  to: { leaf: number; port: number },
  spine: number,
): Hop[] {
  if (from.leaf === to.leaf)
    return [{ agent: leaf(from.leaf), input: from.port, output: to.port, routed: 0 }];
  return [
    { agent: leaf(from.leaf), input: from.port, output: 49 + spine, routed: 0 },
    { agent: SPINES[spine]!, input: from.leaf, output: to.leaf, routed: 1 },
    { agent: leaf(to.leaf), input: 49 + spine, output: to.port, routed: 2 },
  ];
}

/** A talks to B over the fabric, each flow by the spine that its hash chooses. */
function fabric(leaves: number, hosts: number, flows: number, seed: number): Flow[] {
  const random = new Random(seed);
  const place = () => ({ leaf: 1 + random.below(leaves), port: 1 + random.below(hosts) });
  return Array.from({ length: flows }, () => {
    const { from, to } = twoOf(place);
    return {
      source: hostOf(from.leaf, from.port),
      destination: hostOf(to.leaf, to.port),
      frames: random.scaled(200, 20_000),
      hops: fabricWay(from, to, random.below(2)),
    };
  });
}

/** A core switch with access switches at its ports 1 to 4; their uplink is port 50. Nothing is routed. */
function campusWay(from: { access: number; port: number }, to: { access: number; port: number }): Hop[] {
  const core = '10.0.0.1';
  if (from.access === to.access && from.access > 0)
    return [{ agent: leaf(from.access), input: from.port, output: to.port, routed: 0 }];
  const hops: Hop[] = [];
  if (from.access > 0) hops.push({ agent: leaf(from.access), input: from.port, output: 50, routed: 0 });
  hops.push({
    agent: core,
    input: from.access > 0 ? from.access : from.port,
    output: to.access > 0 ? to.access : to.port,
    routed: 0,
  });
  if (to.access > 0) hops.push({ agent: leaf(to.access), input: 50, output: to.port, routed: 0 });
  return hops;
}

const remote = (number: number): string =>
  `${20 + (number % 150)}.${(number * 7) % 256}.${(number * 13) % 256}.${1 + (number % 250)}`;

function expectTrue(result: Compared, most = 0.02): void {
  expect(offBy(result, most)).toEqual([]);
  expect(Math.abs(result.counted / result.truth - 1)).toBeLessThan(most);
  expect(result.unplaced).toBeLessThan(0.02);
}

describe('a packet counts where its sender enters', () => {
  it('in a fabric of leaves and spines', () => {
    expectTrue(placed(fabric(4, 8, 2000, 1)), 0.005);
  });

  it('in a campus without a router, VLAN by VLAN', () => {
    const random = new Random(2);
    const place = () => ({ access: 1 + random.below(4), port: 1 + random.below(12) });
    const flows = Array.from({ length: 2000 }, (): Flow => {
      const { from, to } = twoOf(place);
      return {
        source: hostOf(from.access, from.port),
        destination: hostOf(to.access, to.port),
        frames: random.scaled(200, 10_000),
        hops: campusWay(from, to),
      };
    });
    expectTrue(placed(flows));
  });

  it('in a campus with few hosts behind one access switch, and servers at the core', () => {
    const random = new Random(3);
    const place = () => {
      const access = random.below(4);
      if (access === 0) return { access, port: 11 + random.below(4) };
      return { access, port: access === 3 ? 1 : 1 + random.below(10) };
    };
    const flows = Array.from({ length: 1500 }, (): Flow => {
      const { from, to } = twoOf(place);
      return {
        source: hostOf(from.access, from.port),
        destination: hostOf(to.access, to.port),
        frames: random.scaled(200, 10_000),
        hops: campusWay(from, to),
      };
    });
    expectTrue(placed(flows));
  });

  it.each([0, 0.8])(
    'in a campus with the internet behind the core, %f of the traffic from there',
    (share) => {
      const random = new Random(4);
      const flows = Array.from({ length: 6000 }, (): Flow => {
        const host = { access: 1 + random.below(4), port: 1 + random.below(12) };
        const number = random.below(3000);
        const outside = { access: 0, port: 20 };
        const comesIn = random.chance(share);
        const inside = { access: 1 + random.below(4), port: 1 + random.below(12) };
        const to = random.chance(0.5) ? outside : inside;
        return comesIn
          ? {
              source: remote(number),
              destination: hostOf(host.access, host.port),
              ttl: 60 - (number % 17),
              frames: random.scaled(50, 2000),
              hops: campusWay(outside, host),
            }
          : {
              source: hostOf(host.access, host.port),
              destination: to === outside ? remote(number) : hostOf(inside.access, inside.port),
              frames: random.scaled(50, 2000),
              hops: campusWay(host, to),
            };
      });
      expectTrue(placed(flows));
    },
  );

  it('of a host on two leaves', () => {
    const random = new Random(5);
    const twice: Flow[] = Array.from({ length: 400 }, (_, index) => {
      const to = { leaf: 1 + random.below(4), port: 1 + random.below(8) };
      const from = { leaf: 1 + (index % 2), port: 20 };
      return {
        source: '10.1.99.1',
        destination: hostOf(to.leaf, to.port),
        frames: 10_000,
        hops: fabricWay(from, to, random.below(2)),
      };
    });
    const result = placed([...fabric(4, 8, 1500, 6), ...twice]);
    expectTrue(result);
    expect(result.sources.get('10.1.99.1')!.counted).toBe(result.sources.get('10.1.99.1')!.truth);
  });

  it('of thousands outside that come in by two border routers', () => {
    const random = new Random(7);
    const flows: Flow[] = Array.from({ length: 12_000 }, () => {
      const number = random.below(5000);
      const side = random.below(2);
      const to = { leaf: 3 + random.below(2), port: 1 + random.below(8) };
      return {
        source: remote(number),
        destination: hostOf(to.leaf, to.port),
        // The way from there is longer or shorter by either provider.
        ttl: 64 - 5 - ((number * (side + 3) * 31) % 13),
        frames: random.scaled(20, 800),
        hops: fabricWay({ leaf: 1 + side, port: 48 }, to, random.below(2)),
      };
    });
    const answers: Flow[] = Array.from({ length: 3000 }, () => {
      const from = { leaf: 3 + random.below(2), port: 1 + random.below(8) };
      return {
        source: hostOf(from.leaf, from.port),
        destination: remote(random.below(5000)),
        frames: random.scaled(100, 3000),
        hops: fabricWay(from, { leaf: 1 + random.below(2), port: 48 }, random.below(2)),
      };
    });
    expectTrue(placed([...flows, ...answers]));
  });

  it('of those who come in by a border switch that does not route', () => {
    const random = new Random(8);
    const border = '10.0.2.1';
    const flows = Array.from({ length: 8000 }, (): Flow => {
      const host = { access: 1 + random.below(3), port: 1 + random.below(12) };
      const number = random.below(3000);
      const [down, up] = [campusWay({ access: 0, port: 30 }, host), campusWay(host, { access: 0, port: 30 })];
      const frames = random.scaled(50, 1500);
      const kind = random.below(3);
      if (kind === 0) {
        const other = { access: 1 + random.below(3), port: 1 + random.below(12) };
        const [source, destination] = [hostOf(host.access, host.port), hostOf(other.access, other.port)];
        return { source, destination, frames, hops: campusWay(host, other) };
      }
      return kind === 1
        ? {
            source: remote(number),
            destination: hostOf(host.access, host.port),
            ttl: 60 - (number % 17),
            frames,
            hops: [{ agent: border, input: 1, output: 2, routed: 0 }, ...down],
          }
        : {
            source: hostOf(host.access, host.port),
            destination: remote(number),
            frames,
            hops: [...up, { agent: border, input: 2, output: 1, routed: 0 }],
          };
    });
    expectTrue(placed(flows));
  });

  it('at one switch alone, also where a router sends packets through it again', () => {
    const random = new Random(9);
    const flows = Array.from({ length: 1500 }, (): Flow => {
      const [from, to] = [1 + random.below(20), 1 + random.below(20)];
      const routed = random.chance(0.5);
      const agent = leaf(1);
      return {
        source: hostOf(1, from),
        destination: hostOf(routed ? 2 : 1, to),
        frames: random.scaled(200, 5000),
        hops: routed
          ? [
              { agent, input: from, output: 48, routed: 0 },
              { agent, input: 48, output: to, routed: 1 },
            ]
          : [{ agent, input: from, output: to, routed: 0 }],
      };
    });
    expectTrue(placed(flows), 0.005);
  });

  it.each(['out', 'both', 'device'] as const)('where switches sample by %s', (mode) => {
    const all = Object.fromEntries([...SPINES, leaf(1), leaf(2), leaf(3)].map((agent) => [agent, mode]));
    expectTrue(placed(fabric(3, 8, 1500, 10), all), 0.02);
    // One switch of another make among others.
    expectTrue(placed(fabric(3, 8, 1500, 11), { [leaf(2)]: mode }), 0.02);
  });

  it('behind a switch that is not heard', () => {
    const random = new Random(12);
    // Hosts 21 to 30 share a switch between leaf 1 and leaf 2, which has a port at both.
    const flows: Flow[] = Array.from({ length: 500 }, () => {
      const to = { leaf: 1 + random.below(4), port: 1 + random.below(8) };
      const near = to.leaf <= 2 ? to.leaf : 1 + random.below(2);
      return {
        source: hostOf(9, 21 + random.below(10)),
        destination: hostOf(to.leaf, to.port),
        frames: random.scaled(200, 9000),
        hops: fabricWay({ leaf: near, port: 40 }, to, random.below(2)),
      };
    });
    expectTrue(placed([...fabric(4, 8, 1500, 13), ...flows]));
  });

  it('of hosts that begin at several TTLs, trace routes, speak IPv6, or no IP at all', () => {
    const random = new Random(14);
    const flows = fabric(4, 8, 2000, 15).map((flow, index): Flow => {
      if (flow.source.endsWith('.1')) return { ...flow, ttl: [64, 255, 128][index % 3]! };
      if (flow.source.endsWith('.2')) return { ...flow, ttl: random.chance(0.1) ? 4 + random.below(9) : 64 };
      if (flow.source.endsWith('.3'))
        return { ...flow, source: `2001:db8::${flow.source.split('.')[2]}`, destination: '2001:db8::ff' };
      return flow;
    });
    const plain = Array.from({ length: 400 }, (): Flow => {
      const [from, to] = [1 + random.below(12), 1 + random.below(12)];
      const mac = `02:00:00:00:01:${(from + 16).toString(16)}`;
      return {
        source: mac,
        sourceMac: mac,
        destination: '',
        plain: true,
        frames: random.scaled(500, 5000),
        hops: campusWay({ access: 5, port: from }, { access: 6 + random.below(2), port: to }),
      };
    });
    expectTrue(placed([...flows, ...plain]));
  });

  it('live as in a capture, once it has learned', () => {
    const flows = fabric(4, 8, 3000, 16);
    const taken = samplesOf(flows, {}, 17);
    const placement = new Placement();
    const middle = taken.findIndex(({ timeMs }) => timeMs > 10_000);
    const learn = (timeMs: number): void => void placement.learnWhenDue(timeMs, () => 0);
    compare(taken.slice(0, middle), placement, true, learn);
    expectTrue(compare(taken.slice(middle), placement, true, learn));
    expect(placement.version).toBeGreaterThan(10);
  });
});

describe('what is kept of senders', () => {
  it('is bounded, and a sender beyond it goes by the role of its port', () => {
    const placement = new Placement();
    const placer = new Placer(placement, true);
    const sample = new Sample();
    const bytes = new Uint8Array(34);
    const view = new DataView(bytes.buffer);
    sample.agent = new Agent(0, '10.0.0.1', 0);
    sample.samplingRate = 1;
    const layer = sample.header.layers[0];
    sample.header.bytes = bytes;
    sample.header.view = view;
    sample.header.depth = 1;
    Object.assign(layer, { ipVersion: 4, sourceIp: 0, ttl: 60 });
    for (let sender = 1; sender <= 600_000; sender++) {
      view.setUint32(0, sender);
      placer.mark(sample, 1, 1, 1);
    }
    expect(placement.pairs.size).toBe(524_288);
    placement.learn();
    // Seen once each, long ago: forgotten to make room.
    expect(placement.pairs.size).toBe(0);
    expect(placer.mark(sample, 1, 1, 1)).toBe(COUNTED);
  });

  it('does not place the first samples of several switches, and counts those of one at once', () => {
    const alone = new Placement();
    const flows = fabric(1, 8, 50, 20);
    expect(compare(samplesOf(flows), alone, true).unplaced).toBe(0);
    const several = compare(samplesOf(fabric(3, 8, 50, 20)), new Placement(), true);
    expect(several.unplaced).toBeGreaterThan(0.5);
  });

  it('takes any octets for a header, and any distance', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            depth: fc.integer({ min: 0, max: 4 }),
            ipVersion: fc.constantFrom(0, 4, 6),
            sourceIp: fc.constantFrom(-1, 0, 3, 40),
            sourceMac: fc.constantFrom(-1, 0, 7),
            ttl: fc.integer({ min: -1, max: 255 }),
            way: fc.integer({ min: 0, max: 40 }),
            dataSource: fc.integer({ min: 0, max: 5 }),
          }),
          { maxLength: 200 },
        ),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (seen, bytes) => {
          const placement = new Placement();
          const placer = new Placer(placement, true);
          const sample = new Sample();
          sample.agent = new Agent(0, '10.0.0.1', 0);
          sample.header.bytes = bytes;
          sample.header.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
          for (const { depth, way, dataSource, ...layer } of seen) {
            sample.header.depth = depth;
            for (const one of sample.header.layers) Object.assign(one, layer);
            expect([0, 1, 2]).toContain(placer.mark(sample, way, dataSource, way % 7));
          }
          placement.learn();
          for (let port = 0; port < placement.ports.size; port++)
            expect([0, 1, 2]).toContain(placement.roles[port]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
