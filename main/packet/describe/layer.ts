/** What a describer is: it adds the fields of one header and says how long that is and what matters in it. */
import type { Fields } from './fields.ts';

export type Description = {
  /** Octets of the header as it says itself; what goes beyond the sample is taken off by the caller. */
  length: number;
  summary: string;
};

export type Describer = (fields: Fields) => Description;
