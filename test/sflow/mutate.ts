/**
 * Damage as it is sent, by accident or on purpose: a datagram is changed where its structure is (tags, lengths,
 * counts), where its data is, and in its extent. The same random numbers give the same damage.
 */

/** Values that break arithmetic or sit at a border. */
const HOSTILE_WORDS = [
  0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 63, 64, 65, 255, 256, 1001, 1003, 1016, 0x10000, 0x3fffffff,
  0x40000000, 0x7ffffffc, 0x7fffffff, 0x80000000, 0xfffffff8, 0xfffffffc, 0xffffffff,
];

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

function anyWordOffset(random: () => number, bytes: Uint8Array): number {
  return 4 * Math.floor((random() * bytes.length) / 4);
}

type Mutation = (random: () => number, bytes: Uint8Array) => Uint8Array;

function setWord(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const changed = bytes.slice();
  if (offset + 4 <= changed.length) new DataView(changed.buffer).setUint32(offset, value);
  return changed;
}

const mutations: readonly Mutation[] = [
  // A word becomes hostile.
  (random, bytes) => setWord(bytes, anyWordOffset(random, bytes), pick(random, HOSTILE_WORDS)),
  // A word is off by a little, or is the number of octets left.
  (random, bytes) => {
    const offset = anyWordOffset(random, bytes);
    if (offset + 4 > bytes.length) return bytes;
    const value = new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset);
    const left = bytes.length - offset - 4;
    const candidates = [value - 4, value - 1, value + 1, value + 4, left, left + 1, left - 1, left >>> 2];
    return setWord(bytes, offset, pick(random, candidates) >>> 0);
  },
  // A few octets change.
  (random, bytes) => {
    const changed = bytes.slice();
    for (let i = 0; i <= random() * 4; i++)
      changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
    return changed;
  },
  (random, bytes) => bytes.slice(0, Math.floor(random() * (bytes.length + 1))),
  // Words are lost, or come twice.
  (random, bytes) => {
    const from = anyWordOffset(random, bytes);
    const to = from + 4 * Math.ceil(random() * 8);
    const twice = random() < 0.5;
    return joined(bytes.subarray(0, twice ? to : from), bytes.subarray(twice ? from : to));
  },
  // Words come in between.
  (random, bytes) => {
    const at = anyWordOffset(random, bytes);
    const inserted = new Uint8Array(4 * Math.ceil(random() * 4)).fill(Math.floor(random() * 256));
    return joined(bytes.subarray(0, at), inserted, bytes.subarray(at));
  },
];

function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** One to four kinds of damage, one upon the other. */
export function mutated(random: () => number, bytes: Uint8Array): Uint8Array {
  let changed = bytes;
  for (let i = 0; i <= random() * 4; i++) changed = pick(random, mutations)(random, changed);
  return changed;
}
