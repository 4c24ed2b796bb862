/**
 * A definition that runs: its active flows, and the records of those that begin and end. What changes only how it is
 * read or recorded (`n`, `fs`, `log`, `flowStart`, `activeTimeout`, `aggMode`) changes while it runs; anything else makes
 * another one of it.
 */
import type { DefinitionStatus, FlowDefinition, FlowRecord } from '../../shared/model/definition.ts';
import type { Network } from '../samples/network.ts';
import { ActiveTable } from './active.ts';
import { CELLS, LAST_MS, START_MS, SUM } from './cells.ts';
import { type CompiledDefinition, compileDefinition, type Origin } from './definition.ts';
import type { FunctionContext } from './functions/context.ts';
import type { KeyNames } from './key.ts';
import { dataSourceText } from './merge.ts';
import type { Numbered } from './numbered.ts';
import type { Entries } from './scope.ts';

/** Samples per second are told over so many seconds. */
const RECENT_SECONDS = 10;

const COUNTED_BY: readonly (keyof FlowDefinition)[] = ['keys', 'value', 'values', 'filter', 't', 'dropped'];

/** Whether two definitions count the same, so that one may go on as the other. */
export function countAlike(one: FlowDefinition, other: FlowDefinition): boolean {
  return COUNTED_BY.every((attribute) => JSON.stringify(one[attribute]) === JSON.stringify(other[attribute]));
}

export class RunningDefinition {
  definition: FlowDefinition;
  origin: Origin;
  readonly compiled: CompiledDefinition;
  active: ActiveTable;
  /** When somebody last asked for it: presets stop running when nobody does. */
  askedMs = 0;
  /** When a threshold last read it. */
  watchedMs = Number.NEGATIVE_INFINITY;
  readonly #network: () => Network;
  readonly #records: Numbered<FlowRecord>;
  readonly #names: KeyNames;
  readonly #entries: Entries;
  /** Samples as of the last seconds, the newest last. */
  #history: { timeMs: number; samples: number }[] = [];

  constructor(
    definition: FlowDefinition,
    origin: Origin,
    context: FunctionContext,
    parts: { network: () => Network; records: Numbered<FlowRecord>; names: KeyNames; entries: Entries },
  ) {
    this.definition = definition;
    this.origin = origin;
    this.compiled = compileDefinition(definition, context);
    this.#network = parts.network;
    this.#records = parts.records;
    this.#names = parts.names;
    this.#entries = parts.entries;
    this.active = this.#begin();
  }

  #begin(): ActiveTable {
    const { keys, filter, value, values } = this.compiled;
    const active = new ActiveTable(
      { keys, accepts: filter?.accepts ?? null, value, values, t: this.definition.t },
      () => this.#network().paths,
      this.#entries,
    );
    this.active = active;
    this.#listen();
    return active;
  }

  #listen(): void {
    const { log, flowStart } = this.definition;
    const { active } = this;
    active.onStart = log
      ? (id, timeMs) => {
          if (flowStart) this.#record(id, timeMs, active.valueOf([id], timeMs));
        }
      : null;
    if (!log) active.forgetStarts();
  }

  /** Forgets what was heard. */
  restart(): void {
    this.#begin();
    this.#history = [];
  }

  /** Goes on as a definition that counts alike. */
  become(definition: FlowDefinition, origin: Origin): void {
    this.definition = definition;
    this.origin = origin;
    this.#listen();
  }

  tick(nowMs: number): void {
    if (this.definition.log) this.#recordEnded(nowMs);
    this.active.clear(nowMs);
    this.#history.push({ timeMs: nowMs, samples: this.active.samples });
    if (this.#history.length > RECENT_SECONDS + 1) this.#history.shift();
  }

  /** Records flows that ended, and those that go on past the active timeout. */
  #recordEnded(nowMs: number): void {
    const { active, definition } = this;
    const { cells, table } = active;
    for (let id = 0; id < table.size; id++) {
      const at = id * CELLS;
      const start = cells[at + START_MS]!;
      const last = cells[at + LAST_MS]!;
      if (!(start > 0)) continue;
      const ended = active.hasEnded(id, nowMs);
      if (!ended && nowMs - start < definition.activeTimeout * 1000) continue;
      if (!definition.flowStart) {
        // A flow of one moment is spread over the time constant, as its rate is.
        const seconds = Math.max(definition.t, (last - start) / 1000);
        this.#record(id, last, this.#valueOfRecord(id, cells[at + SUM]! / seconds));
      }
      if (ended) cells[at + START_MS] = 0;
      else {
        cells[at + START_MS] = nowMs;
        cells[at + SUM] = 0;
      }
    }
  }

  /** The mean rate of a sum; a value of another kind as it is at the flow's end. */
  #valueOfRecord(id: number, rate: number): number {
    const { active } = this;
    return this.compiled.value.aggregate === 'rate' ? rate : active.valueOf([id], active.lastMs(id));
  }

  #record(id: number, endMs: number, value: number): void {
    const { active, definition } = this;
    const { agents, paths } = this.#network();
    const source = active.sourceOf(id);
    this.#records.add((flowID) => ({
      flowID,
      name: definition.name,
      agent: agents[paths.agentOfSource(source)]?.address ?? 'unknown',
      dataSource: dataSourceText(paths.dataSourceOfSource(source)),
      flowKeys: active.textsOf(id, this.#names).join(definition.fs),
      value,
      ...(definition.values.length > 0 ? { values: active.valuesOf([id], endMs) } : {}),
      start: active.cells[id * CELLS + START_MS]!,
      end: endMs,
    }));
  }

  status(nowMs: number): DefinitionStatus {
    const { active, definition, origin } = this;
    const from = this.#history[0];
    const seconds = from ? Math.max(1, (nowMs - from.timeMs) / 1000) : 1;
    return {
      definition,
      origin,
      group: '',
      label: '',
      lastSeenMs: Number.isNaN(active.lastSampleMs) ? null : active.lastSampleMs,
      flows: active.flows(nowMs),
      samplesPerSecond: from ? (active.samples - from.samples) / seconds : 0,
      problem: '',
      ...{ trend: '', notStored: '' },
    };
  }
}
