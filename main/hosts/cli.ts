/**
 * `weir`: the commands of a terminal. Each command is one file in `commands/`, one line here. A mistake of the
 * user is one sentence on standard error and exit code 2; what went wrong while running is exit code 1.
 */
import { backup } from './commands/backup.ts';
import { decode } from './commands/decode.ts';
import { exportCommand } from './commands/export.ts';
import { generate } from './commands/generate.ts';
import { keys } from './commands/keys.ts';
import { send } from './commands/send.ts';
import { serve } from './commands/serve.ts';
import { top } from './commands/top.ts';
import { UsageError } from './commands/usage.ts';

export type Command = { name: string; usage: string; about: string; run(args: string[]): Promise<void> };

const commands: readonly Command[] = [serve, decode, top, keys, send, generate, backup, exportCommand];

function help(): string {
  const lines = commands.map(({ usage, about }) => `  weir ${usage}\n      ${about}`);
  return `Weir, an sFlow analyzer.\n\n${lines.join('\n')}\n`;
}

async function main(args: string[]): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help());
    return;
  }
  const command = commands.find((known) => known.name === name);
  if (!command)
    throw new UsageError(
      `There is no command “${name}”. Commands: ${commands.map((known) => known.name).join(', ')}.`,
    );
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`weir ${command.usage}\n    ${command.about}\n`);
    return;
  }
  await command.run(rest);
}

// A reader that closes the pipe early (`weir top … | head`) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await main(process.argv.slice(2));
} catch (error) {
  const usage =
    error instanceof UsageError ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = usage ? 2 : 1;
}
