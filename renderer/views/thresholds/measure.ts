/**
 * What the figures of a threshold are in, on the screen: the engine reads octets per second and values of flow
 * definitions, people read bit/s, and a level that is a share or a time has a unit of its own.
 */

import { quantityOf } from '../../../shared/format/quantity.ts';
import { MINUS, THIN_SPACE } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import { formatDuration } from '../../../shared/format/time.ts';
import type { DefinitionStatus } from '../../../shared/model/definition.ts';
import type { MetricDescription } from '../../../shared/model/metric.ts';
import type { Threshold } from '../../../shared/model/threshold.ts';
import { type RateUnit, rateFigure, rateText } from '../../components/chart/unit.ts';
import { shownUnit } from '../metrics/rows.ts';

/** A unit, and what an engine's figure is multiplied by to be in it. */
export type Measure = { unit: RateUnit; factor: number };

export type Watched = {
  /** What people call it. */
  label: string;
  /** Of its readings. */
  reading: Measure;
  isFlow: boolean;
};

export type MeasureContext = {
  catalog: ReadonlyMap<string, MetricDescription>;
  definitions: ReadonlyMap<string, DefinitionStatus>;
};

/** The metrics that a threshold watches, each by itself. */
export const metricsOf = (metric: string): string[] =>
  metric
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

/** What is watched is called and read in; of several metrics the unit is that of the first. What nobody knows is a plain number. */
export function watchedOf(metric: string, context: MeasureContext): Watched {
  const own = context.definitions.get(metric);
  if (own) {
    const { unit, factor } = quantityOf(own.definition.value);
    return { label: safeText(own.label || metric), reading: { unit, factor }, isFlow: true };
  }
  const names = metricsOf(metric);
  const described = names.map((name) => context.catalog.get(name));
  const label = described.map((one, index) => one?.label ?? safeText(names[index]!)).join(', ');
  const [first] = described;
  const reading = first ? shownUnit(first.unit, first.name) : { unit: '', factor: 1 };
  return { label, reading, isFlow: false };
}

type Rule = Pick<Threshold, 'metric' | 'kind' | 'of'>;

/** What the readings of a threshold are shown in. */
export function readingMeasure(rule: Rule, context: MeasureContext): Measure {
  if (rule.kind === 'absence') return { unit: 's', factor: 1 };
  if (rule.of === 'speed') return { unit: '%', factor: 1 };
  return watchedOf(rule.metric, context).reading;
}

/** What its level is typed and shown in. */
export function levelMeasure(rule: Rule, context: MeasureContext): Measure {
  return rule.kind === 'baseline' ? { unit: '×', factor: 1 } : readingMeasure(rule, context);
}

const SI = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/**
 * A level as people would write it: '80 %', '10 Mbit/s', '5 /s', '2 min'. It was said and not measured, so it has all its
 * figures and no zeros behind them; `readLevel` reads it back.
 */
export function levelText(value: number, { unit, factor }: Measure): string {
  const shown = value * factor;
  const plain = (figure: number) => String(Number(figure.toPrecision(9))).replace('-', MINUS);
  if (unit === 's') return formatDuration(shown * 1000);
  if (unit === '×') return `${plain(shown)} ×`;
  if (unit === '%') return `${plain(shown)}${THIN_SPACE}%`;
  const spelled = unit === 'octets' ? 'B' : rateFigure(1, unit).unit;
  const hasPrefix = unit !== 'count' && spelled !== 'ms';
  const step = hasPrefix && shown !== 0 ? Math.floor(Math.log10(Math.abs(shown)) / 3 + 1e-9) : 0;
  const power = Math.min(SI.length - 1, Math.max(0, step));
  return `${plain(shown / 1000 ** power)} ${SI[power]}${spelled}`.trimEnd();
}

/** A reading, as measured. */
export function readingText(value: number | null, { unit, factor }: Measure): string {
  if (value === null) return '–';
  return unit === 's' ? formatDuration(value * factor * 1000) : rateText(value * factor, unit);
}

const PREFIXES: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const TIMES: Readonly<Record<string, number>> = { '': 1, s: 1, sec: 1, min: 60, m: 60, h: 3600, d: 86_400 };

export type ReadLevel = { value: number; problem: '' } | { value: null; problem: string };

/**
 * Reads a level as somebody types it, into the engine's figure: '10 Mbit/s', '10M', '1,5 GB/s', '80 %', '2 min'. What
 * cannot be read is told in a sentence.
 */
export function readLevel(text: string, { unit, factor }: Measure): ReadLevel {
  const wrong = (problem: string): ReadLevel => ({ value: null, problem });
  const match = /^([+-]?\d*[.,]?\d+(?:e[+-]?\d+)?)\s*(.*)$/i.exec(
    text
      .trim()
      .replaceAll(MINUS, '-')
      .replace(/(\d)[\s\u2009](?=\d{3}(\D|$))/g, '$1'),
  );
  if (!match) return wrong(`A level is a number with or without its unit, as in ${exampleOf(unit)}.`);
  const number = Number(match[1]!.replace(',', '.'));
  const behind = match[2]!.trim();
  if (!Number.isFinite(number)) return wrong(`“${safeText(match[1]!, 40)}” is too large a number.`);
  const multiplier = multiplierOf(behind, unit);
  if (multiplier === null)
    return wrong(`“${safeText(behind, 40)}” is no unit of this; write it as in ${exampleOf(unit)}.`);
  return { value: (number * multiplier) / factor, problem: '' };
}

function exampleOf(unit: RateUnit): string {
  const examples: Record<string, string> = {
    'bit/s': '10 Mbit/s',
    '%': '80 %',
    '×': '3',
    s: '2 min',
    ms: '20 ms',
    octets: '512 MB',
  };
  return examples[unit] ?? (unit.endsWith('/s') ? '500 /s or 5 k' : '5 or 5 k');
}

/** What stands behind a number as a factor into `unit`; null where it is of another kind. */
function multiplierOf(behind: string, unit: RateUnit): number | null {
  if (unit === 's') return TIMES[behind.toLowerCase()] ?? null;
  if (unit === '%') return behind === '' || behind === '%' ? 1 : null;
  if (unit === '×') return /^(×|x|times)?$/i.test(behind) ? 1 : null;
  const plain = /^[kmgt]?$/i.exec(behind);
  if (plain) return PREFIXES[behind.toLowerCase()]!;
  if (unit === 'bit/s') {
    const bits = /^([kmgt]?)(?:bit\/?s|bits\/s|b\/s|bps|bit)$/i.exec(behind);
    // B is an octet, b a bit; a whole word tells by itself.
    if (bits && !/B\/s$/.test(behind)) return PREFIXES[bits[1]!.toLowerCase()]!;
    const octets = /^([kmgt]?)(?:B\/s|bytes\/s|octets\/s)$/i.exec(behind);
    return octets ? PREFIXES[octets[1]!.toLowerCase()]! * 8 : null;
  }
  if (unit === 'ms') return behind === 'ms' ? 1 : behind === 's' ? 1000 : null;
  if (unit === 'octets') {
    const octets = /^([kmgt])(i?)B$/i.exec(behind);
    if (octets) {
      const power = 'kmgt'.indexOf(octets[1]!.toLowerCase()) + 1;
      return octets[2] ? 1024 ** power : 1000 ** power;
    }
    return /^(B|octets|bytes)$/i.test(behind) ? 1 : null;
  }
  if (unit.endsWith('/s') || unit === '1/s') {
    const words = unit.replace(/^1?\/s$|\/s$/, '').replace(/s$/, '');
    const told = new RegExp(`^([kmgt]?)\\s*(?:${words}s?)?(?:\\/s|ps)$`, 'i').exec(behind);
    return told ? PREFIXES[told[1]!.toLowerCase()]! : null;
  }
  return behind.toLowerCase() === unit.toLowerCase() ? 1 : null;
}
