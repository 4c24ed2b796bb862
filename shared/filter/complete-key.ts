/**
 * What may be typed next in a flow key: keys, functions, what a function takes at this place. A key that is chosen
 * already is offered pale, so that a user sees that it exists and why it cannot be taken.
 */
import type { FlowKeyDescription, KeyFunctionDescription, KeyType } from '../model/catalog.ts';

/** Where the cursor is in a key expression. */
export type KeyPlace = {
  /** What a completion takes the place of: start ≤ c < end, `end` being the cursor. */
  start: number;
  end: number;
  typed: string;
  /** The function whose argument is being typed (its first is 0), null at the top. */
  call: { name: string; argument: number } | null;
};

/** The place of the cursor in a key expression; brackets need not be closed yet. */
export function keyPlaceAt(text: string, cursor: number): KeyPlace {
  const frames = [{ name: null as string | null, argument: -1, start: 0 }];
  for (let at = 0; at < cursor; at++) {
    const frame = frames.at(-1)!;
    const sign = text[at];
    if (sign === '\\') at++;
    else if (sign === '[') frames.push({ name: null, argument: -1, start: at + 1 });
    else if (sign === ']' && frames.length > 1) frames.pop();
    else if (sign === ':') {
      frame.name ??= text.slice(frame.start, at);
      frame.argument++;
      frame.start = at + 1;
    }
  }
  const { name, argument, start } = frames.at(-1)!;
  const from = Math.min(start, cursor);
  return {
    start: from,
    end: cursor,
    typed: text.slice(from, cursor),
    call: name === null ? null : { name, argument },
  };
}

/** What stands between the colons of a function's example: 'mask:ipsource:24' is mask, ipsource, 24. */
export function exampleParts(example: string): string[] {
  const parts = [''];
  let depth = 0;
  for (let at = 0; at < example.length; at++) {
    const sign = example[at]!;
    if (sign === '[') depth++;
    if (sign === ']') depth--;
    if (sign === ':' && depth === 0) parts.push('');
    else parts[parts.length - 1] += sign === '\\' ? sign + (example[++at] ?? '') : sign;
  }
  return parts;
}

export type CallHelp = { about: string; parts: readonly string[]; current: number };

/** The function being typed, in words, with the part of its example that stands for this argument. */
export function callHelp(place: KeyPlace, functions: readonly KeyFunctionDescription[]): CallHelp | null {
  const found = functions.find(({ name }) => name === place.call?.name);
  if (!found || !place.call) return null;
  const parts = exampleParts(found.example);
  return { about: found.about, parts, current: Math.min(place.call.argument + 1, parts.length - 1) };
}

export type KeySuggestion = {
  /** What takes the place of start ≤ c < end. */
  text: string;
  label: string;
  about: string;
  kind: 'key' | 'layer' | 'function';
  /** Chosen already. */
  taken: boolean;
  start: number;
  end: number;
};

export type KeyVocabulary = {
  keys: readonly FlowKeyDescription[];
  functions: readonly KeyFunctionDescription[];
};

/** Layers of a tunnel that a key can be asked of. */
const LAYERS = [1, 2] as const;

/** What may stand at the cursor, best first, at most `most`; `chosen` are the keys that are there already. */
export function keySuggestionsAt(
  text: string,
  cursor: number,
  { keys, functions }: KeyVocabulary,
  chosen: readonly string[],
  most = 60,
): KeySuggestion[] {
  const place = keyPlaceAt(text, cursor);
  const { start, end, call } = place;
  const typed = place.typed.toLowerCase();
  const help = callHelp(place, functions);
  const expected = help?.parts[help.current] ?? '';
  const isKey = (part: string) => part.startsWith('[') || keys.some(({ name }) => name === part);
  // A number, a delimiter or a word of the function's own is typed as it is.
  if (call !== null && help !== null && !isKey(expected)) return [];
  const known = keys.find(({ name }) => name === place.typed);
  const at = { start, end };
  const found: KeySuggestion[] = keys.map(({ name, label, about }) => ({
    ...at,
    text: name,
    label,
    about,
    kind: 'key',
    taken: call === null && chosen.includes(name),
  }));
  const layers = keys
    .filter(
      ({ name, layered }) =>
        layered && typed !== '' && (name === place.typed || typed.startsWith(`${name}.`)),
    )
    .flatMap(({ name, label }) =>
      LAYERS.map(
        (layer): KeySuggestion => ({
          ...at,
          text: `${name}.${layer}`,
          label: `${label}, inner layer ${layer}`,
          about: 'Of the packet inside a tunnel.',
          kind: 'layer',
          taken: call === null && chosen.includes(`${name}.${layer}`),
        }),
      ),
    );
  const wraps = known && call === null ? wrappings(known.name, known.type, { keys, functions }, at) : [];
  const calls: KeySuggestion[] = functions.map(({ name, about }) => ({
    ...at,
    text: `${name}:`,
    label: `${name}(…)`,
    about,
    kind: 'function',
    taken: false,
  }));
  const fits = ({ text: name, label }: KeySuggestion) =>
    name.toLowerCase().includes(typed) || label.toLowerCase().includes(typed);
  const rank = ({ text: name, taken }: KeySuggestion) =>
    (name.toLowerCase() === typed ? 0 : name.toLowerCase().startsWith(typed) ? 1 : 2) + (taken ? 4 : 0);
  const ranked = [...found, ...calls].filter(fits).toSorted((a, b) => rank(a) - rank(b));
  return [...ranked.slice(0, known ? 1 : 0), ...layers, ...wraps, ...ranked.slice(known ? 1 : 0)].slice(
    0,
    most,
  );
}

/** The functions that take a key of this type in the first place, with the key in their example. */
function wrappings(
  key: string,
  type: KeyType,
  { keys, functions }: KeyVocabulary,
  at: { start: number; end: number },
): KeySuggestion[] {
  return functions.flatMap(({ name, about, example }): KeySuggestion[] => {
    const [head, first = '', ...rest] = exampleParts(example);
    const sample = keys.find((one) => one.name === first);
    if (!sample || sample.type !== type || rest.some((part) => part.startsWith('['))) return [];
    // What takes several keys needs the others chosen too.
    if (rest.some((part) => keys.some((one) => one.name === part))) return [];
    return [
      {
        ...at,
        text: [head, key, ...rest].join(':'),
        label: `${name}(…)`,
        about,
        kind: 'function',
        taken: false,
      },
    ];
  });
}
