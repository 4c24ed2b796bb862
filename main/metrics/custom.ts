/**
 * Metrics that nobody declared: sFlow-RT's own samples (4300:1002, 4300:1003) and what a script gives by REST. They
 * stand at a data source of any name, a port as well as 'web1'. Names and values are whoever's; their number is capped.
 */
import { safeText } from '../../shared/format/text.ts';
import type { CustomMetric, MetricUnit } from '../../shared/model/metric.ts';
import type { Agent } from '../samples/agent.ts';
import { type PlainValue, plainFields } from '../sflow/plain.ts';
import { readTree } from '../sflow/tree.ts';
import { grown32, grown64 } from './counter-series.ts';
import type { Told } from './told.ts';

const MOST_CUSTOM = 8192;
const MOST_CUSTOM_PER_AGENT = 1024;
const LONGEST_NAME = 128;
/** Values of one that are kept, where nothing else is said. */
const MOST_VALUES = 660;
/** One that is not given any more is gone after this long. */
const GONE_AFTER_MS = 180_000;

export const RT_METRIC = (4300 << 12) | 1002;
export const RT_FLOW = (4300 << 12) | 1003;

/** Types of 4300:1002: text, two counters, and gauges; of 4300:1003: texts and addresses, then numbers. */
const STRING = 0;
const COUNTER_32 = 1;
const COUNTER_64 = 2;
const LAST_ADDRESS = 3;

export class CustomValue {
  readonly agent: Agent;
  readonly dataSource: string;
  readonly name: string;
  value: number | string = Number.NaN;
  unit: MetricUnit = '';
  updatedMs = Number.NaN;
  timesMs: number[] = [];
  values: number[] = [];
  /** A counter as it last stood; null before it did. */
  #raw: bigint | null = null;
  #rawMs = 0;
  readonly #most: number;

  constructor(agent: Agent, dataSource: string, name: string, most: number) {
    this.agent = agent;
    this.dataSource = dataSource;
    this.name = name;
    this.#most = most;
  }

  set(value: number | string, timeMs: number): void {
    this.value = value;
    this.updatedMs = timeMs;
    if (typeof value !== 'number' || Number.isNaN(value)) return;
    this.timesMs.push(timeMs);
    this.values.push(value);
    if (this.timesMs.length < this.#most + 64) return;
    this.timesMs.splice(0, 64);
    this.values.splice(0, 64);
  }

  /** A counter: its growth per second since it was last told. */
  count(value: bigint, bits: 32 | 64, agentMs: number, timeMs: number): void {
    const before = this.#raw;
    const elapsedMs = (agentMs - this.#rawMs) >>> 0;
    if (before !== null && (elapsedMs === 0 || elapsedMs > 0x8000_0000)) {
      if (timeMs - this.updatedMs < GONE_AFTER_MS) return;
      this.#raw = null;
    }
    this.#raw = value;
    this.#rawMs = agentMs;
    this.updatedMs = timeMs;
    if (before === null) return;
    const high = (word: bigint): number => Number(word >> 32n);
    const low = (word: bigint): number => Number(word & 0xffff_ffffn);
    const growth =
      bits === 32
        ? grown32(low(before), low(value), 0x8000_0000)
        : grown64(high(before), low(before), high(value), low(value), 0x8000_0000);
    this.set(growth / (elapsedMs / 1000), timeMs);
  }

  restart(): void {
    this.#raw = null;
  }
}

export class CustomMetrics {
  /** Agent → 'dataSource name' → value. */
  readonly byAgent = new Map<Agent, Map<string, CustomValue>>();
  /** Values that found no room. */
  refused = 0;
  readonly #told: Told | null;
  readonly #mostValues: number;
  #size = 0;

  constructor(told: Told | null = null, mostValues = MOST_VALUES) {
    this.#told = told;
    this.#mostValues = mostValues;
  }

  /** All values of one name. */
  *named(name: string): Generator<CustomValue> {
    for (const values of this.byAgent.values())
      for (const value of values.values()) if (value.name === name) yield value;
  }

  isName(name: string): boolean {
    return !this.named(name).next().done;
  }

  /** What a script says. False where there is no room. */
  put(agent: Agent, { dataSource, name, value }: CustomMetric, timeMs: number): boolean {
    const one = this.#make(agent, dataSource, name);
    one?.set(typeof value === 'string' ? safeText(value) : value, timeMs);
    if (one) this.#told?.named(agent, one.dataSource);
    return one !== null;
  }

  /** Takes a sample 4300:1002 or 4300:1003 at start ≤ o < end. */
  sample(
    agent: Agent,
    tag: number,
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    uptimeMs: number,
    timeMs: number,
  ): void {
    if (tag !== RT_METRIC && tag !== RT_FLOW) return;
    const fields = plainFields(readTree(bytes, view, 'sample', tag, start, end).children);
    const dataSource = String(fields.datasource_name ?? '');
    const list = fields[tag === RT_METRIC ? 'metrics' : 'fields'];
    if (dataSource === '' || !Array.isArray(list)) return;
    for (const entry of list) {
      const told = typedEntry(entry);
      const one = told && this.#make(agent, dataSource, told.name);
      if (!one) continue;
      const { type, value } = told;
      this.#told?.named(agent, one.dataSource);
      if (tag === RT_METRIC && (type === COUNTER_32 || type === COUNTER_64))
        one.count(BigInt(value), type === COUNTER_32 ? 32 : 64, uptimeMs, timeMs);
      else
        one.set(type <= (tag === RT_METRIC ? STRING : LAST_ADDRESS) ? String(value) : Number(value), timeMs);
    }
  }

  #make(agent: Agent, dataSource: string, name: string): CustomValue | null {
    const source = safeText(dataSource, LONGEST_NAME);
    const safe = safeText(name, LONGEST_NAME);
    if (safe === '') return null;
    let values = this.byAgent.get(agent);
    const key = `${source} ${safe}`;
    const known = values?.get(key);
    if (known) return known;
    if (this.#size >= MOST_CUSTOM || (values?.size ?? 0) >= MOST_CUSTOM_PER_AGENT) {
      this.refused++;
      return null;
    }
    if (!values) {
      values = new Map();
      this.byAgent.set(agent, values);
    }
    const made = new CustomValue(agent, source, safe, this.#mostValues);
    values.set(key, made);
    this.#size++;
    return made;
  }

  restarted(agent: Agent): void {
    for (const value of this.byAgent.get(agent)?.values() ?? []) value.restart();
  }

  /** Forgets what is not told any more. */
  tick(nowMs: number): void {
    for (const [agent, values] of this.byAgent) {
      for (const [key, value] of values) {
        // One that was refused a value yet is as old as its first sample.
        if (nowMs - value.updatedMs <= GONE_AFTER_MS) continue;
        values.delete(key);
        this.#told?.named(agent, value.dataSource);
        this.#size--;
      }
      if (values.size === 0) this.byAgent.delete(agent);
    }
  }
}

/** An element of the list: a name, and a value with its type. */
function typedEntry(entry: PlainValue): { name: string; type: number; value: number | string } | null {
  if (typeof entry !== 'object' || Array.isArray(entry)) return null;
  const { name, value: typed } = entry;
  if (typeof name !== 'string' || typeof typed !== 'object' || Array.isArray(typed)) return null;
  const { type, value } = typed;
  if (typeof type !== 'number' || (typeof value !== 'number' && typeof value !== 'string')) return null;
  return { name, type, value };
}
