/** What the engine can be asked for. The renderer keeps no list of its own. */

export type KeyType = 'address' | 'mac' | 'number' | 'text';

export type FlowKeyDescription = {
  name: string;
  /** Column heading: 'Source'. */
  label: string;
  type: KeyType;
  /** What it reads, in one sentence. */
  about: string;
  /** Whether inner layers of a tunnel have it too: 'ipsource.1'. */
  layered?: boolean;
  /** Whether its values are numbers that a threshold or a sum can use. */
  numeric?: boolean;
  /** All values that it can have, where these are few. */
  values?: readonly string[];
};

/** A named set of keys that users ask for most: a tab of the Top N screen. */
export type FlowPreset = {
  id: string;
  label: string;
  singular: string;
  plural: string;
  keys: readonly string[];
};

export type CounterDescription = { name: string; label: string; unit: 'bit/s' | 'frames/s' | '%' };

/** A function of the key language, as in `or:ipsource:ip6source`. */
export type KeyFunctionDescription = { name: string; about: string; example: string };

export type Catalog = {
  keys: FlowKeyDescription[];
  /** Names that only a filter knows, such as `address` for either end. */
  filterKeys: FlowKeyDescription[];
  /** Names that only a filter of the inspector knows. */
  inspectorKeys: FlowKeyDescription[];
  functions: KeyFunctionDescription[];
  presets: FlowPreset[];
  counters: CounterDescription[];
};
