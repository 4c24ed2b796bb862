/**
 * A file with one JSON object a line, begun anew when it has grown to its size. It is only ever added to, and a file
 * that holds something else is left alone.
 */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { safeText } from '../../../shared/format/text.ts';
import { formatIso } from '../../../shared/format/time.ts';
import { plainEvent } from '../fields.ts';
import { Failure, type Kind, numberOf, type Settings, type Surroundings, textOf } from '../kind.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Where it is written; a sentence where it cannot be. */
function placeOf(
  settings: Settings,
  { desktop, directory }: Surroundings,
): { path: string } | { problem: string } {
  const file = textOf(settings, 'file');
  if (isAbsolute(file))
    return desktop
      ? { path: file }
      : {
          problem:
            '“File”: outside of the desktop program it is a name alone, in the folder “logs” of the data directory.',
        };
  if (!NAME.test(file))
    return {
      problem: '“File”: a name of letters, digits, dots, hyphens and underscores, or (desktop) a whole path.',
    };
  return directory === null
    ? { problem: 'This Weir was started without a data directory, so there is no place for a log file.' }
    : { path: join(directory, 'logs', file) };
}

export const log: Kind = {
  kind: 'log',
  label: 'Log file',
  about: 'One JSON object a line.',
  goesTo: [],
  fields: [
    {
      ...{ name: 'file', label: 'File', type: 'text', required: true, initial: 'events.jsonl' },
      about: 'A name in the folder “logs” of the data directory; in the desktop program also a whole path.',
    },
    {
      ...{ name: 'size', label: 'Size in MiB', type: 'number', required: true, initial: 10 },
      about: 'At this size it is put aside and a new one begun, 1 to 1024.',
    },
    {
      ...{ name: 'keep', label: 'Files kept', type: 'number', required: true, initial: 5 },
      about: 'How many that were put aside are kept, 0 to 100.',
    },
  ],
  check(settings, surroundings) {
    const place = placeOf(settings, surroundings);
    if ('problem' in place) return place.problem;
    const size = numberOf(settings, 'size');
    if (!(size >= 1 && size <= 1024)) return '“Size in MiB” is a number from 1 to 1024.';
    const keep = numberOf(settings, 'keep');
    return Number.isInteger(keep) && keep >= 0 && keep <= 100
      ? ''
      : '“Files kept” is a whole number from 0 to 100.';
  },
  prepare(message, settings, surroundings) {
    const place = placeOf(settings, surroundings);
    if ('problem' in place) throw new Failure(place.problem);
    const { action, what, untold, atMs } = message;
    const line = `${JSON.stringify({ time: formatIso(atMs, 'utc'), action: safeText(action), what, untold, event: plainEvent(message) })}\n`;
    return {
      parts: [
        { label: 'File', text: place.path },
        { label: 'Line', text: line },
      ],
      async send() {
        const most = numberOf(settings, 'size') * 1024 * 1024;
        try {
          await mkdir(dirname(place.path), { recursive: true, mode: 0o700 });
          await rotateWhenFull(place.path, Buffer.byteLength(line), most, numberOf(settings, 'keep'));
          await append(place.path, line);
        } catch (error) {
          if (error instanceof Failure) throw error;
          const { code } = error as NodeJS.ErrnoException;
          throw new Failure(`${safeText(place.path)} cannot be written (${code ?? 'unknown reason'}).`, true);
        }
        return `Written to ${safeText(place.path)}.`;
      },
    };
  },
};

async function append(path: string, line: string): Promise<void> {
  const file = await open(path, 'a+', 0o600);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Failure(`${safeText(path)} is no plain file.`);
    const first = Buffer.alloc(1);
    if (found.size > 0 && (await file.read(first, 0, 1, 0)).bytesRead === 1 && first[0] !== 0x7b)
      throw new Failure(
        `${safeText(path)} holds something else than a log of JSON lines; choose another name.`,
      );
    await file.appendFile(line, 'utf8');
  } finally {
    await file.close();
  }
}

/** `events.jsonl` becomes `events.jsonl.1`, that one `.2`, and so on. */
async function rotateWhenFull(path: string, more: number, most: number, keep: number): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile() || found.size === 0 || found.size + more <= most) return;
  // Whether it is a log at all is looked at before anything is moved.
  await append(path, '');
  if (keep === 0) {
    await rm(path);
    return;
  }
  for (let number = keep - 1; number >= 1; number--)
    await rename(`${path}.${number}`, `${path}.${number + 1}`).catch(() => null);
  await rename(path, `${path}.1`);
}
