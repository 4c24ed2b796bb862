/** Tables that the user gave, groups and maps: the documents they are kept as, and the calls that ask and change them. */
import type { GroupTable, MapTable, ToldTablesApi } from '../../shared/model/knowledge.ts';
import type { DocumentShelf } from '../../shared/model/store.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { GroupError } from '../names/groups.ts';
import type { Knowledge } from '../names/knowledge.ts';
import { type KeptReader, knowledgeSchemas } from './knowledge-schemas.ts';

export class ToldTables {
  readonly handlers: Handlers<ToldTablesApi>;
  readonly #knowledge: Knowledge;

  constructor(knowledge: Knowledge, documents: DocumentShelf) {
    this.#knowledge = knowledge;
    /** Also where it cannot be read any more. */
    const isKept = async (kind: string, title: string): Promise<boolean> =>
      [...(await documents.all(kind))].some(([known]) => known === title);
    this.handlers = {
      'groups.list': () => Object.fromEntries(knowledge.groupTables),
      'groups.put': async (title: string, table: GroupTable) => {
        const trimmed = trimmedLists(table);
        // Kept only where it can be used, and used only where it can be kept.
        await refusing(() =>
          knowledge.changeGroups(
            (tables) => new Map([...tables, [title, trimmed]]),
            () => documents.put('group', title, JSON.stringify(trimmed)),
          ),
        );
        return trimmed;
      },
      'groups.delete': async (title: string) => {
        if (!knowledge.groupTables.has(title) && !(await isKept('group', title)))
          throw new RpcError('missing', `There is no group table “${title}”.`);
        await refusing(() =>
          knowledge.changeGroups(
            (tables) => new Map([...tables].filter(([known]) => known !== title)),
            () => documents.delete('group', title),
          ),
        );
        return null;
      },
      'maps.list': () => Object.fromEntries(knowledge.mapTables),
      'maps.put': async (title: string, table: MapTable) => {
        const trimmed = trimmedLists(table);
        await documents.put('map', title, JSON.stringify(trimmed));
        knowledge.setMaps(new Map([...knowledge.mapTables, [title, trimmed]]));
        return trimmed;
      },
      'maps.delete': async (title: string) => {
        const left = new Map(knowledge.mapTables);
        if (!left.delete(title) && !(await isKept('map', title)))
          throw new RpcError('missing', `There is no map “${title}”.`);
        await documents.delete('map', title);
        knowledge.setMaps(left);
        return null;
      },
    };
  }

  /** Takes what was kept; what cannot be used is told to `problems`. */
  async start(read: KeptReader, problems: string[]): Promise<void> {
    const [groups, maps] = await Promise.all([
      read('group', knowledgeSchemas.group),
      read('map', knowledgeSchemas.map),
    ]);
    await this.#setReadableGroups(groups, problems);
    this.#knowledge.setMaps(maps);
  }

  async #setReadableGroups(tables: ReadonlyMap<string, GroupTable>, problems: string[]): Promise<void> {
    const attempt = async (given: ReadonlyMap<string, GroupTable>): Promise<string> => {
      try {
        await this.#knowledge.changeGroups(() => given);
        return '';
      } catch (error) {
        if (!(error instanceof GroupError)) throw error;
        return error.message;
      }
    };
    if ((await attempt(tables)) === '') return;
    // One that cannot be used takes the others with it only as far as they take in its groups.
    const usable = new Map<string, GroupTable>();
    for (const [title, table] of tables) {
      usable.set(title, table);
      const problem = await attempt(new Map(usable));
      if (problem === '') continue;
      usable.delete(title);
      problems.push(problem);
    }
  }
}

/** Entries without spaces around them and without empty ones. */
function trimmedLists(table: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(table).map(([title, entries]) => [
      title,
      entries.map((entry) => entry.trim()).filter((entry) => entry !== ''),
    ]),
  );
}

async function refusing(change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (error instanceof GroupError) throw new RpcError('refused', error.message);
    throw error;
  }
}
