/**
 * A filter compiled once into a closure over samples: it allocates nothing per sample, and no traffic makes it
 * slower than one look at each of its tests. What a text means is for shared/filter; which keys there are, and
 * which values they can have, is said here.
 */
import { FilterError, type FilterExpression, type FilterTest, testsOf } from '../../shared/filter/filter.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import type { FilterProblem } from '../../shared/model/question.ts';
import { compileTest, type SampleTest, usesNames } from './filter-test.ts';
import { NO_NAMES } from './filter-values.ts';
import { type FunctionContext, NO_CONTEXT } from './functions/context.ts';
import type { KeyNames } from './key.ts';

export type { SampleTest } from './filter-test.ts';

export type CompiledFilter = {
  accepts: SampleTest;
  /** Whether it asks for names that the network tells: those must have been heard before the samples. */
  usesNames: boolean;
};

/** An expression as a closure over whatever its tests are of. */
export function joinTests<Subject>(
  expression: FilterExpression,
  compileOne: (test: FilterTest) => (subject: Subject) => boolean,
): (subject: Subject) => boolean {
  if (expression.kind === 'test') return compileOne(expression);
  const parts = expression.parts.map((part) => joinTests(part, compileOne));
  const isAny = expression.kind === 'any';
  return (subject) => {
    for (let i = 0; i < parts.length; i++) if (parts[i]!(subject) === isAny) return isAny;
    return !isAny;
  };
}

/**
 * Compiles a filter; null for one that says nothing. What functions of keys know beside the sample is in `context`.
 * Throws FilterError with a sentence and a place.
 */
export function compileFilter(
  text: string,
  names: KeyNames,
  context: FunctionContext = NO_CONTEXT,
): CompiledFilter | null {
  const expression = parseFilter(text);
  if (expression === null) return null;
  return {
    accepts: joinTests(expression, (test) => compileTest(test, names, context)),
    usesNames: testsOf(expression).some(({ left }) => usesNames(left.text)),
  };
}

/** What is wrong with a filter, and where; null where nothing is. */
export function filterProblem(text: string): FilterProblem | null {
  return problemIn(() => compileFilter(text, NO_NAMES));
}

/** What is wrong with a filter that `compile` compiles. */
export function problemIn(compile: () => unknown): FilterProblem | null {
  try {
    compile();
    return null;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { message: error.message, start: error.start, end: error.end };
  }
}
