/** The leaf switch of `test/engine/leaf.ts`, sending by UDP in real time: ten steps a second until it is stopped. */
import { createSocket } from 'node:dgram';
import { onTestFinished } from 'vitest';
import { ACCESS, leafSwitch, OCTETS, RATE, STEP_MS, UPLINK } from '../engine/leaf.ts';

/** The definition and the threshold of “RESTful control of Cumulus Linux ACLs”: 100 Mbit/s at ports of 1 Gbit/s. */
export const LARGE_FLOWS = {
  keys: 'ipsource,ipdestination,tcpsourceport,tcpdestinationport',
  ...{ value: 'bytes', filter: 'direction=ingress', t: 1 },
};
export const largeFlow = (timeout: number) => ({
  ...{ metric: 'tcp', value: 100_000_000 / 8, byFlow: true, timeout },
  filter: { ifspeed: ['1000000000'] },
});

export type LeafSender = {
  /** Octets per second of the large flow of now; 0 for none. Its source port tells one from another. */
  burst: { octetsPerSecond: number; sourcePort: number };
  /** Another destination, to send a frame to each second; '' for none. */
  contact: string;
};

/** Begins to send to the port; the counters of both ports go out each second. */
export function startLeaf(port: number): LeafSender {
  const socket = createSocket('udp4');
  const at = leafSwitch(Date.now);
  const sender: LeafSender = { burst: { octetsPerSecond: 0, sourcePort: 0 }, contact: '' };
  let owed = 0;
  let step = 0;
  const timer = setInterval(() => {
    if (step++ % 10 === 0) {
      at.counters(ACCESS, 1e9);
      at.counters(UPLINK, 1e10);
    }
    const { octetsPerSecond, sourcePort } = sender.burst;
    owed = octetsPerSecond === 0 ? 0 : owed + (octetsPerSecond * STEP_MS) / 1000 / OCTETS / RATE;
    for (; owed >= 1; owed--) at.frame(ACCESS, { source: '10.1.0.1', sourcePort }, true);
    // Eight mice at 1 Mbyte/s in all, which nobody is to be told of.
    if (step % 15 === 0)
      at.frame(ACCESS, { source: `10.1.1.${(step / 15) % 8}`, sourcePort: 60_000 + ((step / 15) % 8) }, true);
    if (sender.contact !== '' && step % 10 === 5)
      at.frame(ACCESS, { source: '10.1.0.7', sourcePort: 40_007, destination: sender.contact }, true);
    for (const octets of at.datagrams()) socket.send(octets, port, '127.0.0.1');
  }, STEP_MS);
  onTestFinished(() => {
    clearInterval(timer);
    socket.close();
  });
  return sender;
}
