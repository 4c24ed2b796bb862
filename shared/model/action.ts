/**
 * Actions: what is done when an event is raised or cleared. Each kind declares its fields, from which its form is
 * drawn; nothing in the interface knows a kind by name.
 */
import type { Severity, WeirEvent } from './event.ts';

export type ActionField = {
  name: string;
  label: string;
  /**
   * `template`: text with {{fields}} of the event; `lines`: a list of templates, one per line; `secret`: kept apart
   * and never given out again.
   */
  type: 'text' | 'template' | 'lines' | 'number' | 'select' | 'switch' | 'secret' | 'template-block';
  required: boolean;
  initial: string | number | boolean | string[];
  options?: { value: string; label: string }[];
  /** What to write here, in a sentence. */
  about: string;
  /** The field is shown only where another one has this value. */
  only?: { field: string; value: string | boolean };
};

export type ActionKind = {
  kind: string;
  label: string;
  about: string;
  fields: ActionField[];
  /** Why it cannot be made here, such as a command outside of the desktop; '' where it can. */
  unavailable: string;
};

export type ActionSetting = string | number | boolean | string[];

export type Action = {
  name: string;
  kind: string;
  enabled: boolean;
  /** By name of the field. A secret reads as true where one is kept, and false where none is. */
  settings: Record<string, ActionSetting>;
  /** Which events: empty lists take all. */
  events: {
    kinds: WeirEvent['kind'][];
    severities: Severity[];
    names: string[];
    agents: string[];
  };
  onRaise: boolean;
  onClear: boolean;
  /** At most so many attempts per so many seconds; what is above it is counted and told in the next one. */
  rateLimit: { most: number; perSeconds: number };
  /** No attempt within it: minutes of the local day, over midnight where from > to; null for none. */
  quiet: { fromMinute: number; toMinute: number } | null;
};

/** Whether a field belongs to the form, as the other fields stand. */
export function isFieldShown(
  { only }: ActionField,
  settings: Readonly<Record<string, ActionSetting>>,
): boolean {
  return only === undefined || settings[only.field] === only.value;
}

export type Attempt = {
  atMs: number;
  action: string;
  /** null for a test. */
  eventId: number | null;
  what: 'raised' | 'cleared' | 'test';
  /** `again`: failed and to be tried again at `nextMs`. */
  result: 'done' | 'failed' | 'again' | 'limited' | 'quiet';
  /** In a sentence, or the answer that came. */
  detail: string;
  nextMs: number | null;
  tookMs: number;
};

export type ActionStatus = {
  action: Action;
  /** Why it cannot be used, such as a kept one that cannot be read any more; '' as a rule. */
  problem: string;
  /** Why it cannot be changed here, such as one of the configuration file; '' as a rule. */
  fixed: string;
  done: number;
  failed: number;
  limited: number;
  waiting: number;
  last: Attempt | null;
};

/** What would be sent: each part with its name, such as “Request”, “Body”. */
export type RenderedPart = { label: string; text: string };

/** A text that blocks, mirrors or captures the traffic of an event elsewhere, to be copied. */
export type CopyText = { label: string; about: string; text: string };

export type ActionsApi = {
  'actions.kinds': () => ActionKind[];
  'actions.list': () => ActionStatus[];
  /** A secret left true keeps what is kept. Refused with a sentence that names the field. */
  'actions.put': (action: Action) => Action;
  'actions.delete': (name: string) => null;
  /** Renders without sending, for an event or (null) a made-up one. */
  'actions.dryRun': (action: Action, eventId: number | null) => RenderedPart[];
  /** Sends once, now, past rate limit and quiet hours. */
  'actions.test': (action: Action) => Attempt;
  /** Newest first, of one action or ('') of all. */
  'actions.attempts': (name: string, limit: number) => Attempt[];
  /** Of which fields templates are made, with what each is. */
  'actions.templateFields': () => { name: string; about: string; example: string }[];
  'actions.copyTexts': (eventId: number) => CopyText[];
};

export type ActionNotification = { title: string; body: string; severity: Severity };

/** What the actions of an engine ask of whoever runs it. */
export type ActionHostApi = {
  /** Shows it to whoever looks, and says where. Refused where nobody sees it. */
  notify: (notification: ActionNotification) => string;
};
