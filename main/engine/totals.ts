/**
 * Totals of a whole capture by flow keys, without keeping the file: what `weir top` asks. One reading adds up;
 * where names or the places at which packets enter must be known first, another goes before it.
 */
import type { FlowValue, MergeRule } from '../../shared/model/question.ts';
import { answerFrom, namesOf, type TableAnswer } from '../flows/answer.ts';
import { compileFilter } from '../flows/filter.ts';
import { FlowTable } from '../flows/table.ts';
import { Counters } from '../metrics/counters.ts';
import { Network } from '../samples/network.ts';
import { Placement, Placer } from '../samples/placement.ts';
import { SampleReader, type SampleSink } from '../samples/reader.ts';
import { readCapture } from '../sources/capture.ts';

export type TotalsQuestion = {
  keys: readonly string[];
  value: FlowValue;
  /** In the filter language; '' for all samples. */
  filter: string;
  merge: MergeRule;
  limit: number;
};

/**
 * Adds up a capture. Throws KeyError for a key that does not exist, FilterError for a filter that cannot be used
 * and CaptureError for a file that is no capture; `notice` says what of the file could not be read.
 */
export async function totalsOf(
  path: string,
  question: TotalsQuestion,
): Promise<TableAnswer & { notice: string }> {
  const heard = new Network();
  const filter = compileFilter(question.filter, namesOf(heard));
  // Names stand anywhere in a capture: a filter that asks for them needs them before the first sample.
  const placement = question.merge === 'once' ? new Placement() : null;
  if (filter?.usesNames || placement)
    await readInto(path, heard, () => {}, placement && new Placer(placement, true), new Counters());
  placement?.learn();
  const table = new FlowTable(question.keys, { accepts: filter?.accepts ?? null });
  const network = new Network();
  const { notice } = await readInto(
    path,
    network,
    (sample) => table.add(sample, 0),
    placement && new Placer(placement, false),
  );
  const answer = answerFrom(table, network, {
    fromBucket: 0,
    toBucket: 1,
    bucketsPerStep: 1,
    bucketCount: 1,
    value: question.value,
    merge: question.merge,
    scope: { agent: null, ifIndex: null, direction: 'both' },
    limit: question.limit,
  });
  return { ...answer, notice };
}

async function readInto(
  path: string,
  network: Network,
  flow: SampleSink['flow'],
  placer: Placer | null,
  counters: Counters | null = null,
): Promise<{ notice: string }> {
  const reader = new SampleReader(
    network,
    {
      flow,
      counters: (agent, stream, datagram, sample, timeMs) =>
        void counters?.observe(agent, stream, datagram, sample, timeMs),
      arrival() {},
      restarted() {},
    },
    placer,
  );
  return readCapture(path, {
    datagram: (bytes, view, start, end, meta) => reader.read(bytes, view, start, end, meta.timeMs, null),
  });
}
