/** The agent and its ports as words that outlive the program: addresses, not numbers in memory. */
import type { Sample } from '../../samples/sample.ts';

/** Family and address of the agent, AGENT_WORDS words (see the form AGENT). */
export function readAgent(sample: Sample, out: Uint32Array, at: number): void {
  const { agentType, agentOffset, view } = sample.datagram;
  out[at] = agentType;
  for (let word = 0; word < 4; word++) {
    out[at + 1 + word] =
      word === 0
        ? agentType === 0
          ? 0
          : view.getUint32(agentOffset)
        : agentType === 2
          ? view.getUint32(agentOffset + 4 * word)
          : 0;
  }
}

const MOST_VALUE = 0x3fff_ffff;

/**
 * One word for each way in which an interface is spelled: an ifIndex, discard, multiple, internal, unknown. Signed,
 * as a small integer is not boxed.
 */
function interfaceWord(format: number, value: number): number {
  if (format === 0) return value <= MOST_VALUE ? value : 0;
  return format < 3 ? format << 30 : 0;
}

export function inputWord(sample: Sample): number {
  return interfaceWord(sample.flow.inputFormat, sample.flow.inputValue);
}

export function outputWord(sample: Sample): number {
  return interfaceWord(sample.flow.outputFormat, sample.flow.outputValue);
}
