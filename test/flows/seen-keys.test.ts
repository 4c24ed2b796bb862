/** Which keys samples carry: outer and inner ones, since when, and how little of the stream is looked at. */
import { describe, expect, it } from 'vitest';
import { SeenKeys } from '../../main/flows/seen-keys.ts';
import { ethernet, ipv4, ipv6, tcp, udp, vxlan } from '../packet/frames.ts';
import { readAll } from './sampled.ts';

const overUdp = ethernet({}, ipv4({}, udp({}, new Uint8Array(8))));
const overIpv6 = ethernet({}, ipv6({}, tcp()));

describe('keys that were seen', () => {
  it('are those that a sample has, with the time since', () => {
    const seen = new SeenKeys();
    expect(seen.since(0)).toEqual({});
    readAll([{ frame: overUdp }], (sample) => {
      sample.timeMs = 5000;
      seen.look(sample);
    });
    const since = seen.since(7500);
    expect(since).toMatchObject({ ipsource: 2500, udpdestinationport: 2500, macsource: 2500, bytes: 2500 });
    for (const absent of ['tcpsourceport', 'ip6source', 'httpurl', 'ipsource.1', 'dnsqname'])
      expect(since).not.toHaveProperty([absent]);
    seen.restart();
    expect(seen.since(7500)).toEqual({});
  });

  it('are those of the packet inside a tunnel as well', () => {
    const seen = new SeenKeys();
    const inside = ethernet({}, ipv4({}, tcp()));
    readAll([{ frame: ethernet({}, ipv4({}, udp({}, vxlan(7, inside)))) }], (sample) => seen.look(sample));
    expect(Object.keys(seen.since(0))).toEqual(
      expect.arrayContaining(['ipsource', 'ipsource.1', 'tcpsourceport.1', 'vni']),
    );
  });

  it('are looked for in the first samples of a second only', () => {
    const seen = new SeenKeys();
    const frames = [...Array(100).fill(overIpv6), overUdp, overUdp];
    readAll(
      frames.map((frame: Uint8Array) => ({ frame })),
      (sample, index) => {
        sample.timeMs = index <= 100 ? 1000 + index : 2000;
        seen.look(sample);
        if (index < 100) expect(seen.since(3000)).toHaveProperty('ip6source');
        else expect('ipsource' in seen.since(3000)).toBe(index === 101);
      },
    );
  });
});
