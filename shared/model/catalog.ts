/** What the engine can be asked for. The renderer keeps no list of its own. */

export type KeyType = 'address' | 'mac' | 'number' | 'text';

export type FlowKeyDescription = {
  name: string;
  /** Column heading: 'Source'. */
  label: string;
  type: KeyType;
  /** What it reads, in one sentence. */
  about: string;
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

export type Catalog = {
  keys: FlowKeyDescription[];
  presets: FlowPreset[];
  counters: CounterDescription[];
};
