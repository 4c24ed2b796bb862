/**
 * What a kind of action is: the fields its form is drawn from, and how a message becomes what is sent. The same
 * `prepare` makes the dry run and the real thing, so that what was looked at is what goes out.
 */
import type {
  ActionKind,
  ActionNotification,
  ActionSetting,
  RenderedPart,
} from '../../shared/model/action.ts';
import type { WeirEvent } from '../../shared/model/event.ts';

/** What an action is told of. */
export type Message = {
  action: string;
  what: 'raised' | 'cleared' | 'test';
  event: WeirEvent;
  /** How many messages this action was not told of since the last one, by its rate limit or its quiet hours. */
  untold: number;
  atMs: number;
  /** What an address is called; null for nothing. */
  nameOf: (address: string) => string | null;
};

/** By name of the field, as `checkSettings` leaves them: every field is there, and has the form of its type. */
export type Settings = Readonly<Record<string, ActionSetting>>;

/** What actions need of whoever runs them. Every part may be slow and may fail; none blocks. */
export type Surroundings = {
  /** Whether this is the desktop program, whose user may run programs and write files anywhere. */
  desktop: boolean;
  /** The data directory; null where there is none. */
  directory: string | null;
  /** Name of this computer. */
  computer: string;
  /** Shows it, and says in words where. Rejects with a sentence where nobody sees it. */
  notify(notification: ActionNotification): Promise<string>;
  /** Addresses of a name, as the system resolves it. */
  resolve(host: string): Promise<string[]>;
  secrets: {
    /** null where none is kept by this name. */
    read(name: string): Promise<string | null>;
    /** null takes it away. Rejects with a sentence where it cannot be kept. */
    write(name: string, secret: string | null): Promise<void>;
  };
};

export type Delivery = {
  parts: RenderedPart[];
  /** Sends, and says in words what came back. Rejects with `Failure`. */
  send(signal: AbortSignal): Promise<string>;
};

export type Kind = Omit<ActionKind, 'unavailable'> & {
  /** Why one cannot be made here; '' where it can. */
  unavailable?(surroundings: Surroundings): string;
  /** Fields that say where it goes: where one of them changes, a kept secret has to be given again. */
  goesTo: readonly string[];
  /** What the declared fields cannot say is wrong, in a sentence; '' where nothing is. */
  check?(settings: Settings, surroundings: Surroundings): string;
  /** Whether the clear takes back what the raise did, so that a test has to do both. */
  takesBack?(settings: Settings): boolean;
  /** Secrets stand in `settings` in clear, or as dots in a dry run. Throws `Failure`. */
  prepare(message: Message, settings: Settings, surroundings: Surroundings): Delivery;
};

/** Why something was not sent, in a sentence. `again`: it may go better later. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly again: boolean;
  constructor(sentence: string, again = false) {
    super(sentence);
    this.again = again;
  }
}

/** Longest that one attempt may take, in milliseconds. */
export const SEND_LIMIT_MS = 5000;

export const textOf = (settings: Settings, field: string): string => String(settings[field] ?? '');
export const numberOf = (settings: Settings, field: string): number => Number(settings[field]);
export const isOn = (settings: Settings, field: string): boolean => settings[field] === true;
export function linesOf(settings: Settings, field: string): string[] {
  const lines = settings[field];
  return Array.isArray(lines) ? lines : [];
}
