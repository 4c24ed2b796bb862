/** Where hosts are: the port they enter by, a move told from another leg, and a table that cannot grow. */
import { describe, expect, it } from 'vitest';
import { Locations, MOST_LOCATED, MOST_MOVES, vlanOf } from '../../main/samples/locations.ts';
import { Network } from '../../main/samples/network.ts';
import { COUNTED, type Mark, TRANSIT } from '../../main/samples/placement-mark.ts';
import { Sample } from '../../main/samples/sample.ts';
import { formatAddress } from '../../shared/format/address.ts';

const network = new Network();
const leaf1 = network.agentByText('10.0.0.1', 0)!;
const leaf2 = network.agentByText('10.0.0.2', 0)!;

type Frame = {
  agent?: typeof leaf1;
  input?: number;
  mark?: Mark;
  mac?: number;
  ip?: number;
  ttl?: number;
  vlan?: number;
};
const octets = new Uint8Array(64);
const sample = new Sample();
/** A sample of a frame with a MAC address 02:00:… and an IPv4 address by number. */
function frame(timeMs: number, given: Frame = {}): Sample {
  const { agent = leaf1, input = 3, mark = COUNTED, mac = 1, ip = 0x0a01_0203, ttl = 64, vlan } = given;
  const view = new DataView(octets.buffer);
  view.setUint16(6, 0x0200);
  view.setUint32(8, mac);
  view.setUint32(26, ip);
  const { header } = sample;
  header.bytes = octets;
  header.view = view;
  header.depth = 1;
  const [layer] = header.layers;
  layer.clear();
  Object.assign(layer, { sourceMac: 6, sourceIp: 26, ipVersion: 4, ttl });
  if (vlan !== undefined) {
    layer.vlanCount = 1;
    layer.vlan[0] = vlan;
  }
  sample.timeMs = timeMs;
  sample.agent = agent;
  sample.path = network.paths.marked(network.pathOf(agent, input, input, 9), mark);
  return sample;
}
const where = (locations: Locations) =>
  [...locations.all()].map(({ octets: address, place, also, sinceMs, lastMs, samples, mac }) => ({
    address: address.length === 6 ? Buffer.from(address).toString('hex') : formatAddress(address),
    port: `${network.at(place.agent)!.address} ${place.ifIndex}`,
    vlan: vlanOf(place),
    also: also && `${network.at(also.agent)!.address} ${also.ifIndex}`,
    ...{ sinceMs, lastMs, samples, mac: mac && Buffer.from(mac).toString('hex') },
  }));
const placeOf = (locations: Locations, address: string) =>
  where(locations).find((host) => host.address === address);

describe('where a host is', () => {
  it('is the port and VLAN where its frames are counted, for its MAC and IP address', () => {
    const locations = new Locations(network);
    locations.flow(frame(1000, { vlan: 20 }));
    locations.flow(frame(2000, { agent: leaf2, input: 50, mark: TRANSIT }));
    locations.flow(frame(3000, { vlan: 20 }));
    const common = { port: '10.0.0.1 3', vlan: 20, also: null, sinceMs: 1000, lastMs: 3000, samples: 2 };
    expect(where(locations).sort((a, b) => (a.address < b.address ? -1 : 1))).toEqual([
      { address: '020000000001', ...common, mac: null },
      { address: '10.1.2.3', ...common, mac: '020000000001' },
    ]);
    const mac = Uint8Array.of(2, 0, 0, 0, 0, 1);
    expect(locations.of(mac)).toMatchObject({ octets: mac, samples: 2, place: { ifIndex: 3, vlan: 20 } });
    expect(locations.of(Uint8Array.of(10, 1, 2, 3))).toMatchObject({ mac, sinceMs: 1000, lastMs: 3000 });
    expect(locations.of(Uint8Array.of(10, 1, 2, 4))).toBeNull();
    expect(locations.of(new Uint8Array(16))).toBeNull();
  });

  it('is the border for a host behind a router, and tells no MAC address of it', () => {
    const locations = new Locations(network);
    locations.flow(frame(1000, { ip: 0x0808_0808, ttl: 57 }));
    expect(placeOf(locations, '8.8.8.8')).toMatchObject({ port: '10.0.0.1 3', mac: null });
  });

  it('changes when the host was silent for a while and is sampled elsewhere: a move with both ends', () => {
    const locations = new Locations(network);
    for (let second = 0; second <= 60; second += 10) locations.flow(frame(second * 1000));
    for (let second = 70; second <= 120; second += 10)
      locations.flow(frame(second * 1000, { agent: leaf2, input: 7 }));
    expect(placeOf(locations, '10.1.2.3')).toMatchObject({ port: '10.0.0.2 7', sinceMs: 70_000 });
    expect(locations.moves).toHaveLength(2);
    expect(locations.moves[0]).toMatchObject({
      from: { agent: leaf1.index, ifIndex: 3 },
      to: { agent: leaf2.index, ifIndex: 7 },
      atMs: 70_000,
    });
  });

  it('does not change for a bundle over two switches, which is told as the other leg', () => {
    const locations = new Locations(network);
    for (let second = 0; second < 600; second++)
      locations.flow(frame(second * 1000, second % 7 < 3 ? {} : { agent: leaf2, input: 7 }));
    expect(locations.moves).toEqual([]);
    expect(placeOf(locations, '10.1.2.3')).toMatchObject({ port: '10.0.0.1 3', also: '10.0.0.2 7' });
  });

  it('is forgotten for those that were silent for longest, in a table that cannot grow', () => {
    const locations = new Locations(network);
    for (let host = 0; host < 3 * MOST_LOCATED; host++)
      locations.flow(frame(host + 1, { ip: 0x1400_0000 + host, mac: 5 }));
    const left = where(locations);
    expect(left.length).toBeLessThanOrEqual(MOST_LOCATED);
    expect(left.length).toBeGreaterThan(MOST_LOCATED * 0.95);
    // The newest are all there.
    const known = new Set(left.map(({ address }) => address));
    for (let host = 3 * MOST_LOCATED - 1000; host < 3 * MOST_LOCATED; host++) {
      const ip = 0x1400_0000 + host;
      expect(known.has(`${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`)).toBe(true);
    }
    expect(locations.moves.length).toBeLessThanOrEqual(MOST_MOVES);
    locations.restart(network);
    expect(where(locations)).toEqual([]);
  });
});
