/** Reading the words of a command line: addresses, counts, and the mistakes in them as sentences. */

/** The user asked for something that cannot be understood; the sentence says what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** 'HOST:PORT', '[::1]:PORT' or 'PORT' alone. */
export function parseEndpoint(
  text: string,
  option: string,
  defaultHost = '127.0.0.1',
): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]:|([^:]*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535)
    throw new UsageError(`${option} takes ADDRESS:PORT, as in 127.0.0.1:6343; “${text}” is not that.`);
  return { host: match[1] ?? (match[2] || defaultHost), port };
}

export function parseCount(text: string, option: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`${option} takes a whole number from ${least} to ${most}; “${text}” is not that.`);
  return value;
}

export function parseChoice<T extends string>(text: string, option: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (!found) throw new UsageError(`${option} is one of ${choices.join(', ')}; “${text}” is not.`);
  return found;
}

/** A signal that the user's Ctrl-C or a SIGTERM aborts. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return controller.signal;
}
