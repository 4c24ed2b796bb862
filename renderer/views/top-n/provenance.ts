/** Where the figures of an answer came from, as the status line says it; of trends, how fine they are. */
import type { FlowAnswer, Gap } from '../../../shared/model/question.ts';

const WORDS: Record<FlowAnswer['provenance'], string> = {
  memory: 'from memory',
  capture: 'from the capture',
  recording: 'from the recording',
  minutes: 'from stored minutes',
  clickhouse: 'from ClickHouse',
};

const TREND_WORDS: Record<number, string> = {
  5: 'from 5-minute trends',
  60: 'from 1-hour trends',
  1440: 'from 1-day trends',
};

export function provenanceWords(
  answer: Pick<FlowAnswer, 'provenance' | 'trendMinutes'> & { gaps?: readonly Gap[] },
): string {
  const words = TREND_WORDS[answer.trendMinutes ?? 0] ?? WORDS[answer.provenance];
  const damaged = answer.gaps?.some(({ why }) => why === 'damaged');
  return damaged ? `${words}, a part of which is damaged` : words;
}
