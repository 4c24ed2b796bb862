/**
 * Where packets enter the part of the network that is heard. A packet that crosses three sampled switches is
 * sampled three times; counted is the sample taken where its sender comes in. For each sender (the innermost
 * IP address of the packet, else its MAC address) it is kept at which ports it was seen, how often, and how many
 * routers away it then was; `placement-learn.ts` makes the entry ports of it. The mark belongs to the sample
 * and not to a key, so every total adds up whatever the keys are.
 *
 * Promises: nothing is allocated per sample; at most 524,288 senders-at-a-port and 65,536 ports are kept, and a
 * sender beyond that is placed by the role of its port. What was learned is about agents by address, so it holds
 * for another pass over the same datagrams.
 */
import type { PacketHeader } from '../packet/header.ts';
import { KeyTable } from './key-table.ts';
import {
  BY_ROLE,
  PAIR_COLUMNS,
  PAIR_FRAMES,
  PAIR_HOPS,
  PAIR_MARK,
  PAIR_SAMPLES,
  PAIR_VOTES,
} from './placement-columns.ts';
import { learnPlacement, type PlacementEvidence } from './placement-learn.ts';
import { COUNTED, type Mark, TRANSIT, UNPLACED } from './placement-mark.ts';
import type { Sample } from './sample.ts';

const MAX_PORTS = 65_536;
const MAX_PAIRS = 524_288;
/** When so much of the table is used, what was heard long ago is forgotten. */
const AGE_AT = 0.75;
/** A live placement forgets by halves this often, so that a network that was changed is learned anew. */
const AGE_EVERY_MS = 600_000;
/** Times at which a live placement learns anew: soon at first, then every five seconds. */
const LEARN_AT_MS = [500, 1000, 2000, 3000, 5000];
/** So often it learns before it takes a port of which nothing speaks for an entry: about seven seconds. */
const EARLY_VERSIONS = 4;
/** A live placement learns in parts of about this length. */
const AT_A_TIME_MS = 1;
/** Learning may take this part of the time at most. */
const MOST_LEARNING = 0.02;

export class Placement implements PlacementEvidence {
  /** (number of the agent here, input word) → port. */
  readonly ports = new KeyTable(2, MAX_PORTS, 256);
  /** Mark of what no sender decides, by port. */
  roles: Uint8Array = new Uint8Array(256);
  /** 1 where no sender goes against the role of the port, so that it need not be asked for. */
  uniform: Uint8Array = new Uint8Array(256);
  /** (two words of the sender, port) → pair. */
  pairs = new KeyTable(3, MAX_PAIRS, 4096);
  pairColumns: Float64Array = new Float64Array(4096 * PAIR_COLUMNS);
  /** How often it was learned. */
  version = 0;
  readonly #agents = new Map<string, number>();
  /** Samples that a port took of what came in by it. */
  #ownSamples = new Float64Array(256);
  readonly #portWords = new Uint32Array(2);
  readonly #words = new Uint32Array(3);
  #learnAtMs = Number.POSITIVE_INFINITY;
  #agedMs = Number.NaN;
  #underWay: Generator<void, void> | null = null;
  #tookMs = 0;

  agentNumber(address: string): number {
    const known = this.#agents.get(address);
    if (known !== undefined) return known;
    this.#agents.set(address, this.#agents.size);
    return this.#agents.size - 1;
  }

  /** The port of an agent by which packets came in; -1 past the cap. */
  portOf(agent: number, input: number): number {
    this.#portWords[0] = agent;
    this.#portWords[1] = input;
    const before = this.ports.size;
    const port = this.ports.intern(this.#portWords, 0);
    if (port !== before) return port;
    if (port >= this.roles.length) {
      const roles = new Uint8Array(this.roles.length * 2);
      roles.set(this.roles);
      this.roles = roles;
      const uniform = new Uint8Array(this.uniform.length * 2);
      uniform.set(this.uniform);
      this.uniform = uniform;
      const own = new Float64Array(this.#ownSamples.length * 2);
      own.set(this.#ownSamples);
      this.#ownSamples = own;
    }
    // One switch alone: whatever comes in by a new port comes from outside.
    this.roles[port] = this.#agents.size === 1 ? COUNTED : UNPLACED;
    return port;
  }

  /** Makes entry ports and roles of all that was seen. */
  learn(): void {
    this.#underWay = null;
    if (this.pairs.size > MAX_PAIRS * AGE_AT) this.#age();
    for (const _ of learnPlacement(this, false));
    this.version++;
  }

  /**
   * Learns anew where it is time: soon after the first sample, then every five seconds, and more seldom where
   * it would take more than a fiftieth of the time. Each call does a part of it, about a millisecond; the
   * marks change with the last part. `elapsedMs` is a monotonic clock.
   */
  learnWhenDue(nowMs: number, elapsedMs: () => number): void {
    if (this.pairs.size === 0) return;
    if (Number.isNaN(this.#agedMs)) {
      this.#agedMs = nowMs;
      this.#learnAtMs = nowMs + LEARN_AT_MS[0]!;
    }
    if (this.#underWay === null) {
      if (nowMs < this.#learnAtMs) return;
      if (nowMs - this.#agedMs >= AGE_EVERY_MS || this.pairs.size > MAX_PAIRS * AGE_AT) {
        this.#age();
        this.#agedMs = nowMs;
      }
      this.#underWay = learnPlacement(this, this.version < EARLY_VERSIONS && this.#agents.size > 1);
      this.#tookMs = 0;
    }
    const before = elapsedMs();
    let tookMs = 0;
    let done = false;
    while (!done && tookMs < AT_A_TIME_MS) {
      done = this.#underWay.next().done === true;
      tookMs = elapsedMs() - before;
    }
    this.#tookMs += tookMs;
    if (!done) return;
    this.#underWay = null;
    this.version++;
    const pauseMs = LEARN_AT_MS[Math.min(this.version, LEARN_AT_MS.length - 1)]!;
    this.#learnAtMs = nowMs + Math.max(pauseMs, this.#tookMs / MOST_LEARNING);
  }

  /** The mark of a sample that came in by `port`, and, where it `learns`, what it teaches. */
  mark(sample: Sample, port: number, own: boolean, learns: boolean): Mark {
    if (port < 0) return UNPLACED;
    if (own) {
      // What goes back out by the same port may have been sampled as it left.
      const { flow } = sample;
      if (learns && (flow.outputValue !== flow.inputValue || flow.outputFormat !== 0))
        this.#ownSamples[port]! += 1;
    } else if (this.#ownSamples[port]! > 0) {
      // Sampled as it left by a port, and likely also as it came in: the same hop twice.
      return TRANSIT;
    }
    const role = this.roles[port] as Mark;
    if (!learns && this.uniform[port] === 1) return role;
    const words = this.#words;
    const hops = readSender(sample.header, words);
    if (hops < 0) return role;
    words[2] = port;
    const before = this.pairs.size;
    const pair = this.pairs.intern(words, 0);
    if (pair < 0) return role;
    const at = pair * PAIR_COLUMNS;
    if (pair === before) this.#newPair(pair);
    const columns = this.pairColumns;
    if (learns) {
      columns[at + PAIR_SAMPLES]! += 1;
      columns[at + PAIR_FRAMES]! += sample.samplingRate;
      const votes = columns[at + PAIR_VOTES]!;
      if (columns[at + PAIR_HOPS] === hops) columns[at + PAIR_VOTES] = votes + 1;
      else if (votes > 0) columns[at + PAIR_VOTES] = votes - 1;
      else {
        columns[at + PAIR_HOPS] = hops;
        columns[at + PAIR_VOTES] = 1;
      }
    }
    const mark = columns[at + PAIR_MARK]!;
    return mark === BY_ROLE ? role : (mark as Mark);
  }

  #newPair(pair: number): void {
    if ((pair + 1) * PAIR_COLUMNS > this.pairColumns.length) {
      const larger = new Float64Array(this.pairColumns.length * 2);
      larger.set(this.pairColumns);
      this.pairColumns = larger;
    }
    this.pairColumns[pair * PAIR_COLUMNS + PAIR_MARK] = BY_ROLE;
  }

  /** Halves all counts and forgets pairs that have less than one sample left. */
  #age(): void {
    const old = this.pairs;
    const columns = this.pairColumns;
    this.pairs = new KeyTable(3, MAX_PAIRS, 4096);
    this.pairColumns = new Float64Array(4096 * PAIR_COLUMNS);
    for (let pair = 0; pair < old.size; pair++) {
      const from = pair * PAIR_COLUMNS;
      if (columns[from]! < 2) continue;
      const fresh = this.pairs.intern(old.words, pair * 3);
      this.#newPair(fresh);
      const at = fresh * PAIR_COLUMNS;
      this.pairColumns[at + PAIR_SAMPLES] = columns[from + PAIR_SAMPLES]! / 2;
      this.pairColumns[at + PAIR_FRAMES] = columns[from + PAIR_FRAMES]! / 2;
      this.pairColumns[at + PAIR_HOPS] = columns[from + PAIR_HOPS]!;
      this.pairColumns[at + PAIR_VOTES] = Math.floor(columns[from + PAIR_VOTES]! / 2);
      this.pairColumns[at + PAIR_MARK] = columns[from + PAIR_MARK]!;
    }
  }
}

/**
 * Marks the samples of one reader by a placement, and teaches it where `learns`; finds the port of a path once.
 * A second reading of the same datagrams does not teach.
 */
export class Placer {
  readonly #placement: Placement;
  readonly #learns: boolean;
  /** By number of the way: port + 2, or 0 where it was not asked yet. */
  #ports = new Int32Array(256);

  constructor(placement: Placement, learns: boolean) {
    this.#placement = placement;
    this.#learns = learns;
  }

  /** The mark of a sample whose way has the number `way`. */
  mark(sample: Sample, way: number, dataSource: number, input: number): Mark {
    if (way >= this.#ports.length) {
      const larger = new Int32Array(Math.max(way + 1, this.#ports.length * 2));
      larger.set(this.#ports);
      this.#ports = larger;
    }
    // Way 0 stands for everything beyond the cap on paths.
    if (way === 0) return UNPLACED;
    let port = this.#ports[way]! - 2;
    if (port === -2) {
      port = this.#placement.portOf(this.#placement.agentNumber(sample.agent!.address), input);
      this.#ports[way] = port + 2;
    }
    return this.#placement.mark(sample, port, dataSource === input, this.#learns);
  }
}

/**
 * Two words that stand for the sender of a packet, the innermost one of a tunnel; returns the routers passed so
 * far by its TTL, 0 where there is none, or -1 where the packet names no sender.
 */
function readSender(header: PacketHeader, words: Uint32Array): number {
  const { view, bytes } = header;
  for (let depth = Math.max(1, header.depth) - 1; depth >= 0; depth--) {
    const layer = header.layers[depth as 0 | 1 | 2 | 3];
    const at = layer.sourceIp;
    if (at >= 0 && layer.ipVersion === 4) {
      const address = view.getUint32(at);
      if (address !== 0) {
        words[0] = 4;
        words[1] = address;
        return routersPassed(layer.ttl);
      }
    } else if (at >= 0) {
      const high = Math.imul(view.getUint32(at) ^ 0x9e37_79b9, 0x85eb_ca6b) ^ view.getUint32(at + 4);
      const low = Math.imul(view.getUint32(at + 8) ^ 0x27d4_eb2f, 0xc2b2_ae35) ^ view.getUint32(at + 12);
      words[0] = (high | 0x8000_0000) >>> 0;
      words[1] = low >>> 0;
      return routersPassed(layer.ttl);
    }
    const mac = layer.sourceMac;
    if (mac >= 0) {
      words[0] = 0x0600_0000 | (bytes[mac]! << 8) | bytes[mac + 1]!;
      words[1] = view.getUint32(mac + 2);
      return 0;
    }
  }
  return -1;
}

/**
 * Systems begin at 64, 128 or 255. 32 is not among them: what has 32 left is far more often half-way from 64,
 * and the count must not fall along a way.
 */
function routersPassed(ttl: number): number {
  if (ttl < 0) return 0;
  return ttl <= 64 ? 64 - ttl : ttl <= 128 ? 128 - ttl : 255 - ttl;
}
