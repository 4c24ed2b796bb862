/**
 * Counter samples to what is known of agents and interfaces: their names, speeds and states, and the series of
 * intervals from which every rate is made.
 */
import { safeText } from '../../shared/format/text.ts';
import type { Agent, Stream } from '../samples/network.ts';
import type { CounterSample, Datagram } from '../sflow/sample.ts';
import { CounterSeries } from './counter-series.ts';

const IF_COUNTERS = 1;
const IF_COUNTERS_OCTETS = 88;
const PORT_NAME = 1005;
const HOST_DESCR = 2000;
/** Data source class of the agent's own host; virtual nodes are class 3 (sflow_host.txt). */
const PHYSICAL_ENTITY = 2;
const LONGEST_NAME = 255;

export class Counters {
  readonly #series = new Map<number, CounterSeries>();

  /** The intervals of one interface, or null where no counters were heard. */
  series(agent: Agent, ifIndex: number): CounterSeries | null {
    return this.#series.get(place(agent, ifIndex)) ?? null;
  }

  /** Takes one counter sample. Returns the interface whose series grew, or null. */
  observe(
    agent: Agent,
    _stream: Stream,
    datagram: Datagram,
    sample: CounterSample,
    timeMs: number,
  ): number | null {
    const { records } = sample;
    const { view } = datagram;
    const counters = records.find(IF_COUNTERS);
    let ifIndex = sample.dataSourceClass === 0 ? sample.dataSourceIndex : 0;
    let grew: number | null = null;
    if (counters >= 0 && records.end[counters]! - records.start[counters]! >= IF_COUNTERS_OCTETS) {
      const start = records.start[counters]!;
      ifIndex = view.getUint32(start);
      const port = agent.interface(ifIndex);
      if (port) {
        port.speed = Number(view.getBigUint64(start + 8));
        const status = view.getUint32(start + 20);
        port.adminUp = (status & 1) === 1;
        port.operUp = (status & 2) === 2;
        const series = this.#make(agent, ifIndex);
        series.speed = port.speed;
        if (series.observe(view, start, sample.sequenceNumber, datagram.uptimeMs, timeMs)) grew = ifIndex;
      }
    }
    const name = records.find(PORT_NAME);
    if (name >= 0) {
      const port = agent.interface(ifIndex);
      if (port) port.name = textOf(datagram, records.start[name]!, records.end[name]!) || port.name;
    }
    const host = records.find(HOST_DESCR);
    if (host >= 0 && sample.dataSourceClass === PHYSICAL_ENTITY) {
      agent.name = textOf(datagram, records.start[host]!, records.end[host]!) || agent.name;
    }
    return grew;
  }

  #make(agent: Agent, ifIndex: number): CounterSeries {
    const at = place(agent, ifIndex);
    const known = this.#series.get(at);
    if (known) return known;
    const made = new CounterSeries();
    this.#series.set(at, made);
    return made;
  }

  /** Adds an interval that was stored before; in the order of time. */
  restore(
    agent: Agent,
    ifIndex: number,
    interval: { fromMs: number; toMs: number; seconds: number; growth: Float64Array },
  ): void {
    this.#make(agent, ifIndex).add(interval.fromMs, interval.toMs, interval.seconds, interval.growth);
  }

  /** The agent began anew: every series of it starts from a new baseline. */
  restarted(agent: Agent): void {
    for (const ifIndex of agent.interfaces.keys()) this.series(agent, ifIndex)?.restart();
  }

  /** Forgets intervals that ended before a time. */
  forget(beforeMs: number): void {
    for (const series of this.#series.values()) series.forget(beforeMs);
  }
}

const place = (agent: Agent, ifIndex: number): number => agent.index * 0x1_0000_0000 + ifIndex;

/** An XDR string: length word, then octets; made safe to show. '' where it does not fit its record. */
function textOf(datagram: Datagram, start: number, end: number): string {
  if (end - start < 4) return '';
  const length = Math.min(datagram.view.getUint32(start), end - start - 4, LONGEST_NAME);
  return safeText(new TextDecoder().decode(datagram.bytes.subarray(start + 4, start + 4 + length)));
}
