/**
 * Between the tables in memory and the minutes in the store: the open or closed minute of a table with its
 * largest keys and the exact rest, and the way back.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type {
  FlowMinute,
  MinuteBatch,
  StoredArrivals,
  StoredCounters,
  StoredDefinition,
  StoredFlows,
  StoredPath,
} from '../../shared/model/store.ts';
import { namesOf } from '../flows/answer.ts';
import { largest } from '../flows/largest.ts';
import { StoredKeys, sharedTextNumber } from '../flows/stored-keys.ts';
import type { FlowTable } from '../flows/table.ts';
import { interfaceCounters } from '../metrics/counter-table.ts';
import type { Counters } from '../metrics/counters.ts';
import type { Agent } from '../samples/agent.ts';
import type { Arrivals } from '../samples/arrivals.ts';
import type { Network } from '../samples/network.ts';

const SUMS = 5;
/** Rows put into a table before others have a turn: about two milliseconds. */
const ROWS_AT_ONCE = 4000;

/**
 * One minute of a table as it was when it was last flushed: its `limit` largest keys, and per path what is left. null
 * where there is nothing.
 */
export function flowMinute(
  table: FlowTable,
  network: Network,
  definition: StoredDefinition,
  minute: number,
  limit: number,
): FlowMinute | null {
  const known = table.minutes.get(minute);
  if (!known) return null;
  const octets = new Float64Array(known.size);
  for (let slot = 0; slot < octets.length; slot++) octets[slot] = known.sums[slot * SUMS]!;
  const kept = largest(octets, known.size, limit);
  const isKept = new Uint8Array(known.size);
  for (const slot of kept) isKept[slot] = 1;
  const paths: StoredPath[] = [];
  const placeOfPath = new Map<number, number>();
  const pathPlace = (path: number): number => {
    let place = placeOfPath.get(path);
    if (place === undefined) {
      place = paths.length;
      const { paths: known } = network;
      paths.push({
        agent: network.at(known.agentOf(path))?.address ?? 'unknown',
        dataSource: known.dataSourceOf(path),
        input: known.inputOf(path),
        output: known.outputOf(path),
        mark: known.markOf(path),
      });
      placeOfPath.set(path, place);
    }
    return place;
  };
  const rest = new Map<number, Float64Array>();
  const addRest = (path: number, from: Float64Array, at: number): void => {
    const into = rest.get(path) ?? new Float64Array(SUMS);
    for (let i = 0; i < SUMS; i++) into[i]! += from[at + i]!;
    rest.set(path, into);
  };
  for (let slot = 0; slot < known.size; slot++) {
    if (isKept[slot] === 0) addRest(table.pathOf(known.ids[slot]!), known.sums, slot * SUMS);
  }
  for (const [path, sums] of known.others) addRest(path, sums, 0);
  const storedKeys = new StoredKeys(table.keys);
  const keyWords = storedKeys.words;
  const names = namesOf(network);
  const texts = [''];
  const placeOfText = new Map<string, number>([['', 0]]);
  const textPlace = (text: string): number => {
    let place = placeOfText.get(text);
    if (place === undefined) {
      place = texts.push(text) - 1;
      placeOfText.set(text, place);
    }
    return place;
  };
  const rows = kept.length + rest.size;
  const answer: FlowMinute = {
    definition,
    minute,
    keyWords,
    paths,
    texts,
    textWords: storedKeys.textWords,
    pathOf: new Uint32Array(rows),
    hasKey: new Uint8Array(rows),
    words: new Uint32Array(rows * keyWords),
    sums: new Float64Array(rows * SUMS),
  };
  for (const [index, slot] of kept.entries()) {
    const id = known.ids[slot]!;
    answer.pathOf[index] = pathPlace(table.pathOf(id));
    answer.hasKey[index] = 1;
    const at = id * (table.keys.words + 1) + 1;
    storedKeys.write(table.table.words, at, answer.words, index * keyWords, names, textPlace);
    answer.sums.set(known.sums.subarray(slot * SUMS, slot * SUMS + SUMS), index * SUMS);
  }
  let row = kept.length;
  for (const [path, left] of rest) {
    answer.pathOf[row] = pathPlace(path);
    answer.sums.set(left, row * SUMS);
    row++;
  }
  return answer;
}

export type RestoreOptions = {
  /** Bucket = minute × this. */
  bucketsPerMinute?: number;
  /** The number of a key's text in the table; that of live traffic where it is not said. */
  numberOf?: (text: string) => number;
};

/**
 * Puts stored rows into a table, with a turn for the sockets now and then. A key that is stored otherwise than the
 * table's (the definition was spelled alike and is now wider) is added to the rest: totals stay exact.
 */
export async function restore(
  stored: StoredFlows,
  table: FlowTable,
  network: Network,
  timeMs: number,
  { bucketsPerMinute = 1, numberOf = sharedTextNumber }: RestoreOptions = {},
): Promise<void> {
  const storedKeys = new StoredKeys(table.keys);
  const isAlike =
    stored.keyWords === storedKeys.words && stored.textWords.join() === storedKeys.textWords.join();
  const paths = stored.paths.map(({ agent, dataSource, input, output, mark }) => {
    const known = network.agentByText(agent, timeMs);
    const path = known ? network.paths.intern(known.index, dataSource, input, output) : 0;
    return network.paths.marked(path, mark);
  });
  const words = new Uint32Array(table.keys.words + 1);
  for (let row = 0; row < stored.pathOf.length; row++) {
    if (row % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await turn();
    const bucket = stored.minuteOf[row]! * bucketsPerMinute;
    words[0] = paths[stored.pathOf[row]!]!;
    if (
      isAlike &&
      stored.hasKey[row] === 1 &&
      storedKeys.read(stored.words, row * stored.keyWords, words, 1, stored.texts, numberOf)
    )
      table.addSums(words, bucket, stored.sums, row * SUMS);
    else table.addOther(words[0], bucket, stored.sums, row * SUMS);
  }
  table.flush();
}

export function arrivalRows(arrivals: Arrivals, network: Network, minute: number): StoredArrivals[] {
  return arrivals.rowsOf(minute * 60, minute * 60 + 60).flatMap(({ agent, received, lost }) => {
    const address = network.at(agent)?.address;
    return address === undefined ? [] : [{ minute, agent: address, received, lost }];
  });
}

/** The newest interval of each series that grew. */
export function recall(
  counters: Counters,
  grew: readonly { agent: Agent; ifIndex: number }[],
): StoredCounters[] {
  return grew.flatMap(({ agent, ifIndex }) => {
    const series = counters.series(agent, ifIndex);
    const last = (series?.length ?? 0) - 1;
    if (!series || last < 0) return [];
    return [
      {
        agent: agent.address,
        ifIndex,
        fromMs: series.fromMs[last]!,
        toMs: series.toMs[last]!,
        seconds: series.seconds[last]!,
        growth: Float64Array.from(interfaceCounters, (_, column) => series.at(last, column)),
      },
    ];
  });
}

/** Stored intervals as series that questions can be answered from. */
export function restoreCounters(
  counters: Counters,
  network: Network,
  stored: readonly StoredCounters[],
  timeMs: number,
): void {
  for (const one of stored) {
    const agent = network.agentByText(one.agent, timeMs);
    if (agent) counters.restore(agent, one.ifIndex, one);
  }
}

/** What is known of agents and interfaces. */
export function interfacesAndAgents(network: Network): Pick<MinuteBatch, 'agents' | 'interfaces'> {
  return {
    agents: network.agents.map(({ address, name, samplingRateLeast, samplingRateMost }) => ({
      agent: address,
      name,
      samplingRateLeast,
      samplingRateMost,
    })),
    interfaces: network.agents.flatMap((agent) =>
      [...agent.interfaces.values()].map((port) => ({
        agent: agent.address,
        ifIndex: port.ifIndex,
        name: port.name,
        speed: port.speed,
        adminUp: port.adminUp,
        operUp: port.operUp,
      })),
    ),
  };
}
