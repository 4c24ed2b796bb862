/** A term of a filter as a chip shows it. */
export type TermWords = {
  left: string;
  sign: '=' | '~' | '';
  values: string;
  /** Whether it leaves out what it names. */
  excluded: boolean;
};
