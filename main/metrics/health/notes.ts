/**
 * What is noted of each agent as its samples pass, for the checks: whether frame lengths add up, which ports are named,
 * which optional records come. On the hot path: numbers only, nothing is made per sample.
 */
import type { Agent } from '../../samples/agent.ts';
import type { Sample } from '../../samples/sample.ts';
import type { CounterSample } from '../../sflow/sample.ts';

/** Below this a frame is filled up, and its length says nothing of its packet. */
const LEAST_FRAME = 64;
const FCS_OCTETS = 4;
/** So many are noted one by one; then one in as many as keep the sums young. */
const HALVED_AT = 1_000_000;

/** What an agent may tell beside the least that is asked of it, and by which records. */
export const FEATURES = [
  ['host name', [], [2000]],
  ['interface names', [], [1005]],
  ['CPU', [], [1001, 2003]],
  ['memory', [], [1001, 2004]],
  ['link aggregation', [], [7]],
  ['optics', [], [10]],
  ['VLANs and priorities', [1001], []],
  ['next hop and mask lengths', [1002], []],
  ['BGP', [1003], []],
  ['queue', [1019, 1036], []],
  ['queue depth', [1040], []],
  ['transit delay', [1039], []],
] as const satisfies readonly (readonly [string, readonly number[], readonly number[]])[];

const flowFeature = featureByTag(1);
const counterFeature = featureByTag(2);
function featureByTag(column: 1 | 2): Uint8Array {
  const table = new Uint8Array(4096);
  for (const [index, feature] of FEATURES.entries())
    for (const tag of feature[column]) table[tag] = index + 1;
  return table;
}

export class AgentNotes {
  readonly agent: Agent;
  readonly features = new Uint8Array(FEATURES.length + 1);
  /** Discarded packets are told of. */
  drops = false;
  frames = 0;
  inputKnown = 0;
  outputKnown = 0;
  /** Frames of which header and length could be compared, and how that came out. */
  sized = 0;
  sizeRight = 0;
  sizeWithoutFcs = 0;

  constructor(agent: Agent) {
    this.agent = agent;
  }

  flow(sample: Sample): void {
    const { flow, header } = sample;
    const { records } = flow;
    for (let i = 0; i < records.count; i++) {
      const tag = records.tag[i]!;
      if (tag < 4096) this.features[flowFeature[tag]!] = 1;
    }
    if (++this.frames >= HALVED_AT) this.#halve();
    if (flow.inputFormat !== 0 || flow.inputValue !== 0) this.inputKnown++;
    if (flow.outputFormat !== 0 || flow.outputValue !== 0) this.outputKnown++;
    if (flow.headerStart < 0 || header.depth === 0 || flow.frameLength <= LEAST_FRAME) return;
    const layer = header.layers[0]!;
    if (layer.ip < 0 || layer.ipLength <= 0) return;
    const packet = layer.ip - flow.headerStart + layer.ipLength;
    this.sized++;
    if (flow.frameLength === packet + flow.stripped && flow.stripped >= FCS_OCTETS) this.sizeRight++;
    else if (flow.frameLength === packet) this.sizeWithoutFcs++;
  }

  counters({ records }: CounterSample): void {
    for (let i = 0; i < records.count; i++) {
      const tag = records.tag[i]!;
      if (tag < 4096) this.features[counterFeature[tag]!] = 1;
    }
  }

  #halve(): void {
    this.frames /= 2;
    this.inputKnown /= 2;
    this.outputKnown /= 2;
    this.sized /= 2;
    this.sizeRight /= 2;
    this.sizeWithoutFcs /= 2;
  }
}
