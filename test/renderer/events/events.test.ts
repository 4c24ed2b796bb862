import { describe, expect, it } from 'vitest';
import { plainText } from '../../../renderer/components/table/named-text.ts';
import { marksOf } from '../../../renderer/composables/useEventMarks.ts';
import { tableCsv } from '../../../renderer/export/table-csv.ts';
import { causeTerms, valuesOf } from '../../../renderer/views/events/causes.ts';
import {
  arrangeGroups,
  eventColumns,
  eventFileColumns,
  eventRows,
} from '../../../renderer/views/events/columns.ts';
import {
  localText,
  muteProblem,
  readLocal,
  readMinute,
  whenText,
} from '../../../renderer/views/events/mute-form.ts';
import { timelineModel } from '../../../renderer/views/events/timeline.ts';
import { momentOf } from '../../../renderer/views/events/use-moment.ts';
import { addressesOf, standingOf } from '../../../renderer/views/events/words.ts';
import type { Mute, WeirEvent } from '../../../shared/model/event.ts';

const START = Date.UTC(2026, 0, 5, 12);
const event = (part: Partial<WeirEvent> = {}): WeirEvent => ({
  ...{ id: 1, kind: 'threshold', name: 'busy', severity: 'warning', title: 'swp1 is at 92 %, above 80 %.' },
  ...{ raisedMs: START, updatedMs: START + 5_000, clearedMs: null, agent: '10.0.0.1', agentName: 'spine1' },
  ...{ dataSource: '1', interfaceName: 'swp1', flowKey: '', metric: 'ifinutilization', unit: '%' },
  ...{ level: 80, value: 92, peak: 95, causes: [], repeats: 0, acknowledgedMs: null, note: '' },
  ...{ snoozedUntilMs: null, mutedBy: '' },
  evidence: { fromMs: START - 10_000, toMs: START + 5_000, agent: '10.0.0.1', filter: 'ipprotocol=6' },
  ...part,
});

describe('events as rows', () => {
  const events = [
    event({ id: 3, name: 'other', raisedMs: START + 2_000 }),
    event({ id: 2, clearedMs: START + 60_000 }),
    event({ id: 1, agent: '10.0.0.2', agentName: '' }),
  ];
  const context = {
    nowMs: START + 120_000,
    zone: 'utc' as const,
    grouping: 'threshold' as const,
    nameOf: () => null,
  };

  it('stand under the head of their group, which folds', () => {
    const rows = eventRows(events, context);
    const shown = (isOpen: boolean) =>
      arrangeGroups(rows, () => isOpen).map(({ event: one, label }) => one?.id ?? label);
    expect(shown(true)).toEqual(['other', 3, 'busy', 2, 1]);
    expect(shown(false)).toEqual(['other', 'busy']);
    expect(rows.find(({ label }) => label === 'busy')?.count).toBe(2);
  });

  it('last until they are cleared, else until now', () => {
    const rows = eventRows(events, { ...context, grouping: 'none' });
    expect(rows.map(({ lengthMs }) => lengthMs)).toEqual([118_000, 60_000, 120_000]);
  });

  it('say what keeps them quiet before they say that they stand', () => {
    expect(standingOf(event(), START)).toBe('standing');
    expect(standingOf(event({ acknowledgedMs: START }), START)).toBe('acknowledged');
    expect(standingOf(event({ snoozedUntilMs: START + 1 }), START)).toBe('snoozed');
    expect(standingOf(event({ snoozedUntilMs: START }), START)).toBe('standing');
    expect(standingOf(event({ mutedBy: 'night', snoozedUntilMs: START + 1 }), START)).toBe('muted');
    expect(standingOf(event({ mutedBy: 'night', clearedMs: START }), START)).toBe('cleared');
  });

  it('are inert in a file', () => {
    const hostile = event({
      title: '=HYPERLINK("x")',
      flowKey: '@a\u202eb',
      note: '+1\r\n=2',
      interfaceName: '-swp',
    });
    const rows = eventRows([hostile], { ...context, grouping: 'none' });
    const interval = { fromMs: START, toMs: START + 1 };
    const csv = tableCsv([...eventColumns, ...eventFileColumns], rows, interval, { zone: 'utc' });
    const [heading, line] = csv.split('\r\n');
    expect(heading).toMatch(/^Severity,Raised,Lasted \(s\),State,Event,Where/);
    expect(line).toContain(`"'=HYPERLINK(""x"")"`);
    expect(line).not.toMatch(/(^|,)[=+@-](?!\d)/);
    expect(csv).not.toMatch(/[\u202e]/);
    const where = plainText(rows[0]!.where);
    expect(where).toMatch(/^spine1 › -swp › /);
    expect(where).not.toMatch(/\u202e/);
  });
});

describe('addresses of an event', () => {
  const flow = event({
    flowKey: '10.1.0.1,10.2.0.2,443',
    causes: [{ keys: 'macsource,frames', key: '6C641A001A80,123456789012', value: 1, share: 0.5 }],
  });

  it('are found in the keys of its flow and of its causes; numbers are none', () => {
    expect(addressesOf(flow)).toEqual(['10.1.0.1', '10.2.0.2', '6C641A001A80']);
  });

  it('stand behind their names where it was, and among its causes', () => {
    const nameOf = (address: string) => ({ name: `n-${address}`, origin: 'own' as const });
    const [row] = eventRows([flow], { nowMs: START, zone: 'utc', grouping: 'none', nameOf });
    expect(plainText(row!.where)).toBe('spine1 › swp1 › n-10.1.0.1 10.1.0.1 · n-10.2.0.2 10.2.0.2 · 443');
    expect(row!.causes).toBe('n-6C641A001A80 6C641A001A80 · 123456789012 50\u2009%');
  });
});

describe('a cause', () => {
  it('is a filter of its keys', () => {
    const cause = { keys: 'ipsource,ipdestination', key: '10.0.0.1,10.0.0.2' };
    expect(causeTerms(cause, event().evidence)).toEqual(['ipsource=10.0.0.1', 'ipdestination=10.0.0.2']);
  });
  it('falls back to the filter of the event where its values cannot be told apart', () => {
    const cause = { keys: 'uripath', key: '/a,b' };
    expect(valuesOf(cause)).toBeNull();
    expect(causeTerms(cause, event().evidence)).toEqual(['ipprotocol=6']);
  });
});

describe('an event on a chart', () => {
  it('has a mark where it was raised and one where it was cleared', () => {
    const marks = marksOf([event({ clearedMs: START + 60_000, severity: 'critical' })], 'utc');
    expect(marks.map(({ kind, timeMs, colour }) => [kind, timeMs - START, colour])).toEqual([
      ['raised', 0, 'crit-fill'],
      ['cleared', 60_000, 'crit-fill'],
    ]);
    expect(marksOf([event({ clearedMs: START })], 'utc')).toHaveLength(1);
  });
  it('is shown with time before and behind it', () => {
    expect(momentOf(event({ clearedMs: START + 60_000 }))).toEqual({
      fromMs: START - 70_000,
      toMs: START + 121_000,
    });
  });
  it('is counted in the timeline by severity', () => {
    const timeline = { critical: [1, 0], warning: [0, 2], info: [0, 1] };
    const model = timelineModel(timeline, {
      ...{ interval: { fromMs: START, toMs: START + 2_000 }, zone: 'utc' as const, liveEdgeMs: null },
    });
    expect([...model.total.values]).toEqual([1, 3]);
    expect(model.series.map(({ id }) => id)).toEqual(['critical', 'warning', 'info']);
  });
});

describe('a mute', () => {
  const mute = (when: Mute['when'], name = 'night'): Mute => ({
    ...{ name, thresholds: [], agents: [], dataSources: [], when, note: '' },
  });
  it('says when it holds', () => {
    const weekly = { kind: 'weekly' as const, days: [1, 2, 3, 4, 5], fromMinute: 1320, toMinute: 360 };
    expect(whenText(weekly, 'utc')).toBe('Mon to Fri, 22:00 to 06:00 of the next day');
    expect(whenText({ ...weekly, toMinute: 1320 }, 'utc')).toBe('Mon to Fri, all day');
    expect(whenText({ kind: 'once', fromMs: START, toMs: START + 3_600_000 }, 'utc')).toBe(
      '2026-01-05 12:00 to 2026-01-05 13:00',
    );
  });
  it('is refused where it can never hold', () => {
    expect(muteProblem(mute({ kind: 'always' }), [])).toBe('');
    expect(muteProblem(mute({ kind: 'always' }), ['night'])).toBe('Another mute has this name.');
    expect(muteProblem(mute({ kind: 'once', fromMs: 2, toMs: 1 }), [])).toBe('It ends before it begins.');
    expect(muteProblem(mute({ kind: 'once', fromMs: Number.NaN, toMs: 1 }), [])).toMatch(/when it begins/);
    expect(muteProblem(mute({ kind: 'weekly', days: [], fromMinute: 0, toMinute: 1 }), [])).toMatch(
      /one day/,
    );
  });
  it('reads times as the fields of a browser write them', () => {
    expect(readLocal(localText(START, 'utc'), 'utc')).toBe(START);
    expect(readLocal(localText(START, 'local'), 'local')).toBe(START);
    expect(readMinute('22:30')).toBe(1350);
    expect(readMinute('24:00')).toBeNull();
  });
});
