/**
 * Totals of a whole capture by flow keys, without keeping the file: what `weir top` asks. One reading adds up;
 * where names or the places at which packets enter must be known first, another goes before it.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FlowQuestion } from '../../shared/model/question.ts';
import { answerFrom, namesOf, type TableAnswer } from '../flows/answer.ts';
import { type FunctionContext, NO_CONTEXT } from '../flows/functions/context.ts';
import { Counters } from '../metrics/counters.ts';
import { Network } from '../samples/network.ts';
import { Placement, Placer } from '../samples/placement.ts';
import { SampleReader, type SampleSink } from '../samples/reader.ts';
import type { Sample } from '../samples/sample.ts';
import { CaptureFile, type CaptureSink, readCapture } from '../sources/capture.ts';
import { filterFor, tableOfQuestion } from './table-for.ts';

export type TotalsQuestion = Pick<FlowQuestion, 'keys' | 'value' | 'dropped' | 'filter' | 'merge' | 'limit'>;

/**
 * Adds up a capture. Throws RpcError with a sentence for a key, value or filter that cannot be used, and CaptureError for a file that is no capture; `notice` says what of the file could not be read.
 */
export async function totalsOf(
  path: string,
  question: TotalsQuestion,
): Promise<TableAnswer & { notice: string }> {
  const heard = new Network();
  const context: FunctionContext = { ...NO_CONTEXT, names: namesOf(heard) };
  const table = tableOfQuestion(question, context);
  // Names stand anywhere in a capture: a filter that asks for them needs them before the first sample.
  const placement = question.merge === 'once' ? new Placement() : null;
  const isReadTwice = filterFor(question.filter, context)?.usesNames === true || placement !== null;
  const capture: Capture = isReadTwice ? await openToReadAgain(path) : (sink) => readCapture(path, sink);
  if (isReadTwice)
    await readInto(capture, heard, {}, placement && new Placer(placement, true), new Counters());
  placement?.learn();
  const network = new Network();
  const add = (sample: Sample): void => table.add(sample, 0);
  const { notice } = await readInto(
    capture,
    network,
    {
      ...(table.reads.frames ? { flow: add } : {}),
      ...(table.reads.requests ? { request: add } : {}),
      ...(table.reads.drops ? { discarded: add } : {}),
    },
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
  sink: Partial<SampleSink>,
  placer: Placer | null,
  counters: Counters | null = null,
): Promise<{ notice: string }> {
  const reader = new SampleReader(
    network,
    {
      flow() {},
      counters: (agent, stream, datagram, sample, timeMs) =>
        void counters?.observe(agent, stream, datagram, sample, timeMs),
      arrival() {},
      restarted() {},
      ...sink,
    },
    placer,
  );
  return capture({
    datagram: (bytes, view, start, end, meta) => reader.read(bytes, view, start, end, meta.timeMs, null),
  });
}
