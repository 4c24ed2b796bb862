/** Where the figures of an answer came from, as the status line says it. */
import type { FlowAnswer } from '../../../shared/model/question.ts';

const WORDS: Record<FlowAnswer['provenance'], string> = {
  memory: 'from memory',
  capture: 'from the capture',
  recording: 'from the recording',
  minutes: 'from stored minutes',
};

export function provenanceWords(answer: FlowAnswer): string {
  const words = WORDS[answer.provenance];
  const damaged = answer.gaps.some(({ why }) => why === 'damaged');
  return damaged ? `${words}, a part of which is damaged` : words;
}
