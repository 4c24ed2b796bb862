/**
 * Totals of a whole capture by flow keys, without keeping the file: what `weir top` asks. One reading adds up;
 * where names or the places at which packets enter must be known first, another goes before it.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FlowValue, MergeRule } from '../../shared/model/question.ts';
import { answerFrom, namesOf, type TableAnswer } from '../flows/answer.ts';
import { compileFilter } from '../flows/filter.ts';
import { FlowTable } from '../flows/table.ts';
import { Counters } from '../metrics/counters.ts';
import { Network } from '../samples/network.ts';
import { Placement, Placer } from '../samples/placement.ts';
import { SampleReader, type SampleSink } from '../samples/reader.ts';
import { CaptureFile, type CaptureSink, readCapture } from '../sources/capture.ts';

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
  const isReadTwice = filter?.usesNames === true || placement !== null;
  const capture: Capture = isReadTwice ? await openToReadAgain(path) : (sink) => readCapture(path, sink);
  if (isReadTwice)
    await readInto(capture, heard, () => {}, placement && new Placer(placement, true), new Counters());
  placement?.learn();
  const table = new FlowTable(question.keys, { accepts: filter?.accepts ?? null });
  const network = new Network();
  const { notice } = await readInto(
    capture,
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

/** Reads all of a capture into a sink. */
type Capture = (sink: CaptureSink) => Promise<{ notice: string }>;

/** A file is read again from the disk or memory; what comes through a pipe comes once and is kept. */
async function openToReadAgain(path: string): Promise<Capture> {
  const kind = await stat(path).catch(() => null);
  if (!kind?.isFIFO() && !kind?.isCharacterDevice() && !kind?.isSocket()) {
    const file = await CaptureFile.open(path);
    return (sink) => file.pass(sink);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of createReadStream(path)) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return (sink) => readCapture(Readable.from(chunks), sink);
}

async function readInto(
  capture: Capture,
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
  return capture({
    datagram: (bytes, view, start, end, meta) => reader.read(bytes, view, start, end, meta.timeMs, null),
  });
}
