import { describe, expect, it } from 'vitest';
import { freeTitle } from '../../../renderer/stores/free-name.ts';
import { withOverride } from '../../../renderer/stores/thresholds.ts';
import { attributeOf, NEW_THRESHOLD, prefilled } from '../../../renderer/views/thresholds/editor/draft.ts';
import { arrangePlaces, placeTree } from '../../../renderer/views/thresholds/places.ts';
import { levelAt, rulesFor } from '../../../renderer/views/thresholds/rules.ts';
import { placesAt, statusesAt } from '../../../renderer/views/thresholds/standing-at.ts';
import { nearnessText } from '../../../renderer/views/thresholds/words.ts';
import type { WeirEvent } from '../../../shared/model/event.ts';
import type { ThresholdPlace, ThresholdStatus } from '../../../shared/model/threshold.ts';

const place = (part: Partial<ThresholdPlace>): ThresholdPlace => ({
  ...{
    threshold: 'busy',
    metric: 'ifinutilization',
    agent: '10.0.0.1',
    agentName: 'spine1',
    dataSource: '1',
  },
  ...{
    interfaceName: 'swp1',
    interfaceAlias: '',
    flowKey: '',
    value: 1,
    unit: '%',
    level: 80,
    levelFrom: 'threshold',
  },
  ...{ nearness: 0.1, standing: false },
  ...part,
});

describe('places as a tree', () => {
  const places = [
    place({ nearness: 0.4 }),
    place({ dataSource: '2', interfaceName: 'swp2', nearness: 0.95, standing: true }),
    place({ agent: '10.0.0.2', agentName: '', dataSource: '7', interfaceName: '', nearness: 0.2 }),
  ];

  it('gives an agent the nearness of the worst of its ports', () => {
    const rows = placeTree(places, 'place', () => '');
    const agents = rows.filter(({ depth }) => depth === 1);
    expect(rows[0]).toMatchObject({ label: 'Network', nearness: 0.95, below: 3, standing: 1 });
    expect(agents.map(({ label, nearness, below, standing }) => [label, nearness, below, standing])).toEqual([
      ['spine1', 0.95, 2, 1],
      ['10.0.0.2', 0.2, 1, 0],
    ]);
  });

  it('keeps ports behind their agent, and folds', () => {
    const rows = placeTree(places, 'place', () => '').sort((one, other) => other.nearness - one.nearness);
    const labels = (isOpen: boolean) => arrangePlaces(rows, () => isOpen).map(({ label }) => label);
    expect(labels(true)).toEqual(['Network', 'spine1', 'swp2', 'swp1', '10.0.0.2', 'if 7']);
    expect(labels(false)).toEqual(['Network']);
  });

  it('has thresholds below ports where all are shown, and inert names', () => {
    const hostile = place({ interfaceName: 'swp\u202e1', threshold: 'x\u0007y', metric: 'm' });
    const rows = placeTree([hostile], 'threshold', () => 'Label');
    expect(rows.map(({ depth }) => depth)).toEqual([0, 1, 2, 3]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    for (const { label } of rows) expect(label).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});

describe('the level that holds', () => {
  const threshold = {
    ...NEW_THRESHOLD,
    name: 'busy',
    overrides: [
      { agent: 'a', dataSource: '', value: 70 },
      { agent: 'a', dataSource: '3', value: null },
    ],
  };
  it('is the place’s own, else its agent’s, else the threshold’s', () => {
    expect(levelAt(threshold, { agent: 'a', dataSource: '3' })).toBeNull();
    expect(levelAt(threshold, { agent: 'a', dataSource: '4' })).toBe(70);
    expect(levelAt(threshold, { agent: 'b', dataSource: '3' })).toBe(80);
  });

  it('is a rule of a chart in its unit only', () => {
    const list = [{ threshold, standing: 0, unraised: 0, nearness: 0, learning: '', problem: '' }];
    const catalog = new Map([
      [
        'ifinutilization',
        {
          ...{ name: 'ifinutilization', label: 'In', about: '', unit: '%' as const },
          ...{ family: 'Interface', kind: 'rate' as const },
        },
      ],
    ]);
    const at = [{ metric: 'ifinutilization', agent: 'b', dataSource: '1' }];
    expect(rulesFor(list, at, { catalog, definitions: new Map() }, '%')).toMatchObject([{ value: 80 }]);
    expect(rulesFor(list, at, { catalog, definitions: new Map() }, 'bit/s')).toEqual([]);
  });

  it('is set, changed and taken away', () => {
    const at = { agent: 'a', dataSource: '3' };
    expect(withOverride(threshold.overrides, at, 90)).toContainEqual({ ...at, value: 90 });
    expect(withOverride(threshold.overrides, at, undefined)).toEqual([threshold.overrides[0]]);
  });
});

describe('a draft', () => {
  it('is filled from an address, and from nothing that is no figure or kind', () => {
    const filled = prefilled(
      { new: '1', metric: 'pairs', value: '5', kind: 'contact', flow: '1' },
      undefined,
    );
    expect(filled).toMatchObject({ metric: 'pairs', value: 5, kind: 'contact', byFlow: true });
    expect(prefilled({ new: '1', value: 'x', kind: 'y' }, undefined)).toMatchObject({
      value: 80,
      kind: 'level',
    });
  });
  it('finds the field that a sentence is about', () => {
    expect(attributeOf('The threshold “x” takes holdSeconds: seconds from 0 to 86400.')).toBe('holdSeconds');
    expect(attributeOf('The threshold “x” takes a clearValue on the quiet side of its value (80).')).toBe(
      'clearValue',
    );
    expect(attributeOf('It is too late.')).toBe('');
  });
  it('has a name that no other has', () => {
    expect(freeTitle('Utilisation in', (name) => name === 'Utilisation in')).toBe('Utilisation in 2');
  });
});

describe('a moment of the past', () => {
  it('is told by the events that stood, and by nothing else', () => {
    const status = (name: string): ThresholdStatus => ({
      threshold: { ...NEW_THRESHOLD, name, preset: false, value: 80 },
      ...{ standing: 3, unraised: 2, nearness: 0.9, learning: 'still', problem: '' },
    });
    const stood = {
      ...{ name: 'busy', metric: 'ifinutilization', agent: '10.0.0.1', agentName: 'spine1', unit: '%' },
      ...{ dataSource: '7', interfaceName: 'swp7', flowKey: '' },
    } as WeirEvent;
    const list = [status('busy'), status('quiet')];
    const then = statusesAt(list, [stood, { ...stood, dataSource: '8' }]);
    expect(then.map(({ standing, nearness, unraised }) => [standing, nearness, unraised])).toEqual([
      [2, 1, 0],
      [0, Number.NaN, 0],
    ]);
    expect(nearnessText(then[1]!.nearness)).toBe('–');
    const overridden = [
      {
        ...list[0]!,
        threshold: { ...list[0]!.threshold, overrides: [{ agent: '10.0.0.1', dataSource: '7', value: 50 }] },
      },
    ];
    expect(placesAt(overridden, [stood], '')).toMatchObject([
      {
        threshold: 'busy',
        dataSource: '7',
        level: 50,
        levelFrom: 'data source',
        standing: true,
        value: null,
      },
    ]);
    expect(placesAt(list, [stood], 'quiet')).toEqual([]);
    expect(placesAt([], [stood], '')).toEqual([]);
  });
});
