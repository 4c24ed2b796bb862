/** A workspace's flow definitions with a shelf and a clock of their own, for tests. */
import { FlowDefinitions } from '../../main/flows/definitions.ts';
import { NO_CONTEXT } from '../../main/flows/functions/context.ts';
import type { Later } from '../../main/flows/numbered.ts';
import { Network } from '../../main/samples/network.ts';
import type { Placer } from '../../main/samples/placement.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import type { ActiveFlow, ActiveFlowsQuestion } from '../../shared/model/definition.ts';

/** `placer` says which samples count once; without one all do. */
export function workspace(kept: Record<string, string> = {}, placer: Pick<Placer, 'mark'> | null = null) {
  const shelf = new Map(Object.entries(kept));
  const network = new Network();
  const clock = { nowMs: 0 };
  let waiting: { run: () => void; afterMs: number }[] = [];
  const later: Later = (run, afterMs) => {
    const one = { run, afterMs };
    waiting.push(one);
    return () => {
      waiting = waiting.filter((other) => other !== one);
    };
  };
  const definitions = new FlowDefinitions({
    documents: {
      all: () => Promise.resolve(new Map(shelf)),
      put: (_kind, name, body) => Promise.resolve(void shelf.set(name, body)),
      delete: (_kind, name) => Promise.resolve(void shelf.delete(name)),
    },
    network: () => network,
    context: NO_CONTEXT,
    nowMs: () => clock.nowMs,
    knowsTopology: () => false,
    portRole: () => null,
    later,
  });
  const reader = new SampleReader(
    network,
    {
      flow: (sample) => definitions.frame(sample),
      request: (sample) => definitions.request(sample),
      discarded: (sample) => definitions.discarded(sample),
      counters() {},
      arrival() {},
      restarted() {},
    },
    placer,
  );
  const read = (octets: Uint8Array, timeMs: number): void => {
    clock.nowMs = timeMs;
    reader.read(octets, new DataView(octets.buffer, octets.byteOffset), 0, octets.length, timeMs, null);
  };
  const ask = (name: string, more: Partial<ActiveFlowsQuestion> = {}): ActiveFlow[] =>
    definitions.activeFlows({ agents: 'ALL', name, maxFlows: 100, minValue: 0, aggMode: null, ...more });
  const tick = (nowMs: number): void => {
    clock.nowMs = nowMs;
    definitions.tick(nowMs);
  };
  const timeOut = (): void => {
    for (const { run } of [...waiting]) run();
  };
  return { definitions, network, clock, shelf, read, ask, tick, timeOut, waiting: () => waiting.length };
}
