/** The lists of addresses of a workspace: kept as documents with what was last read of each, and the calls about them. */

import * as v from 'valibot';
import type { AddressList, AddressListsApi } from '../../shared/model/address-list.ts';
import type { DocumentShelf } from '../../shared/model/store.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import type { Knowledge } from '../names/knowledge.ts';
import { AddressLists, MOST_LISTS, type ReadSource } from '../names/lists/lists.ts';
import { MOST_BLOCKS, patternOf } from '../names/lists/parse.ts';
import { problemOfSource, sourceReader } from '../names/lists/source.ts';

const title = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(255));
export const addressListSchema = v.strictObject({
  name: title,
  table: title,
  source: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4096)),
  pattern: v.pipe(v.string(), v.maxLength(1024)),
  everyMinutes: v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(10_080)),
  allowPrivate: v.boolean(),
  enabled: v.boolean(),
});
const readSchema = v.object({
  readMs: v.number(),
  blocks: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(MOST_BLOCKS)),
});

export type AddressListDocumentsOptions = {
  knowledge: Knowledge;
  documents: DocumentShelf;
  /** By the wall; null where nothing is read, as in a capture: what the live workspace has read holds. */
  wallMs: (() => number) | null;
  read?: ReadSource;
};

export class AddressListDocuments {
  readonly handlers: Handlers<AddressListsApi>;
  readonly #options: AddressListDocumentsOptions;
  readonly #lists: AddressLists;

  constructor(options: AddressListDocumentsOptions) {
    this.#options = options;
    const { knowledge, documents } = options;
    this.#lists = new AddressLists({
      read: options.read ?? sourceReader(),
      changed(name, blocks, readMs) {
        knowledge.listsChanged();
        // Where the disk is full, which is told elsewhere, the list is read anew after the next start.
        documents.put('address-list-read', name, JSON.stringify({ readMs, blocks })).catch(() => {});
      },
    });
    knowledge.useLists(this.#lists);
    this.handlers = this.#makeHandlers();
  }

  async start(problems: string[]): Promise<void> {
    const { documents, knowledge } = this.#options;
    const read = await documents.all('address-list-read');
    for (const [name, body] of await documents.all('address-list')) {
      const list = parsed(addressListSchema, body);
      if (list === null) problems.push(`The stored list “${name}” cannot be read; set it anew or delete it.`);
      else await this.#lists.put(list, parsed(readSchema, read.get(name) ?? ''));
    }
    knowledge.listsChanged();
  }

  tick(): void {
    const { wallMs } = this.#options;
    if (wallMs !== null) this.#lists.tick(wallMs());
  }

  #makeHandlers(): Handlers<AddressListsApi> {
    const { knowledge, documents, wallMs } = this.#options;
    const lists = this.#lists;
    const live = (): (() => number) => {
      if (wallMs === null)
        throw new RpcError('refused', 'Lists are set in the live workspace; captures use them as they are.');
      return wallMs;
    };
    return {
      'addressLists.list': () => lists.status(),
      'addressLists.put': async (given) => {
        live();
        refuseWrong(given, knowledge, lists);
        await documents.put('address-list', given.name, JSON.stringify(given));
        await lists.put(given);
        knowledge.listsChanged();
        return lists.status();
      },
      'addressLists.delete': async (name) => {
        live();
        await documents.delete('address-list', name);
        await documents.delete('address-list-read', name);
        lists.delete(name);
        knowledge.listsChanged();
        return lists.status();
      },
      'addressLists.read': async (name) => {
        const nowMs = live()();
        if (!lists.has(name)) throw new RpcError('refused', `There is no list “${name}”.`);
        await lists.readNow(name, nowMs);
        return lists.status();
      },
    };
  }
}

function refuseWrong(list: AddressList, knowledge: Knowledge, lists: AddressLists): void {
  const problem = problemOfSource(list.source);
  if (problem !== '') throw new RpcError('refused', problem);
  if (knowledge.groupTables.has(list.table))
    throw new RpcError(
      'refused',
      `“${list.table}” is a table of address groups; give the lists another table.`,
    );
  if (!lists.has(list.name) && lists.size >= MOST_LISTS)
    throw new RpcError('refused', `Weir reads at most ${MOST_LISTS} lists; delete one.`);
  if (list.pattern === '') return;
  try {
    patternOf(list.pattern);
  } catch (error) {
    throw new RpcError('refused', error instanceof Error ? error.message : 'The pattern cannot be read.');
  }
}

function parsed<T extends v.GenericSchema>(schema: T, body: string): v.InferOutput<T> | null {
  try {
    const read = v.safeParse(schema, JSON.parse(body));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}
