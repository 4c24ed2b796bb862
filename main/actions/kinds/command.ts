/**
 * A program of this computer, by its path and its arguments: no shell reads them, whatever a field says. The event
 * comes as JSON on its standard input, and as WEIR_… in its environment.
 */
import { spawn } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { safeText } from '../../../shared/format/text.ts';
import { asArgument } from '../escape.ts';
import { fieldOf, plainEvent } from '../fields.ts';
import { Failure, type Kind, linesOf, numberOf, textOf } from '../kind.ts';
import { rendered } from '../render.ts';

const MOST_SECONDS = 60;
/** How much a program may say before it is read no further, and how much of that is kept. */
const MOST_OUTPUT_OCTETS = 65_536;
const MOST_SHOWN = 1000;
const ENVIRONMENT = [
  'what',
  'id',
  'name',
  'severity',
  'title',
  'agent',
  'dataSource',
  'flowKey',
  'metric',
  'value',
  'level',
];
/** What a program needs of Weir's own environment; nothing else of it is handed on. */
const HANDED_ON = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'SystemRoot', 'TEMP', 'USERPROFILE'];

export const command: Kind = {
  kind: 'command',
  label: 'Command',
  about: 'A program on this computer. No shell is involved.',
  unavailable: ({ desktop }) =>
    desktop
      ? ''
      : 'Commands are set up in the desktop program, or in the file actions.json of the data directory.',
  goesTo: [],
  fields: [
    {
      ...{ name: 'program', label: 'Program', type: 'text', required: true, initial: '' },
      about: 'Its whole path, as in /usr/local/bin/block.',
    },
    {
      ...{
        name: 'arguments',
        label: 'Arguments',
        type: 'lines',
        required: false,
        initial: ['{{what}}', '{{id}}'],
      },
      about: 'One a line, with fields; a line is one argument, spaces and all.',
    },
    {
      ...{ name: 'seconds', label: 'Time limit in seconds', type: 'number', required: true, initial: 10 },
      about: 'Then it is killed, 1 to 60.',
    },
  ],
  check(settings) {
    const program = textOf(settings, 'program');
    if (!isAbsolute(program)) return '“Program” is a whole path, so that it is certain which program runs.';
    if (/\.(bat|cmd)$/i.test(program))
      return '“Program”: a batch file would be read by a shell; name a program.';
    const seconds = numberOf(settings, 'seconds');
    return seconds >= 1 && seconds <= MOST_SECONDS
      ? ''
      : `“Time limit in seconds” is a number from 1 to ${MOST_SECONDS}.`;
  },
  prepare(message, settings) {
    const program = textOf(settings, 'program');
    const words = linesOf(settings, 'arguments').map((line) => rendered(line, message, asArgument));
    const input = `${JSON.stringify({ what: message.what, event: plainEvent(message) })}\n`;
    const environment: Record<string, string> = {};
    for (const name of HANDED_ON) if (process.env[name] !== undefined) environment[name] = process.env[name];
    for (const name of ENVIRONMENT)
      environment[`WEIR_${name.toUpperCase()}`] = String(fieldOf(message, name) ?? '');
    return {
      parts: [
        { label: 'Program', text: program },
        { label: 'Arguments', text: words.map((word, index) => `${index + 1}: ${word}`).join('\n') },
        { label: 'Standard input', text: input },
      ],
      send: (signal) => run(program, words, environment, input, numberOf(settings, 'seconds') * 1000, signal),
    };
  },
};

function run(
  program: string,
  words: string[],
  environment: Record<string, string>,
  input: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      ...{
        shell: false,
        env: environment,
        windowsHide: true,
        stdio: 'pipe',
        detached: process.platform !== 'win32',
      },
    });
    // The whole group: what the program started ends with it.
    const kill = (): void => {
      try {
        if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It has ended already.
      }
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      kill();
    }, limitMs);
    signal.addEventListener('abort', kill, { once: true });
    const chunks: Buffer[] = [];
    let size = 0;
    const keep = (chunk: Buffer): void => {
      if (size < MOST_OUTPUT_OCTETS) chunks.push(chunk.subarray(0, MOST_OUTPUT_OCTETS - size));
      size += chunk.length;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    // A program that does not read its input is no failure.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const end = (finish: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      finish();
    };
    child.on('error', (error: NodeJS.ErrnoException) =>
      end(() => reject(new Failure(`The program cannot be started (${error.code ?? 'unknown reason'}).`))),
    );
    child.on('close', (code, killedBy) =>
      end(() => {
        const said = safeText(Buffer.concat(chunks).toString('utf8').trim(), MOST_SHOWN);
        const more = said === '' ? '' : `: ${said}`;
        if (late) reject(new Failure(`It was killed after ${limitMs / 1000} seconds${more}`));
        else if (code === 0) resolve(`It ended with 0${more}`);
        else reject(new Failure(`It ended with ${code ?? killedBy}${more}`));
      }),
    );
  });
}
