/** A stored minute as rows of the server's tables. */
import type {
  FlowMinute,
  StoredArrivals,
  StoredCounters,
  StoredDefinition,
  StoredMetric,
} from '../../shared/model/store.ts';

/** All that is stored of one minute. */
export type WholeMinute = {
  minute: number;
  flows: FlowMinute[];
  arrivals: StoredArrivals[];
  counters: StoredCounters[];
  metrics: StoredMetric[];
};

/** The texts of a definition's stored keys, as the SQL console shows them; null where it is not known any more. */
export type KeyTexts = (
  definition: StoredDefinition,
) => ((words: Uint32Array, at: number, texts: readonly string[]) => string[]) | null;

export type Rows = { table: string; rows: Record<string, unknown>[] };

const SUMS = 5;
/** JSON has no NaN: what is none is told by a column of its own, or left out. */
const finite = (value: number): number => (Number.isFinite(value) ? value : 0);

/** The rows of a minute, table by table, under one revision. */
export function rowsOf(whole: WholeMinute, source: string, revision: number, keyTexts: KeyTexts): Rows[] {
  const { minute } = whole;
  const place = { source, minute, time: minute * 60, revision };
  return [
    {
      table: 'weir_flow',
      rows: whole.flows.flatMap((flows) => flowRows(flows, keyTexts).map((row) => ({ ...place, ...row }))),
    },
    {
      table: 'weir_arrival',
      rows: whole.arrivals.map(({ agent, received, lost }) => ({ ...place, agent, received, lost })),
    },
    {
      table: 'weir_counter',
      rows: whole.counters.map(({ agent, ifIndex, fromMs, toMs, seconds, growth }) => ({
        ...place,
        ...{ agent, if_index: ifIndex, from_ms: fromMs, to_ms: toMs, seconds },
        growth: Array.from(growth, finite),
        reported: Array.from(growth, (value) => (Number.isFinite(value) ? 1 : 0)),
      })),
    },
    {
      table: 'weir_metric',
      rows: whole.metrics.map(({ agent, dataSource, metric, least, most, mean, last, count }) => ({
        ...place,
        ...{ agent, data_source: dataSource, metric },
        ...{
          least: finite(least[0]!),
          most: finite(most[0]!),
          mean: finite(mean[0]!),
          last: finite(last[0]!),
        },
        count: count[0]!,
      })),
    },
  ].filter(({ rows }) => rows.length > 0);
}

function flowRows(flows: FlowMinute, keyTexts: KeyTexts): Record<string, unknown>[] {
  const { definition, keyWords, textWords, texts, paths } = flows;
  const textsOf = keyTexts(definition);
  const isText = new Set(textWords);
  return Array.from(flows.pathOf, (pathAt, row) => {
    const { agent, dataSource, input, output, mark } = paths[pathAt]!;
    const at = row * keyWords;
    const hasKey = flows.hasKey[row] === 1;
    const words = hasKey ? Array.from(flows.words.subarray(at, at + keyWords)) : [];
    const [octets, frames, samples, octetSquares, frameSquares] = flows.sums.subarray(
      row * SUMS,
      row * SUMS + SUMS,
    );
    return {
      ...{ definition: definition.keys, filter: definition.filter, counts: definition.counts },
      ...{ agent, data_source: dataSource, input, output, mark, has_key: hasKey ? 1 : 0 },
      key_width: keyWords,
      // The place of a text in its block means nothing here: the text itself stands beside.
      words: words.map((word, i) => (isText.has(i) ? 0 : word)),
      text_words: textWords,
      texts: hasKey ? textWords.map((i) => texts[words[i]!] ?? '') : [],
      key: hasKey ? (textsOf?.(flows.words, at, texts) ?? []) : [],
      ...{ octets, frames, samples, octet_squares: octetSquares, frame_squares: frameSquares },
    };
  });
}
