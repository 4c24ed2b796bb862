/**
 * Prometheus text exposition format 0.0.4: families with HELP and TYPE, one line per value, escaped as the format
 * says. Names and labels come from the network and from users, so that each is made to fit; of two series that then
 * have the same name and labels the first stands, as a scrape with both would be refused whole.
 */
import { safeText } from '../../shared/format/text.ts';

export type PrometheusSample = { labels: Record<string, string>; value: number };
export type PrometheusFamily = {
  name: string;
  help: string;
  type: 'gauge' | 'counter' | 'untyped';
  samples: PrometheusSample[];
};

/** A metric name: letters, digits and underscores, no digit first. */
export const prometheusName = (text: string): string =>
  text.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d|$)/, '_');

const escapeHelp = (text: string): string => safeText(text).replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');

/** 'metric{agent="10.0.0.1"}' without its value. */
function seriesOf(name: string, labels: Record<string, string>): string {
  const parts = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `${prometheusName(label)}="${escapeLabel(value)}"`);
  return parts.length === 0 ? name : `${name}{${parts.join(',')}}`;
}

export function prometheusText(families: readonly PrometheusFamily[]): string {
  const lines: string[] = [];
  const series = new Set<string>();
  for (const { name, help, type, samples } of merged(families)) {
    if (samples.length === 0) continue;
    lines.push(`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`);
    for (const { labels, value } of samples) {
      const text = seriesOf(name, labels);
      if (series.has(text)) continue;
      series.add(text);
      lines.push(`${text} ${numberText(value)}`);
    }
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Families by the name they are written with, in the order of names: each stands together. */
function merged(families: readonly PrometheusFamily[]): PrometheusFamily[] {
  const byName = new Map<string, PrometheusFamily>();
  for (const family of families) {
    const name = prometheusName(family.name);
    const known = byName.get(name);
    if (known) known.samples.push(...family.samples);
    else byName.set(name, { ...family, name, samples: [...family.samples] });
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
