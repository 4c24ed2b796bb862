/** An event as the shelves keep it, for tests. */
import type { WeirEvent } from '../../shared/model/event.ts';

export const eventOf = (over: Partial<WeirEvent>): WeirEvent => ({
  ...{ id: 1, kind: 'threshold', name: 'busy', severity: 'warning', title: 'Port 3 is busy.' },
  ...{ raisedMs: 0, updatedMs: 0, clearedMs: null, agent: '10.0.0.1', agentName: 'spine1' },
  ...{ dataSource: '3', interfaceName: 'swp3', flowKey: '', metric: 'ifinutilization', unit: '%' },
  ...{ level: 80, value: 90, peak: 95, causes: [], repeats: 0, acknowledgedMs: null, note: '' },
  ...{ snoozedUntilMs: null, mutedBy: '', evidence: { fromMs: 0, toMs: 0, agent: '10.0.0.1', filter: '' } },
  ...over,
});
