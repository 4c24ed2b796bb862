/** Tables and filters as a user asked for them: what does not exist is refused by its own sentence. */
import { ExpressionError } from '../../shared/filter/expression.ts';
import { FilterError } from '../../shared/filter/filter.ts';
import { shortValue } from '../../shared/format/quantity.ts';
import type { FlowQuestion } from '../../shared/model/question.ts';
import type { StoredDefinition } from '../../shared/model/store.ts';
import { RpcError } from '../../shared/rpc.ts';
import { readsRequests } from '../flows/definition.ts';
import { type CompiledFilter, compileFilter } from '../flows/filter.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import { KeyError } from '../flows/key.ts';
import { FlowTable, type FlowTableOptions } from '../flows/table.ts';
import { compileValue } from '../flows/value.ts';

/** What of a question makes its table. */
export type Counted = Pick<FlowQuestion, 'keys' | 'filter' | 'value' | 'dropped'>;

/** A table for keys as a user wrote them; refuses what does not exist by its own sentence. */
export function tableFor(
  keys: readonly string[],
  filter: CompiledFilter | null,
  context: FunctionContext,
  options: Partial<FlowTableOptions> = {},
): FlowTable {
  return refusing(() => new FlowTable(keys, { ...options, context, accepts: filter?.accepts ?? null }));
}

/** What the language refuses is refused by the same sentence. */
function refusing<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof KeyError || error instanceof FilterError || error instanceof ExpressionError)
      throw new RpcError('refused', error.message);
    throw error;
  }
}

/** The table of a question: its keys, filter and value. Octets and frames of frames are one table. */
export function tableOfQuestion(
  question: Counted,
  context: FunctionContext,
  options: Partial<FlowTableOptions> = {},
): FlowTable {
  const { keys, filter, value, dropped = false } = question;
  const accepts = filterFor(filter, context);
  const compiled = refusing(() => compileValue(value, context));
  const requests = speaksOfRequests({ keys, filter, value });
  return tableFor(keys, accepts, context, {
    ...options,
    value: countsOf(question) === '' ? null : compiled,
    reads: { frames: !dropped, requests: !dropped && requests, drops: dropped },
  });
}

/** Whether requests of applications belong to a question: it names a key that only they have. */
export function speaksOfRequests({
  keys,
  filter,
  value,
}: Pick<FlowQuestion, 'keys' | 'filter' | 'value'>): boolean {
  return refusing(() => readsRequests({ keys, values: [value], filter }));
}

/**
 * What a question counts beside frames of frames and their octets, which one table has and minutes are stored of: its
 * value, and whether of dropped packets; '' where it counts nothing else.
 */
export function countsOf({ keys, filter, value, dropped }: Counted): string {
  const short = shortValue(value);
  if (dropped) return `dropped ${short}`;
  return (short === 'bytes' || short === 'frames') && !speaksOfRequests({ keys, filter, value }) ? '' : short;
}

/** What the minutes of a question are stored under. */
export const storedAs = (counted: Counted): StoredDefinition => ({
  keys: counted.keys.join(','),
  filter: counted.filter,
  counts: countsOf(counted),
});

/** A filter as a user wrote it, null for none; refused by its own sentence. */
export function filterFor(text: string, context: FunctionContext): CompiledFilter | null {
  return refusing(() => compileFilter(text, context.names, context));
}
