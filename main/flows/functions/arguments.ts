/** Reading the arguments of key functions: each refusal is one sentence that names the function and the argument. */
import { KeyError, type KeyFunction } from '../key.ts';

type Refused = Pick<KeyFunction, 'name' | 'example'>;

/** The error for an argument that a function cannot take. */
export function refusal({ name, example }: Refused, expected: string): KeyError {
  return new KeyError(`The function “${name}” takes ${expected}, as in ${example}.`);
}

/** Refuses another number of arguments than `least` to `most`. */
export function expectCount(
  refused: Refused,
  keyArguments: readonly string[],
  least: number,
  most: number,
  expected: string,
): void {
  if (keyArguments.length < least || keyArguments.length > most) throw refusal(refused, expected);
}

/** A whole number from `least` to `most`; `what` names the argument. */
export function wholeNumber(
  { name, example }: Refused,
  argument: string,
  what: string,
  least: number,
  most: number,
): number {
  const value = /^\d{1,16}$/.test(argument) ? Number(argument) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new KeyError(
      `The function “${name}” takes as ${what} a whole number from ${least} to ${most}, as in ${example}; “${argument}” is not that.`,
      argument,
    );
  return value;
}

/** One of a few words; `what` names the argument. */
export function choice<T extends string>(
  { name, example }: Refused,
  argument: string,
  what: string,
  choices: readonly T[],
): T {
  const found = choices.find((known) => known === argument);
  if (found === undefined)
    throw new KeyError(
      `The function “${name}” takes as ${what} one of ${choices.join(', ')}, as in ${example}; “${argument}” is not that.`,
      argument,
    );
  return found;
}

/** A text with at least one character, as a delimiter or the name of a table. */
export function filled({ name, example }: Refused, argument: string | undefined, what: string): string {
  if (argument === undefined || argument === '')
    throw new KeyError(`The function “${name}” needs ${what}, as in ${example}.`, argument);
  return argument;
}
