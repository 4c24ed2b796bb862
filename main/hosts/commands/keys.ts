/** `weir keys`: the flow keys and key functions there are, one line each; with a word, those that have it. */
import { parseArgs } from 'node:util';
import { keyFunctions } from '../../flows/functions/list.ts';
import { flowKeys } from '../../flows/keys.ts';
import type { Command } from '../cli.ts';
import { UsageError } from './usage.ts';

const GAP = 2;

/** One line each, the names under each other. */
function table(lines: readonly (readonly [name: string, about: string])[]): string {
  const width = Math.max(0, ...lines.map(([name]) => name.length)) + GAP;
  return lines.map(([name, about]) => `  ${name.padEnd(width)}${about}\n`).join('');
}

/** The text that `weir keys` prints; `word` in any case, '' for all. */
export function keysText(word: string): string {
  const wanted = word.toLowerCase();
  const has = (...texts: readonly string[]): boolean =>
    texts.some((text) => text.toLowerCase().includes(wanted));
  const keys = flowKeys.filter(({ name, label, about }) => has(name, label, about));
  const functions = keyFunctions.filter(({ name, about }) => has(name, about));
  const parts: string[] = [];
  if (keys.length > 0)
    parts.push(
      `Flow keys (* also of the packet inside a tunnel: ipsource.1):\n${table(keys.map(({ name, layered, about }) => [layered ? `${name} *` : name, about]))}`,
    );
  if (functions.length > 0)
    parts.push(`Key functions:\n${table(functions.map(({ example, about }) => [example, about]))}`);
  return parts.join('\n');
}

export const keys: Command = {
  name: 'keys',
  usage: 'keys [WORD]',
  about: 'Prints the flow keys and key functions there are; with WORD, those whose name or meaning has it.',
  async run(args) {
    const { positionals } = parseArgs({ args, allowPositionals: true });
    if (positionals.length > 1) throw new UsageError('keys takes at most one word: weir keys dscp.');
    const text = keysText(positionals[0] ?? '');
    if (text === '') throw new UsageError(`No flow key and no function has “${positionals[0]}” in it.`);
    process.stdout.write(text);
  },
};
