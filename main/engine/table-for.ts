/** Tables and filters as a user asked for them: what does not exist is refused by its own sentence. */
import { FilterError } from '../../shared/filter/filter.ts';
import { RpcError } from '../../shared/rpc.ts';
import { type CompiledFilter, compileFilter } from '../flows/filter.ts';
import type { FunctionContext } from '../flows/functions/context.ts';
import { KeyError } from '../flows/key.ts';
import { FlowTable, type FlowTableOptions } from '../flows/table.ts';

/** A table for keys as a user wrote them; refuses what does not exist by its own sentence. */
export function tableFor(
  keys: readonly string[],
  filter: CompiledFilter | null,
  context: FunctionContext,
  options: Partial<FlowTableOptions> = {},
): FlowTable {
  try {
    return new FlowTable(keys, { ...options, context, accepts: filter?.accepts ?? null });
  } catch (error) {
    if (error instanceof KeyError) throw new RpcError('refused', error.message);
    throw error;
  }
}

/** A filter as a user wrote it, null for none; refused by its own sentence. */
export function filterFor(text: string, context: FunctionContext): CompiledFilter | null {
  try {
    return compileFilter(text, context.names, context);
  } catch (error) {
    if (error instanceof FilterError) throw new RpcError('refused', error.message);
    throw error;
  }
}
