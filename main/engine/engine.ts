/**
 * What every engine answers, live or capture: the shape that `rpc` serves. An engine is told what time it is
 * and never asks; questions are refused by an RpcError whose sentence a user may read.
 */

import type { WorkspaceApi } from '../../shared/api.ts';
import type { Catalog } from '../../shared/model/catalog.ts';
import type { Interval } from '../../shared/model/question.ts';
import type { Handlers } from '../../shared/rpc.ts';
import { eitherKeys } from '../flows/filter-keys.ts';
import { keyFunctions } from '../flows/functions/list.ts';
import { describeKey, flowKeys } from '../flows/keys.ts';
import { flowPresets } from '../flows/presets.ts';
import { inspectorKeys } from '../inspect/filter.ts';
import { interfaceCounters } from '../metrics/counter-table.ts';

export type Engine = Handlers<WorkspaceApi> & {
  start(): Promise<void>;
  stop(): Promise<void>;
};

export function catalogOf(): Catalog {
  return {
    keys: flowKeys.map(describeKey),
    inspectorKeys: [...inspectorKeys],
    filterKeys: eitherKeys.map(({ keys: _keys, ...described }) => described),
    functions: keyFunctions.map(({ name, about, example }) => ({ name, about, example })),
    presets: [...flowPresets],
    counters: interfaceCounters.map((counter) => ({
      name: counter.name,
      label: counter.label,
      unit: counter.counts === 'octets' ? 'bit/s' : 'frames/s',
    })),
  };
}

/** The part of `interval` that lies in `within`; null where there is none. */
export function clip(interval: Interval, within: Interval): Interval | null {
  const fromMs = Math.max(interval.fromMs, within.fromMs);
  const toMs = Math.min(interval.toMs, within.toMs);
  return toMs > fromMs ? { fromMs, toMs } : null;
}
