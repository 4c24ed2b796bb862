/** What the user calls addresses, services and IP protocols: the documents, and the calls that ask and change them. */
import { parseService, ServiceNames, serviceText } from '../../shared/format/service-names.ts';
import type { OwnNameTable, ToldNamesApi } from '../../shared/model/knowledge.ts';
import type { DocumentShelf } from '../../shared/model/store.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { addressText } from '../names/address.ts';
import type { Knowledge } from '../names/knowledge.ts';
import { cleanName, type ImportedNames, importNames, MOST_OWN_NAMES } from '../names/own-names.ts';
import { importServices, MOST_OWN_SERVICES } from '../names/own-services.ts';
import { type KeptReader, knowledgeSchemas } from './knowledge-schemas.ts';

/** A table of names that the user gave, whatever to. */
type NameTable = {
  /** The shelf, and the one document on it. */
  shelf: 'own-names' | 'service-names';
  most: number;
  what: string;
  current: () => ReadonlyMap<string, string>;
  set: (names: ReadonlyMap<string, string>) => void;
  /** A key as the table spells it; null where it is none. */
  keyOf: (text: string) => string | null;
  /** Why it is none, behind what was written. */
  wrong: string;
  read: (text: string) => ImportedNames;
};

export class ToldNames {
  readonly handlers: Handlers<ToldNamesApi>;
  readonly #tables: readonly NameTable[];

  constructor(knowledge: Knowledge, documents: DocumentShelf) {
    const addresses: NameTable = {
      ...{ shelf: 'own-names', most: MOST_OWN_NAMES, what: 'own names', read: importNames },
      current: () => knowledge.ownNames,
      set: (names) => knowledge.setOwnNames(names),
      keyOf: (text) => addressText(text.trim()),
      wrong: 'is no IP or MAC address; write it as in 192.0.2.1.',
    };
    const services: NameTable = {
      ...{ shelf: 'service-names', most: MOST_OWN_SERVICES, what: 'names of services', read: importServices },
      current: () => knowledge.services.own,
      set: (names) => knowledge.setServices(new ServiceNames(names)),
      keyOf: (text) => {
        const service = parseService(text);
        return service && serviceText(service);
      },
      wrong: 'is no service; write it as in tcp/8443, or 47 for an IP protocol.',
    };
    this.#tables = [addresses, services];
    const list =
      ({ current }: NameTable) =>
      (): OwnNameTable =>
        Object.fromEntries(current());
    const put = (table: NameTable) => async (given: OwnNameTable) => {
      const names = new Map(table.current());
      for (const [text, title] of Object.entries(given)) {
        const key = table.keyOf(text);
        if (key === null) throw new RpcError('refused', `“${text}” ${table.wrong}`);
        if (cleanName(title) === '') names.delete(key);
        else names.set(key, cleanName(title));
      }
      await keep(table, names);
      return names.size;
    };
    const add = (table: NameTable) => async (text: string) => {
      const { names, problems } = table.read(text);
      await keep(table, new Map([...table.current(), ...names]));
      return { taken: names.size, problems };
    };
    const keep = async ({ shelf, most, what, set }: NameTable, names: ReadonlyMap<string, string>) => {
      if (names.size > most)
        throw new RpcError('refused', `Weir keeps at most ${most.toLocaleString('en')} ${what}.`);
      await documents.put(shelf, shelf, JSON.stringify(Object.fromEntries(names)));
      set(names);
    };
    this.handlers = {
      'ownNames.list': list(addresses),
      'ownNames.put': put(addresses),
      'ownNames.import': add(addresses),
      'serviceNames.list': list(services),
      'serviceNames.put': put(services),
      'serviceNames.import': add(services),
    };
  }

  /** Reads what was kept; `read` leaves out what cannot be read any more, and says so. */
  async start(read: KeptReader): Promise<void> {
    for (const { shelf, set } of this.#tables) {
      const kept = await read(shelf, knowledgeSchemas.ownNames);
      set(new Map(Object.entries(kept.get(shelf) ?? {})));
    }
  }
}
