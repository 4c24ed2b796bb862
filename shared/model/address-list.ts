/** Lists of addresses (blocklists, feeds) from a file or a URL, read again on a schedule, as groups of addresses. */

export type AddressList = {
  /** The name of its group: what `group:` answers for an address that is on it. */
  name: string;
  /** The table of groups that it stands in, `lists` as a rule; lists of one table must not be the user's own table. */
  table: string;
  /** http://…, https://…, or the path of a file on the computer that runs Weir. */
  source: string;
  /** A regular expression over the whole text (RE2, by lines), of which each match is a block; '': one block a line. */
  pattern: string;
  everyMinutes: number;
  /** Whether a URL may lead to this computer or to a private network. */
  allowPrivate: boolean;
  enabled: boolean;
};

export type AddressListStatus = {
  list: AddressList;
  state: 'waiting' | 'reading' | 'read' | 'failed';
  /** Why it could not be read, or what of it is left out: one sentence; else ''. The last good one holds on. */
  problem: string;
  /** Blocks in use. */
  blocks: number;
  /** Lines (or matches) that are no block. */
  passedOver: number;
  /** When what is in use was read; null: nothing is. */
  readMs: number | null;
  nextMs: number | null;
};

export type AddressListsApi = {
  'addressLists.list': () => AddressListStatus[];
  /** Sets a list in place of the one with its name. */
  'addressLists.put': (list: AddressList) => AddressListStatus[];
  'addressLists.delete': (name: string) => AddressListStatus[];
  /** Reads it now. */
  'addressLists.read': (name: string) => AddressListStatus[];
};

/** The table that lists stand in where none is named. */
export const LISTS_TABLE = 'lists';
