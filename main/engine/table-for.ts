/** Tables and filters as a user asked for them: what does not exist is refused by its own sentence. */
import { ExpressionError } from '../../shared/filter/expression.ts';
import { FilterError } from '../../shared/filter/filter.ts';
import type { FlowQuestion } from '../../shared/model/question.ts';
import { RpcError } from '../../shared/rpc.ts';
import { readsRequests } from '../flows/definition.ts';
import { type CompiledFilter, compileFilter } from '../flows/filter.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import { KeyError } from '../flows/key.ts';
import { FlowTable, type FlowTableOptions } from '../flows/table.ts';
import { type CompiledValue, compileValue } from '../flows/value.ts';

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

/**
 * The table of a question: its keys, filter and value. Octets and frames of frames are one table; a mean is made of
 * sums, an extreme and a number of different values are not, and are refused.
 */
export function tableOfQuestion(
  { keys, filter, value, dropped = false }: Pick<FlowQuestion, 'keys' | 'filter' | 'value' | 'dropped'>,
  context: FunctionContext,
  options: Partial<FlowTableOptions> = {},
): FlowTable {
  const accepts = filterFor(filter, context);
  const compiled = valueFor(value, context);
  const requests = speaksOfRequests({ keys, filter, value });
  return tableFor(keys, accepts, context, {
    ...options,
    value: !dropped && !requests && (value === 'bytes' || value === 'frames') ? null : compiled,
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

function valueFor(text: string, context: FunctionContext): CompiledValue {
  const value = refusing(() => compileValue(text, context));
  if (value.aggregate === 'rate' || value.aggregate === 'avg') return value;
  throw new RpcError(
    'refused',
    `“${text}” is neither a sum nor a mean; over a range of time those can be asked for, as in ${value.key} and avg:${value.key}.`,
  );
}

/** A filter as a user wrote it, null for none; refused by its own sentence. */
export function filterFor(text: string, context: FunctionContext): CompiledFilter | null {
  return refusing(() => compileFilter(text, context.names, context));
}
