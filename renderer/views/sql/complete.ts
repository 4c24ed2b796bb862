/** What may follow in a statement that is being typed: views, columns of the views it names, SQL words, functions. Pure. */
import type { SqlSchema, SqlView } from '../../../shared/model/sql.ts';

/** `text` takes the place of the characters start ≤ c < end of the statement. */
export type SqlSuggestion = { text: string; label: string; hint: string };
export type SqlCompletion = { start: number; end: number; items: SqlSuggestion[] };

const MOST_SHOWN = 50;

const WORDS = [
  ...[
    'SELECT',
    'FROM',
    'WHERE',
    'GROUP BY',
    'ORDER BY',
    'LIMIT',
    'HAVING',
    'JOIN',
    'LEFT JOIN',
    'ON',
    'USING',
  ],
  ...['AS', 'AND', 'OR', 'NOT', 'IN', 'LIKE', 'GLOB', 'BETWEEN', 'IS NULL', 'IS NOT NULL', 'EXISTS'],
  ...['CASE', 'WHEN', 'THEN', 'ELSE', 'END', 'CAST', 'DISTINCT', 'ASC', 'DESC', 'OFFSET'],
  ...['WITH', 'UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT', 'OVER', 'PARTITION BY', 'EXPLAIN QUERY PLAN'],
];
const FUNCTIONS: readonly [name: string, about: string][] = [
  ['sum', 'Sum of the values'],
  ['avg', 'Mean of the values'],
  ['count', 'How many'],
  ['min', 'Smallest'],
  ['max', 'Largest'],
  ['total', 'Sum, 0.0 of none'],
  ['group_concat', 'Texts joined by commas'],
  ['round', 'Rounded to so many places'],
  ['abs', 'Without its sign'],
  ['coalesce', 'The first that is not null'],
  ['substr', 'A part of a text'],
  ['instr', 'Where a text stands in another'],
  ['lower', 'In small letters'],
  ['upper', 'In capitals'],
  ['length', 'Number of characters'],
  ['lag', 'The value of the row before (OVER)'],
  ['row_number', 'Number of the row (OVER)'],
];

/** The statement with texts and remarks blanked out; an open one reaches to the end. */
function bareOf(text: string): string {
  return text.replace(/'(?:[^']|'')*(?:'|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, (part) =>
    ' '.repeat(part.length),
  );
}

/** Whether the end of a text lies inside of quotes or a remark. */
function isInside(text: string): boolean {
  let rest = text.replace(/'(?:[^']|'')*'|--[^\n]*\n|\/\*[\s\S]*?\*\//g, '');
  rest = rest.replace(/"[^"]*"/g, '');
  return /'|--|\/\*|"/.test(rest);
}

/** Views that the statement names, by the names it has for them. */
function namedViews(bare: string, views: readonly SqlView[]): Map<string, SqlView> {
  const named = new Map<string, SqlView>();
  for (const [, name, alias] of bare.matchAll(/\b(?:from|join|,)\s+(\w+)(?:\s+(?:as\s+)?(\w+))?/gi)) {
    const view = views.find((one) => one.name === name?.toLowerCase());
    if (!view) continue;
    named.set(view.name, view);
    const isWord = WORDS.some((word) => word.split(' ').includes((alias ?? '').toUpperCase()));
    if (alias && !isWord) named.set(alias.toLowerCase(), view);
  }
  return named;
}

/**
 * What may stand at the cursor; null where nothing is offered: inside of quotes and remarks, and before the first
 * letter of a word unless `asked` for, or where only a view or a column can follow.
 */
export function completeSql(
  text: string,
  cursor: number,
  schema: SqlSchema,
  asked = false,
): SqlCompletion | null {
  const before = text.slice(0, cursor);
  if (isInside(before)) return null;
  const typed = /(?:(\w+)\.)?(\w*)$/.exec(before)!;
  const [, owner] = typed;
  const word = typed[2] ?? '';
  const start = cursor - word.length;
  const end = cursor + (/^\w*/.exec(text.slice(cursor))?.[0].length ?? 0);
  const named = namedViews(bareOf(text), schema.views);
  const columnsOf = (view: SqlView): SqlSuggestion[] =>
    view.columns.map(({ name, type, about }) => ({ text: name, label: about, hint: type }));
  const views = (): SqlSuggestion[] =>
    schema.views.map(({ name, about }) => ({ text: name, label: about, hint: 'view' }));

  let offered: SqlSuggestion[];
  if (owner !== undefined) {
    const view = named.get(owner.toLowerCase());
    if (!view) return null;
    offered = columnsOf(view);
  } else if (/\b(?:from|join)\s+\w*$/i.test(before)) offered = views();
  else {
    if (word === '' && !asked) return null;
    const columns = [...new Set(named.values())].flatMap(columnsOf);
    const known = new Set<string>();
    offered = [
      ...columns.filter(({ text: name }) => !known.has(name) && known.add(name)),
      ...WORDS.map((one) => ({ text: one, label: '', hint: 'SQL' })),
      ...[...FUNCTIONS, ...schema.functions.map(({ name, about }) => [name, about] as const)].map(
        ([name, about]) => ({ text: `${name}(`, label: about, hint: 'function' }),
      ),
      ...views(),
    ];
  }
  const wanted = word.toLowerCase();
  const begins = offered.filter((one) => one.text.toLowerCase().startsWith(wanted));
  const holds = offered.filter(
    (one) => !begins.includes(one) && one.text.toLowerCase().includes(`_${wanted}`),
  );
  const items = [...begins, ...(wanted === '' ? [] : holds)].slice(0, MOST_SHOWN);
  // A word that is whole already needs no list.
  if (items.length === 0 || (items.length === 1 && items[0]!.text.toLowerCase() === wanted)) return null;
  return { start, end, items };
}
