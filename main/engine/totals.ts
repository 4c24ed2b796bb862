/** Totals of a whole capture by flow keys, in one reading and without keeping the file: what `weir top` asks. */
import type { FlowValue, MergeRule } from '../../shared/model/question.ts';
import { answerFrom, type TableAnswer } from '../flows/answer.ts';
import { FlowTable } from '../flows/table.ts';
import { Network } from '../samples/network.ts';
import { SampleReader } from '../samples/reader.ts';
import { readCapture } from '../sources/capture.ts';

export type TotalsQuestion = { keys: readonly string[]; value: FlowValue; merge: MergeRule; limit: number };

/**
 * Adds up a capture. Throws KeyError for a key that does not exist and CaptureError for a file that is no
 * capture; `notice` says what of the file could not be read.
 */
export async function totalsOf(
  path: string,
  question: TotalsQuestion,
): Promise<TableAnswer & { notice: string }> {
  const table = new FlowTable(question.keys);
  const network = new Network();
  const reader = new SampleReader(network, {
    flow: (sample) => table.add(sample, 0),
    counters() {},
    arrival() {},
    restarted() {},
  });
  const { notice } = await readCapture(path, {
    datagram: (bytes, view, start, end, meta) => reader.read(bytes, view, start, end, meta.timeMs, null),
  });
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
