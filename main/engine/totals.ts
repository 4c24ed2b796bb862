/**
 * Totals of a whole capture by flow keys, without keeping the file: what `weir top` asks. One reading adds up;
 * where names or the places at which packets enter must be known first, another goes before it.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FlowQuestion } from '../../shared/model/question.ts';
import type { StoredDocument } from '../../shared/model/store.ts';
import { RpcError } from '../../shared/rpc.ts';
import { answerFrom, type TableAnswer } from '../flows/answer.ts';
import { Counters } from '../metrics/counters.ts';
import { Network } from '../samples/network.ts';
import { Placement, Placer } from '../samples/placement.ts';
import { SampleReader, type SampleSink } from '../samples/reader.ts';
import type { Sample } from '../samples/sample.ts';
import { CaptureFile, type CaptureSink, readCapture } from '../sources/capture.ts';
import { documentsInMemory } from './documents.ts';
import { WorkspaceKnowledge } from './knowledge.ts';
import { filterFor, tableOfQuestion } from './table-for.ts';

export type TotalsQuestion = Pick<FlowQuestion, 'keys' | 'value' | 'dropped' | 'filter' | 'merge' | 'limit'>;

/** Functions that know of a capture only what its samples told. */
const LEARNS = /\b(host|dns):/;

/**
 * Adds up a capture. `documents` are groups, maps and the like that functions of keys know. Throws RpcError with a
 * sentence for a key, value, filter or document that cannot be used, and CaptureError for a file that is no capture;
 * `notice` says what of the file could not be read.
 */
export async function totalsOf(
  path: string,
  question: TotalsQuestion,
  documents: readonly StoredDocument[] = [],
): Promise<TableAnswer & { notice: string }> {
  const heard = new Network();
  const knowledge = new WorkspaceKnowledge({
    network: () => heard,
    documents: documentsInMemory(documents),
    changed() {},
  });
  heard.naming = knowledge.naming;
  await knowledge.start();
  const { context } = knowledge;
  const [problem] = [...knowledge.problems, ...knowledge.knowledge.places.problems];
  if (problem !== undefined) throw new RpcError('refused', problem);
  const table = tableOfQuestion(question, context);
  // Names stand anywhere in a capture: a filter that asks for them needs them before the first sample.
  const placement = question.merge === 'once' ? new Placement() : null;
  const learns = LEARNS.test([...question.keys, question.value, question.filter].join());
  const isReadTwice = filterFor(question.filter, context)?.usesNames === true || placement !== null || learns;
  const capture: Capture = isReadTwice ? await openToReadAgain(path) : (sink) => readCapture(path, sink);
  if (isReadTwice)
    await readInto(
      capture,
      heard,
      learns ? { flow: (sample) => knowledge.flow(sample) } : {},
      placement && new Placer(placement, true),
      (counters, ...heardOf) => {
        counters.observe(...heardOf);
        if (learns) knowledge.counters(heardOf[0], heardOf[2], heardOf[3]);
      },
    );
  knowledge.stop();
  placement?.learn();
  const network = new Network();
  network.naming = knowledge.naming;
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
  count: (counters: Counters, ...heardOf: Parameters<Counters['observe']>) => void = () => {},
): Promise<{ notice: string }> {
  const counters = new Counters();
  const reader = new SampleReader(
    network,
    {
      flow() {},
      counters: (...heardOf) => count(counters, ...heardOf),
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
