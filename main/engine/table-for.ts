/** Tables and filters as a user asked for them: what does not exist is refused by its own sentence. */
import { FilterError } from '../../shared/filter/filter.ts';
import { RpcError } from '../../shared/rpc.ts';
import { type CompiledFilter, compileFilter } from '../flows/filter.ts';
import { KeyError, type KeyNames } from '../flows/key.ts';
import { FlowTable, type FlowTableOptions } from '../flows/table.ts';

/** A table for keys as a user wrote them; refuses what does not exist by its own sentence. */
export function tableFor(
  keys: readonly string[],
  filter: CompiledFilter | null,
  options: Partial<FlowTableOptions> = {},
): FlowTable {
  try {
    return new FlowTable(keys, { ...options, accepts: filter?.accepts ?? null });
  } catch (error) {
    if (error instanceof KeyError) throw new RpcError('refused', error.message);
    throw error;
  }
}

/** A filter as a user wrote it, null for none; refused by its own sentence. */
export function filterFor(text: string, names: KeyNames): CompiledFilter | null {
  try {
    return compileFilter(text, names);
  } catch (error) {
    if (error instanceof FilterError) throw new RpcError('refused', error.message);
    throw error;
  }
}
