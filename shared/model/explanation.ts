/**
 * What changed between two stretches of time, and by whom. Figures are rates: the value of the question (octets,
 * frames …) per second, so that stretches of unlike length can be compared.
 */
import type { FlowQuestion, Interval, Provenance } from './question.ts';

export type ExplainQuestion = Pick<FlowQuestion, 'value' | 'scope' | 'filter' | 'merge' | 'dropped'> & {
  /** The stretch that is asked about, and the one that it is compared with. */
  during: Interval;
  before: Interval;
};

/** `same`: the change lies within its band, which is to say that it may be noise. */
export type ChangeStatus = 'new' | 'gone' | 'grown' | 'shrunk' | 'same';

export type Change = {
  /** Per second. */
  before: number;
  during: number;
  /** `during` − `before`. */
  change: number;
  /** Half-width of the 95 % band of the change, per second. */
  halfWidth: number;
  status: ChangeStatus;
};

/**
 * A row of an answer, before and during. `below`: on one side it is not shown, and only known to be smaller than the
 * smallest row that is; its figure there stands as 0.
 */
export type RowChange = Change & {
  keyTexts: readonly string[];
  below?: { side: 'before' | 'during'; value: number };
};

/** Who changed, told by one kind of thing; the rows and `other` add up to the change of the whole. */
export type ChangedDimension = {
  id: string;
  label: string;
  keys: readonly string[];
  /** Largest change first. */
  rows: RowChange[];
  /** All rows that are not shown. */
  other: Change;
};

/** What a field of a pattern is told as: the keys, and what they say. An address may be told as its subnet. */
export type PatternValue = { keys: readonly string[]; texts: readonly string[] };

/** A pattern of traffic: for each of its fields a value, or null for any. */
export type CausePattern = Change & { values: readonly (PatternValue | null)[] };

/** A column of the table of patterns. */
export type PatternField = { id: string; label: string };

export type Explanation = {
  /** As they were answered, which is wider where only whole minutes are known. */
  during: Interval;
  before: Interval;
  value: string;
  provenance: { during: Provenance; before: Provenance };
  /** Flow samples behind the two figures of the total. */
  samples: { during: number; before: number };
  total: Change;
  dimensions: ChangedDimension[];
  fields: PatternField[];
  /** The few most specific patterns that make up most of the change, the most telling first. */
  patterns: CausePattern[];
  /** What could not be told, each in a sentence. */
  problems: string[];
};

export type ExplainApi = { explain: (question: ExplainQuestion) => Explanation };
