/**
 * How fast sampled headers are read: `node test/bench/packet.ts`. Each case parses the same 4,096 headers of
 * 128 octets or less, laid out as in a receive buffer, over and over; the figure is the median of the rounds,
 * in million headers per second of CPU time. The last case also makes the stack number of each.
 */
import { PacketHeader } from '../../main/packet/header.ts';
import { parseHeader } from '../../main/packet/parse.ts';
import { stackOf } from '../../main/packet/stack.ts';
import * as f from '../packet/frames.ts';

const HEADERS = 4096;
const SLOT_OCTETS = 256;
const HEADER_OCTETS = 128;
const ROUNDS = 9;
const PASSES = 150;

/** Made-up but reproducible: a linear congruential generator. */
let seed = 1;
function random(below: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}

const address = () => `10.${random(256)}.${random(256)}.${random(256)}`;
const data = new Uint8Array(100).fill(0x55);
const segment = () =>
  f.tcp({ sourcePort: random(65536), destinationPort: [80, 443, 5001, 22][random(4)]! }, data);
const datagram = () =>
  f.udp({ sourcePort: random(65536), destinationPort: [443, 123, 9999][random(3)]! }, data);
const transport = () => (random(4) === 0 ? datagram() : segment());
const packet = () => f.ipv4({ source: address(), destination: address() }, transport());
const vlan = () => ({ vlans: [{ id: random(4094) + 1 }] });

const plain = () => f.ethernet({}, packet());
const tagged = () => f.ethernet(vlan(), packet());
const sixth = () => f.ethernet({}, f.ipv6({ source: `2001:db8::${random(9999)}` }, transport()));
const overlay = () =>
  f.ethernet({}, f.ipv4({ source: address() }, f.udp({}, f.vxlan(random(4096), plain()))));
const labelled = () => f.ethernet({}, f.mpls([16 + random(9), 100 + random(99)], packet()));
const short = () => plain().subarray(0, 64);

/** As a data centre edge might send it: half tagged, one in sixteen IPv6, some overlay and labels, some cut. */
function mixed(): Uint8Array {
  const kind = random(32);
  if (kind < 14) return tagged();
  if (kind < 26) return plain();
  if (kind < 28) return sixth();
  if (kind < 30) return overlay();
  return kind === 30 ? labelled() : short();
}

const cases: readonly (readonly [name: string, make: () => Uint8Array, withStack: boolean])[] = [
  ['Ethernet, IPv4, TCP/UDP', plain, false],
  ['one VLAN tag', tagged, false],
  ['IPv6', sixth, false],
  ['VXLAN, both packets', overlay, false],
  ['MPLS, two labels', labelled, false],
  ['mixed', mixed, false],
  ['mixed, with stack number', mixed, true],
];

const header = new PacketHeader();
let sink = 0;

/** Million headers per CPU-second. */
function measure(make: () => Uint8Array, withStack: boolean): number {
  const bytes = new Uint8Array(HEADERS * SLOT_OCTETS);
  const view = new DataView(bytes.buffer);
  const ends = new Uint32Array(HEADERS);
  for (let index = 0; index < HEADERS; index++) {
    const frame = make().subarray(0, HEADER_OCTETS);
    bytes.set(frame, index * SLOT_OCTETS);
    ends[index] = index * SLOT_OCTETS + frame.length;
  }
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let pass = 0; pass < PASSES; pass++) {
      for (let index = 0; index < HEADERS; index++) {
        parseHeader(header, bytes, view, index * SLOT_OCTETS, ends[index]!, 1);
        sink += header.layers[0].sourcePort + (withStack ? stackOf(header) : 0);
      }
    }
    const { user, system } = process.cpuUsage(before);
    rates.push((PASSES * HEADERS) / (user + system));
  }
  return rates.sort((one, other) => one - other)[ROUNDS >> 1]!;
}

for (const [name, make, withStack] of cases) {
  process.stdout.write(
    `${name.padEnd(28)}${measure(make, withStack).toFixed(1).padStart(7)} M headers/CPU-s\n`,
  );
}
if (!Number.isFinite(sink)) process.exitCode = 1;
