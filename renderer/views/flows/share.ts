/**
 * Definitions on their way out and in: as a file that other Weirs, and sFlow-RT's users, can read; as the REST call
 * that makes one. Names and filters may hold anything, so what goes to a shell or a URL is quoted here.
 */
import JSON5 from 'json5';
import { shortDefinition } from '../../../shared/definition/defaults.ts';
import { definitionJson, readDefinition } from '../../../shared/definition/text.ts';
import type { DefinitionInput, FlowDefinition } from '../../../shared/model/definition.ts';

/** Definitions by name, as sFlow-RT's `GET /flow/json` gives them. */
export function exportText(definitions: readonly FlowDefinition[]): string {
  const byName = definitions.map(({ name, ...rest }) => [name, shortDefinition(rest)] as const);
  return `${JSON.stringify(Object.fromEntries(byName), null, 2)}\n`;
}

export type Imported = { name: string; input: DefinitionInput };
export type ImportResult = { found: Imported[]; problem: string };

/**
 * Reads definitions by name, or one that has its name in it, or a list of such. `problem` names what cannot be read;
 * the good ones beside it are found all the same.
 */
export function importText(text: string): ImportResult {
  let read: unknown;
  try {
    read = JSON5.parse(text);
  } catch {
    const problem = readDefinition(text).problem?.message ?? 'This is no JSON.';
    return { found: [], problem };
  }
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const named: [string, unknown][] = [];
  if (Array.isArray(read))
    for (const one of read) named.push([isObject(one) ? String(one.name ?? '') : '', one]);
  else if (isObject(read)) {
    const isOne = typeof read.name === 'string' || 'value' in read || 'keys' in read;
    const looksLikeOne = isOne && !Object.values(read).some(isObject);
    if (looksLikeOne) named.push([String(read.name ?? ''), read]);
    else named.push(...Object.entries(read));
  }
  const found: Imported[] = [];
  const problems: string[] = [];
  for (const [name, value] of named) {
    const { definition, problem } = readDefinition(JSON.stringify(value) ?? '');
    if (name === '') problems.push('A definition without a name was left out.');
    else if (problem) problems.push(`“${name}” was left out: ${problem.message}`);
    else found.push({ name, input: shortDefinition(definition) });
  }
  if (named.length === 0) problems.push('There is no definition in this text.');
  return { found, problem: problems.join(' ') };
}

/** The path of a definition in the REST interface. */
export const restPath = (name: string): string =>
  `/flow/${encodeURIComponent(name).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}/json`;

/** One word of a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** The call that makes a definition, for a shell; `base` is where the REST interface listens. */
export function curlCommand({ name, ...definition }: FlowDefinition, base: string): string {
  const url = shellWord(`${base}${restPath(name)}`);
  return `curl -X PUT -H 'Content-Type: application/json' --data ${shellWord(definitionJson(definition))} ${url}`;
}
