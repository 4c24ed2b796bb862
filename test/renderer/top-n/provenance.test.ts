/** The status line says where figures came from. */
import { describe, expect, it } from 'vitest';
import { provenanceWords } from '../../../renderer/views/top-n/provenance.ts';
import type { FlowAnswer } from '../../../shared/model/question.ts';

const words = (part: Partial<FlowAnswer>): string =>
  provenanceWords({ provenance: 'minutes', gaps: [], ...part } as unknown as FlowAnswer);

describe('the words of provenance', () => {
  it('name the trend that a range was read from', () => {
    expect(words({})).toBe('from stored minutes');
    expect(words({ trendMinutes: 1 })).toBe('from stored minutes');
    expect(words({ trendMinutes: 60 })).toBe('from 1-hour trends');
    expect(words({ trendMinutes: 1440 })).toBe('from 1-day trends');
  });

  it('say that a part is damaged', () => {
    const gaps = [{ fromMs: 0, toMs: 1, why: 'damaged' as const }];
    expect(words({ provenance: 'recording', gaps })).toBe('from the recording, a part of which is damaged');
  });
});
