/**
 * From what was seen of senders at ports to entry ports. One relation carries it: port q lies behind port e
 * (what enters at e is seen again at q). A sender's entry ports are those of its ports that lie behind none of
 * its others, so a sender on two leaves, behind a link bundle or two border routers has several.
 *
 * Evidence that q lies behind e, strongest first:
 * 1. Routers: the senders common to both are farther away at q, all by about the same number.
 * 2. Fan-in: at equal distance, a sender that passed no router shares q with at least twice as many others as e.
 * 3. Trunks: senders placed by 1 and 2 are in transit at q and not at e.
 * 4. The way round: e's switch has another port towards q's switch, and q's switch has none but q towards e's.
 * A port through which more of the common senders' frames came than through e does not lie behind it.
 *
 * Ports get roles from the senders placed well; senders with too few samples are placed by the role. A port
 * where neither is clear leaves those unplaced.
 */
import { KeyTable } from './key-table.ts';
import {
  BY_ROLE,
  PAIR_COLUMNS,
  PAIR_FRAMES,
  PAIR_HOPS,
  PAIR_MARK,
  PAIR_SAMPLES,
} from './placement-columns.ts';
import { COUNTED, TRANSIT, UNPLACED } from './placement-mark.ts';

export type PlacementEvidence = {
  readonly ports: KeyTable;
  roles: Uint8Array;
  uniform: Uint8Array;
  readonly pairs: KeyTable;
  readonly pairColumns: Float64Array;
};

const MAX_RELATIONS = 262_144;
/** Ports of a sender that may lie before others; the nearest ones. */
const FRONT = 4;
/** Of a sender's frames at its busiest port: what comes by a port below this is astray and proves nothing. */
const STRAY_SHARE = 0.02;
/** Samples of a sender from which it tells something of the role of ports. */
const KNOWN_SAMPLES = 8;
/** Samples of a sender from which it may go against a clear role, and the share at the port. */
const CERTAIN_SAMPLES = 30;
const CERTAIN_SHARE = 0.05;
/** Samples of known senders that make the role of a port, and the shares that make it clear. */
const ROLE_SAMPLES = 20;
const EDGE_SHARE = 0.9;
const TRUNK_SHARE = 0.1;
/** Differences of distance that are told apart: -2 and less, -1, 0, 1, 2, 3, 4 and more. */
const BINS = 7;
const ZERO_BIN = 2;
/** Of the common senders: how many are farther away at the port behind, and how many by the same number. */
const FARTHER_SHARE = 0.7;
const PEAK_SHARE = 0.55;
/** Columns of a relation behind the bins: senders, frames at the lower and at the higher port. */
const SENDERS = BINS;
const FRAMES = BINS + 1;
const RELATION_COLUMNS = BINS + 3;

/** Senders looked at between two pauses: less than a millisecond. */
const SENDERS_AT_A_TIME = 1000;

/**
 * Learns from all pairs there are now: writes the mark of each pair and the role of each port at the end. It
 * pauses now and then, so that a live engine can go on meanwhile; until its end no pair may be taken away. `isEarly`:
 * little was heard yet, and a port of which nothing speaks is not taken for an entry.
 */
export function* learnPlacement(evidence: PlacementEvidence, isEarly: boolean): Generator<void, void> {
  yield* new Learning(evidence, isEarly).run();
}

class Learning {
  readonly #evidence: PlacementEvidence;
  readonly #isEarly: boolean;
  /** As many as there were at the start; what comes meanwhile waits for the next time. */
  readonly #pairs: number;
  readonly #ports: number;
  readonly #fanIn: Float64Array;
  /** First pair of each sender, and the next of the same sender; -1 ends. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  #senders = 0;
  readonly #relations = new KeyTable(2, MAX_RELATIONS, 256);
  #relationColumns = new Float64Array(256 * RELATION_COLUMNS);
  readonly #words = new Uint32Array(2);
  /** Frames of well placed senders in transit and entering, by port. */
  readonly #strongTransit: Float64Array;
  readonly #strongEntry: Float64Array;
  /** port × 65,536 + agent: the port leads to that agent. */
  readonly #leads = new Set<number>();
  /** agent × 65,536 + agent: ports of the first that lead to the second. */
  readonly #ways = new Map<number, number>();
  /** Pairs of the sender at hand: all, and those that may lie before others. */
  #own: number[] = [];
  #front: number[] = [];
  #strongOnly = true;

  constructor(evidence: PlacementEvidence, isEarly: boolean) {
    this.#evidence = evidence;
    this.#isEarly = isEarly;
    const { pairs, ports } = evidence;
    this.#pairs = pairs.size;
    this.#ports = ports.size;
    this.#fanIn = new Float64Array(ports.size);
    this.#strongTransit = new Float64Array(ports.size);
    this.#strongEntry = new Float64Array(ports.size);
    this.#first = new Int32Array(pairs.size).fill(-1);
    this.#next = new Int32Array(pairs.size);
  }

  *run(): Generator<void, void> {
    yield* this.#gather();
    for (let sender = 0; sender < this.#senders; sender++) {
      if (this.#take(sender)) this.#relate();
      if (sender % SENDERS_AT_A_TIME === 0) yield;
    }
    this.#strongOnly = true;
    for (let sender = 0; sender < this.#senders; sender++) {
      if (this.#take(sender)) this.#learnTrunks();
      if (sender % SENDERS_AT_A_TIME === 0) yield;
    }
    this.#strongOnly = false;
    yield* this.#decide();
  }

  /** Puts the pairs of each sender into a list. */
  *#gather(): Generator<void, void> {
    const { pairs } = this.#evidence;
    const senders = new KeyTable(2, pairs.capacity, 4096);
    for (let pair = 0; pair < this.#pairs; pair++) {
      if (pair % SENDERS_AT_A_TIME === 0) yield;
      if (this.#samples(pair) === 0) continue;
      const sender = senders.intern(pairs.words, pair * 3);
      this.#next[pair] = this.#first[sender]!;
      this.#first[sender] = pair;
      this.#fanIn[pairs.words[pair * 3 + 2]!]! += 1;
    }
    this.#senders = senders.size;
  }

  /** Makes a sender the one at hand; false where it was seen at one port only. */
  #take(sender: number): boolean {
    const { pairColumns } = this.#evidence;
    const own = this.#own;
    own.length = 0;
    let most = 0;
    for (let pair = this.#first[sender]!; pair >= 0; pair = this.#next[pair]!) {
      own.push(pair);
      most = Math.max(most, pairColumns[pair * PAIR_COLUMNS + PAIR_FRAMES]!);
    }
    const front = this.#front;
    front.length = 0;
    for (const pair of own)
      if (pairColumns[pair * PAIR_COLUMNS + PAIR_FRAMES]! >= most * STRAY_SHARE) front.push(pair);
    if (front.length > FRONT) {
      front.sort(
        (a, b) => this.#hops(a) - this.#hops(b) || this.#fanIn[this.#port(a)]! - this.#fanIn[this.#port(b)]!,
      );
      front.length = FRONT;
    }
    return own.length > 1;
  }

  #port(pair: number): number {
    return this.#evidence.pairs.words[pair * 3 + 2]!;
  }
  #hops(pair: number): number {
    return this.#evidence.pairColumns[pair * PAIR_COLUMNS + PAIR_HOPS]!;
  }
  #frames(pair: number): number {
    return this.#evidence.pairColumns[pair * PAIR_COLUMNS + PAIR_FRAMES]!;
  }
  #samples(pair: number): number {
    return this.#evidence.pairColumns[pair * PAIR_COLUMNS + PAIR_SAMPLES]!;
  }
  #agent(port: number): number {
    return this.#evidence.ports.words[port * 2]!;
  }

  /** Adds the sender at hand to the relations between its nearest ports and all of its ports. */
  #relate(): void {
    const front = this.#front;
    for (let i = 0; i < front.length; i++) {
      const e = front[i]!;
      for (const q of this.#own) {
        const other = front.indexOf(q);
        // Two ports of the front meet twice; once is enough.
        if (q === e || (other >= 0 && other < i)) continue;
        this.#addRelation(this.#port(e), this.#port(q), e, q);
      }
    }
  }

  #addRelation(e: number, q: number, pairOfE: number, pairOfQ: number): void {
    const isLow = e < q;
    const low = isLow ? pairOfE : pairOfQ;
    const high = isLow ? pairOfQ : pairOfE;
    this.#words[0] = isLow ? e : q;
    this.#words[1] = isLow ? q : e;
    const id = this.#relations.intern(this.#words, 0);
    if (id < 0) return;
    if ((id + 1) * RELATION_COLUMNS > this.#relationColumns.length) {
      const larger = new Float64Array(this.#relationColumns.length * 2);
      larger.set(this.#relationColumns);
      this.#relationColumns = larger;
    }
    const at = id * RELATION_COLUMNS;
    const difference = this.#hops(high) - this.#hops(low);
    const columns = this.#relationColumns;
    columns[at + Math.min(BINS - 1, Math.max(0, difference + ZERO_BIN))]! += 1;
    columns[at + SENDERS]! += 1;
    columns[at + FRAMES]! += this.#frames(low);
    columns[at + FRAMES + 1]! += this.#frames(high);
  }

  /** Where the relation of two ports stands in the columns; -1 where no sender was seen at both. */
  #relationOf(e: number, q: number): number {
    this.#words[0] = Math.min(e, q);
    this.#words[1] = Math.max(e, q);
    const before = this.#relations.size;
    const id = this.#relations.intern(this.#words, 0);
    if (id < 0) return -1;
    if (id === before && (id + 1) * RELATION_COLUMNS > this.#relationColumns.length) {
      const larger = new Float64Array(this.#relationColumns.length * 2);
      larger.set(this.#relationColumns);
      this.#relationColumns = larger;
    }
    return this.#relationColumns[id * RELATION_COLUMNS + SENDERS]! > 0 ? id * RELATION_COLUMNS : -1;
  }

  /** Whether port q lies behind port e, for a sender that is `hops` routers away at e. */
  #isBehind(q: number, e: number, hops: number): boolean {
    const at = this.#relationOf(e, q);
    if (at < 0) return false;
    const columns = this.#relationColumns;
    const senders = columns[at + SENDERS]!;
    const sign = e < q ? 1 : -1;
    const framesOfE = columns[at + FRAMES + (e < q ? 0 : 1)]!;
    const framesOfQ = columns[at + FRAMES + (e < q ? 1 : 0)]!;
    if (framesOfQ > 2 * framesOfE && senders >= 3) return false;
    let farther = 0;
    let peak = 0;
    let elsewhere = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const count = columns[at + bin]!;
      if ((bin - ZERO_BIN) * sign > 0) {
        farther += count;
        peak = Math.max(peak, count);
      } else elsewhere = Math.max(elsewhere, count);
    }
    // Senders that come in at several places blur the picture, but not the place of its peak.
    if (farther >= FARTHER_SHARE * senders) return peak >= PEAK_SHARE * senders && peak > elsewhere;
    if (columns[at + ZERO_BIN]! < 0.6 * senders || this.#agent(e) === this.#agent(q)) return false;
    const local = hops === 0;
    if (local && this.#fanIn[q]! >= 2 * this.#fanIn[e]!) return true;
    if (this.#strongOnly) return false;
    if (local && this.#fanIn[e]! >= 2 * this.#fanIn[q]!) return false;
    const trunkE = this.#isTrunk(e);
    const trunkQ = this.#isTrunk(q);
    if (trunkE !== trunkQ) return trunkQ;
    if (trunkE) return this.#fanIn[q]! >= 2 * this.#fanIn[e]!;
    return this.#isRound(e, q);
  }

  #isTrunk(port: number): boolean {
    return this.#strongTransit[port]! > this.#strongEntry[port]!;
  }

  /** The fourth evidence: q is the only port of its switch towards e's, and e's switch has another way to q's. */
  #isRound(e: number, q: number): boolean {
    const agentE = this.#agent(e);
    const agentQ = this.#agent(q);
    const eLeads = this.#leads.has(e * 65_536 + agentQ);
    const qLeads = this.#leads.has(q * 65_536 + agentE);
    if (qLeads !== eLeads) return qLeads;
    // Both lead towards each other, or neither does.
    const itself = eLeads ? 1 : 0;
    const others = (from: number, to: number): number => (this.#ways.get(from * 65_536 + to) ?? 0) - itself;
    return others(agentE, agentQ) > 0 && others(agentQ, agentE) === 0;
  }

  #liesBehind(pair: number): boolean {
    const q = this.#port(pair);
    for (const e of this.#front)
      if (e !== pair && this.#isBehind(q, this.#port(e), this.#hops(e))) return true;
    return false;
  }

  /** Of a sender that is placed by routers or fan-in: which ports are trunks, and to which switches they lead. */
  #learnTrunks(): void {
    const behind = this.#own.filter((pair) => this.#liesBehind(pair));
    if (behind.length === 0) return;
    for (const pair of this.#own) {
      const port = this.#port(pair);
      if (!behind.includes(pair)) {
        this.#strongEntry[port]! += this.#frames(pair);
        continue;
      }
      this.#strongTransit[port]! += this.#frames(pair);
      for (const e of this.#front) {
        if (e === pair || !this.#isBehind(port, this.#port(e), this.#hops(e))) continue;
        const from = this.#agent(port);
        const to = this.#agent(this.#port(e));
        if (from === to || this.#leads.has(port * 65_536 + to)) continue;
        this.#leads.add(port * 65_536 + to);
        this.#ways.set(from * 65_536 + to, (this.#ways.get(from * 65_536 + to) ?? 0) + 1);
      }
    }
  }

  *#decide(): Generator<void, void> {
    const ports = this.#ports;
    const entering = new Float64Array(ports);
    const known = new Float64Array(ports);
    const knownSamples = new Float64Array(ports);
    const rare = new Float64Array(ports);
    const marks = new Uint8Array(this.#pairs);
    const certain = new Uint8Array(this.#pairs);
    for (let sender = 0; sender < this.#senders; sender++) {
      if (sender % SENDERS_AT_A_TIME === 0) yield;
      this.#take(sender);
      let samples = 0;
      let frames = 0;
      for (const pair of this.#own) {
        samples += this.#samples(pair);
        frames += this.#frames(pair);
      }
      for (const pair of this.#own) {
        const port = this.#port(pair);
        marks[pair] = this.#own.length > 1 && this.#liesBehind(pair) ? TRANSIT : COUNTED;
        if (samples < KNOWN_SAMPLES) {
          rare[port]! += this.#frames(pair);
          continue;
        }
        certain[pair] = 1;
        if (samples >= CERTAIN_SAMPLES && this.#frames(pair) >= CERTAIN_SHARE * frames) certain[pair] = 2;
        known[port]! += this.#frames(pair);
        knownSamples[port]! += this.#samples(pair);
        if (marks[pair] === COUNTED) entering[port]! += this.#frames(pair);
      }
    }
    const before = this.#rareBefore(rare);
    const { pairColumns, roles, uniform } = this.#evidence;
    for (let port = 0; port < ports; port++) {
      const share = entering[port]! / known[port]!;
      if (knownSamples[port]! >= ROLE_SAMPLES && (share >= EDGE_SHARE || share <= TRUNK_SHARE))
        roles[port] = share >= EDGE_SHARE ? COUNTED : TRANSIT;
      else if (before[port]! >= rare[port]! / 2 && before[port]! > 0) roles[port] = TRANSIT;
      else if (knownSamples[port]! < ROLE_SAMPLES) roles[port] = this.#isEarly ? UNPLACED : COUNTED;
      else roles[port] = UNPLACED;
    }
    uniform.fill(1, 0, ports);
    for (let pair = 0; pair < this.#pairs; pair++) {
      const port = this.#port(pair);
      const needed = roles[port] === UNPLACED ? 1 : 2;
      const mark = certain[pair]! >= needed && marks[pair] !== roles[port] ? marks[pair]! : BY_ROLE;
      pairColumns[pair * PAIR_COLUMNS + PAIR_MARK] = mark;
      if (mark !== BY_ROLE) uniform[port] = 0;
    }
  }

  /** Frames of seldom sampled senders at the ports that lie before each port. */
  #rareBefore(rare: Float64Array): Float64Array {
    const before = new Float64Array(this.#ports);
    const { words } = this.#relations;
    for (let id = 0; id < this.#relations.size; id++) {
      if (this.#relationColumns[id * RELATION_COLUMNS + SENDERS]! < 3) continue;
      const low = words[id * 2]!;
      const high = words[id * 2 + 1]!;
      if (this.#isBehind(high, low, 1)) before[high]! += rare[low]!;
      else if (this.#isBehind(low, high, 1)) before[low]! += rare[high]!;
    }
    return before;
  }
}
