/**
 * A definition as a user, a script or the disk gives it, checked whole: defaults and limits are sFlow-RT's, and what
 * cannot be used is said by attribute and place, with what was expected instead.
 */
import { DEFINITION_DEFAULTS } from '../../shared/definition/defaults.ts';
import { ExpressionError, parseKeyExpression, splitKeyList } from '../../shared/filter/expression.ts';
import { FilterError, testsOf } from '../../shared/filter/filter.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { readValue } from '../../shared/format/quantity.ts';
import type {
  DefinitionProblem,
  DefinitionStatus,
  FlowDefinition,
  FlowMerge,
} from '../../shared/model/definition.ts';
import { compileKey, compileKeys, MOST_KEYS } from './compile.ts';
import { type CompiledFilter, compileFilter } from './filter.ts';
import type { FunctionContext } from './functions/context.ts';
import { KeyError } from './key.ts';
import { isKeyOfRequests } from './keys.ts';
import { type CompiledValue, compileValue } from './value.ts';

export type Origin = DefinitionStatus['origin'];

const MOST_VALUES = 8;
const MERGES: readonly FlowMerge[] = ['max', 'sum', 'once', 'AGENT', 'edge', 'core'];
/** Flows of each data source: what sFlow-RT allows a script, and what Weir allows itself. */
const FLOWS_KEPT = { rest: { least: 5, most: 20 }, weir: { least: 1, most: 1000 } };

/** What has no effect here and is no mistake: Weir exports no IPFIX. */
const IGNORED: readonly string[] = ['name', 'ipfixCollectors'];

class Checker {
  readonly problems: DefinitionProblem[] = [];

  tell(attribute: keyof FlowDefinition, message: string, start = 0, end = start): void {
    this.problems.push({ attribute, message, start, end });
  }

  /** A number, also where it was written as text. */
  number(attribute: keyof FlowDefinition, given: unknown, otherwise: number, unit: string): number {
    const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    this.tell(attribute, `${attribute}: a number of ${unit} was expected, as in ${attribute}:${otherwise}.`);
    return otherwise;
  }

  boolean(attribute: keyof FlowDefinition, given: unknown, otherwise: boolean): boolean {
    if (typeof given === 'boolean') return given;
    if (given === 'true' || given === 'false') return given === 'true';
    this.tell(attribute, `${attribute}: true or false was expected.`);
    return otherwise;
  }

  text(attribute: keyof FlowDefinition, given: unknown, most: number, example: string): string {
    if (typeof given === 'string' && given.length <= most) return given.trim();
    this.tell(
      attribute,
      `${attribute}: a text of at most ${most} characters was expected, as in ${example}.`,
    );
    return '';
  }

  /** A list, or a text with commas; each part with its place in the text. */
  list(
    attribute: 'keys' | 'values',
    given: unknown,
    most: number,
  ): { text: string; start: number; end: number }[] {
    const text = Array.isArray(given) ? given.join(',') : given;
    if (typeof text !== 'string' || text.length > 4096) {
      this.tell(
        attribute,
        `${attribute}: a list of texts, or a text with commas, was expected, as in ipsource,ipdestination.`,
      );
      return [];
    }
    try {
      const parts = splitKeyList(text);
      if (parts.length > most)
        this.tell(
          attribute,
          `${attribute}: at most ${most} are taken; there are ${parts.length}.`,
          parts[most]!.start,
          text.length,
        );
      return parts.slice(0, most);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.tell(attribute, `${attribute}: ${error.message}`, error.position, text.length);
      return [];
    }
  }

  /** What `compile` refuses is a problem at this place. */
  compiled<T>(
    attribute: keyof FlowDefinition,
    { start, end }: { start: number; end: number },
    compile: () => T,
  ): T | null {
    try {
      return compile();
    } catch (error) {
      if (error instanceof FilterError)
        this.tell(attribute, `filter: ${error.message}`, error.start, error.end);
      else if (error instanceof KeyError) {
        const at = start + (error.place?.start ?? 0);
        this.tell(
          attribute,
          `${attribute}: ${error.message.replace(/\.$/, '')} (at position ${at + 1}).`,
          at,
          error.place ? start + error.place.end : end,
        );
      } else throw error;
      return null;
    }
  }
}

/** Names stand in addresses and in lists, and data sources before them: '22.tcp'. */
const NAME = /^\w[\w-]{0,127}$/;

/** The definition, whole and within the limits of who made it, and what is wrong with it. */
export function readDefinition(
  name: string,
  input: Readonly<Record<string, unknown>>,
  origin: Origin,
  context: FunctionContext,
): { definition: FlowDefinition; problems: DefinitionProblem[] } {
  const check = new Checker();
  if (!NAME.test(name))
    check.tell(
      'name',
      'name: 1 to 128 letters, digits, “_” and “-” were expected, as in srcdst.',
      0,
      name.length,
    );
  for (const attribute of Object.keys(input))
    if (!Object.hasOwn(DEFINITION_DEFAULTS, attribute) && !IGNORED.includes(attribute))
      check.tell(
        'name',
        `A flow definition has no attribute “${attribute.slice(0, 40)}”; it has ${Object.keys(DEFINITION_DEFAULTS).join(', ')}.`,
      );
  const given = {
    ...DEFINITION_DEFAULTS,
    ...Object.fromEntries(Object.entries(input).filter(([, one]) => one != null)),
  };

  const keys = check.list('keys', given.keys, MOST_KEYS);
  for (const key of keys) check.compiled('keys', key, () => compileKey(key.text, context));
  const value = check.text('value', given.value, 512, 'value:bytes');
  if (value !== '')
    check.compiled('value', { start: 0, end: value.length }, () => compileValue(value, context));
  const values = check.list('values', given.values, MOST_VALUES);
  for (const one of values) check.compiled('values', one, () => compileValue(one.text, context));
  const filter = check.text('filter', given.filter, 4096, 'filter:ipprotocol=6');
  check.compiled('filter', { start: 0, end: filter.length }, () =>
    compileFilter(filter, context.names, context),
  );
  const { least, most } = FLOWS_KEPT[origin === 'rest' ? 'rest' : 'weir'];
  const n = Math.round(check.number('n', given.n, DEFINITION_DEFAULTS.n, 'flows'));
  const t = check.number('t', given.t, DEFINITION_DEFAULTS.t, 'seconds');
  const fs = check.text('fs', given.fs, 32, 'fs:_SEP_') || DEFINITION_DEFAULTS.fs;
  const aggMode = MERGES.find((merge) => merge === given.aggMode);
  if (aggMode === undefined) check.tell('aggMode', `aggMode: one of ${MERGES.join(', ')} was expected.`);
  const definition: FlowDefinition = {
    name,
    keys: keys.map(({ text }) => text),
    value: value || DEFINITION_DEFAULTS.value,
    values: values.map(({ text }) => text),
    filter,
    n: Math.min(most, Math.max(least, n)),
    t: Math.min(600, Math.max(0.2, t)),
    dropped: check.boolean('dropped', given.dropped, false),
    fs,
    log: check.boolean('log', given.log, false),
    flowStart: check.boolean('flowStart', given.flowStart, false),
    activeTimeout: Math.min(
      86_400,
      Math.max(
        1,
        check.number('activeTimeout', given.activeTimeout, DEFINITION_DEFAULTS.activeTimeout, 'seconds'),
      ),
    ),
    aggMode: aggMode ?? DEFINITION_DEFAULTS.aggMode,
  };
  return { definition, problems: check.problems };
}

/** A definition, compiled: what every sample of it goes through. */
export type CompiledDefinition = {
  keys: ReturnType<typeof compileKeys>;
  filter: CompiledFilter | null;
  value: CompiledValue;
  values: CompiledValue[];
  /** Whether it speaks of requests of applications; else those are kept from it. */
  readsRequests: boolean;
};

/** Compiles a definition that has no problems; throws KeyError or FilterError where it has. */
export function compileDefinition(
  { keys, value, values, filter }: Pick<FlowDefinition, 'keys' | 'value' | 'values' | 'filter'>,
  context: FunctionContext,
): CompiledDefinition {
  return {
    keys: compileKeys(keys, context),
    filter: compileFilter(filter, context.names, context),
    value: compileValue(value, context),
    values: values.map((one) => compileValue(one, context)),
    readsRequests: readsRequests({ keys, values: [value, ...values], filter }),
  };
}

/** Whether a key that only requests have is named anywhere. */
export function readsRequests({
  keys,
  values,
  filter,
}: {
  keys: readonly string[];
  values: readonly string[];
  filter: string;
}): boolean {
  const lefts = testsOf(parseFilter(filter)).map(({ left }) => left.text);
  return [...keys, ...values.map((value) => readValue(value).key), ...lefts].some(namesRequests);
}

function namesRequests(expression: string): boolean {
  const { name, arguments: given } = parseKeyExpression(expression);
  return isKeyOfRequests(name) || given.some((argument) => argument !== '' && mayNameRequests(argument));
}

/** An argument may be anything, a key among it. */
function mayNameRequests(argument: string): boolean {
  try {
    return namesRequests(argument);
  } catch (error) {
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}
