/**
 * The actions of a workspace: kept on its shelf, told of events, tried, and answered for. Nothing here waits for
 * anything within a call that comes from the data path: telling is putting into a bounded line.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { safeText } from '../../shared/format/text.ts';
import type {
  Action,
  ActionKind,
  ActionStatus,
  ActionsApi,
  Attempt,
  RenderedPart,
} from '../../shared/model/action.ts';
import type { EventChange, WeirEvent } from '../../shared/model/event.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { Attempts } from './attempts.ts';
import { copyTexts } from './copy-texts.ts';
import { exampleMessage } from './example.ts';
import { templateFields } from './fields.ts';
import { Failure, type Kind, type Message, type Surroundings } from './kind.ts';
import { kinds } from './kinds.ts';
import { Line } from './line.ts';
import { type KeptState, readAction, readState } from './schema.ts';
import { checkKept, forgetSecrets, keepSecrets, withDots, withoutSecrets, withSecrets } from './secrets.ts';
import { checkSettings } from './settings.ts';

const SHELF = 'action';
const STATE_SHELF = 'action-state';
const STATE_NAME = 'last';
const MOST_ACTIONS = 64;
/** What is kept over a restart is written at most so often, in milliseconds. */
const STATE_EVERY_MS = 2000;
/** Longest that anything may take, whatever its kind promises. */
const HARD_LIMIT_MS = 70_000;
const MOST_DETAIL = 1200;
const CONFIGURATION = 'actions.json';

/** Where what the user made is kept. */
type Documents = {
  all(kind: string): Promise<Map<string, string>>;
  put(kind: string, name: string, body: string): Promise<void>;
  delete(kind: string, name: string): Promise<void>;
};

export type ActionsOptions = {
  documents: Documents;
  nowMs: () => number;
  /** null: nothing is sent, as from a capture. */
  surroundings: Surroundings | null;
  /** An event by its number; rejects with a sentence where it is not kept. */
  eventOf: (id: number) => Promise<WeirEvent>;
  /** What an address is called, as far as is known by now; null for nothing. */
  nameOf?: Message['nameOf'];
  /** Told when an action begins to fail, with the reason, and ('') when it works again. */
  failing: (action: string, problem: string) => void;
};

export class Actions {
  readonly #options: ActionsOptions;
  readonly #lines = new Map<string, Line>();
  /** Settings with secrets in clear, of actions that the configuration file holds. */
  readonly #configured = new Map<string, Action>();
  readonly #unreadable = new Map<string, { action: Action; problem: string }>();
  readonly #attempts = new Attempts();
  readonly #testing = new Set<string>();
  readonly #stop = new AbortController();
  #configurationProblem = '';
  #changed = false;
  #writing = false;
  #writtenMs = Number.NEGATIVE_INFINITY;

  readonly handlers: Handlers<ActionsApi> = {
    'actions.kinds': () => this.#kinds(),
    'actions.list': () => this.#list(),
    'actions.put': (action) => this.#put(action),
    'actions.delete': (name) => this.#delete(name),
    'actions.dryRun': (action, eventId) => this.#dryRun(action, eventId),
    'actions.test': (action) => this.#test(action),
    'actions.attempts': (name, limit) => this.#attempts.list(name, limit),
    'actions.templateFields': templateFields,
    'actions.copyTexts': async (eventId) => copyTexts(await this.#options.eventOf(eventId)),
  };

  constructor(options: ActionsOptions) {
    this.#options = options;
  }

  readonly #nameOf: Message['nameOf'] = (address) => this.#options.nameOf?.(address) ?? null;

  /** Reads what was kept. One that cannot be read is shown with its problem, and left as it is. */
  async start(): Promise<void> {
    const { documents } = this.#options;
    for (const [name, body] of await documents.all(SHELF)) {
      try {
        const action = readAction(JSON.parse(body));
        checkSettings(this.#kind(action), action.settings);
        this.#add(action);
      } catch (error) {
        const reason = error instanceof RpcError ? error.message : 'it is not of the form of an action';
        this.#unreadable.set(name, {
          action: unreadableAction(name),
          problem: `What is kept of “${safeText(name)}” cannot be used: ${reason} Set it again or delete it.`,
        });
      }
    }
    await this.#readConfiguration();
    const state = readState((await documents.all(STATE_SHELF)).get(STATE_NAME) ?? '');
    if (!state) return;
    this.#attempts.recall(state.attempts);
    for (const [name, ids] of Object.entries(state.owed))
      for (const id of ids) this.#lines.get(name)?.owed.add(id);
  }

  /** Nothing is sent any more; what is on its way is broken off. Resolves when what is to be kept is. */
  async stop(): Promise<void> {
    for (const line of this.#lines.values()) line.stop();
    this.#stop.abort();
    if (this.#changed) await this.#writeState();
  }

  /** Told of every change of an event, in order. */
  told({ what, event }: EventChange): void {
    if (this.#options.surroundings === null) return;
    const nowMs = this.#options.nowMs();
    const isMuted = event.mutedBy !== '' || (event.snoozedUntilMs ?? 0) > nowMs;
    for (const line of this.#lines.values()) {
      if (!line.action.enabled) continue;
      if (what === 'cleared') line.cleared(event, nowMs);
      else if (what === 'updated') line.updated(event, nowMs);
      else if (!isMuted) line.raised(event, nowMs);
    }
  }

  /** About once a second. */
  tick(nowMs: number): void {
    for (const line of this.#lines.values()) line.tick(nowMs);
    if (this.#changed && !this.#writing && nowMs - this.#writtenMs >= STATE_EVERY_MS) {
      this.#writtenMs = nowMs;
      void this.#writeState();
    }
  }

  #writeState(): Promise<void> {
    this.#changed = false;
    this.#writing = true;
    const owed = [...this.#lines].flatMap(([name, line]) =>
      line.owed.size > 0 ? [[name, [...line.owed]]] : [],
    );
    const state: KeptState = { attempts: this.#attempts.stored(), owed: Object.fromEntries(owed) };
    return (
      this.#options.documents
        .put(STATE_SHELF, STATE_NAME, JSON.stringify(state))
        // A disk that takes nothing is told of by the store.
        .catch(() => {})
        .finally(() => {
          this.#writing = false;
        })
    );
  }

  #surroundings(): Surroundings {
    const { surroundings } = this.#options;
    if (surroundings) return surroundings;
    throw new RpcError('refused', 'Actions belong to the live workspace: nothing is sent from a capture.');
  }

  #kinds(): ActionKind[] {
    const { surroundings } = this.#options;
    return kinds.map(({ kind, label, about, fields, unavailable }) => ({
      ...{ kind, label, about, fields },
      unavailable: surroundings
        ? (unavailable?.(surroundings) ?? '')
        : 'Actions belong to the live workspace: nothing is sent from a capture.',
    }));
  }

  #kind(action: Pick<Action, 'kind'>): Kind {
    const kind = kinds.find((known) => known.kind === action.kind);
    if (!kind) throw new RpcError('refused', `There is no kind of action “${safeText(action.kind, 32)}”.`);
    return kind;
  }

  #list(): ActionStatus[] {
    const lines = [...this.#lines.values()].map((line) => ({
      action: line.action,
      problem: '',
      fixed: this.#fixed(line.action.name),
      ...{ done: line.done, failed: line.failed, limited: line.limited, waiting: line.waiting },
      last: this.#attempts.last(line.action.name),
    }));
    const others = [...this.#unreadable.values()];
    if (this.#configurationProblem !== '')
      others.push({ action: unreadableAction(CONFIGURATION), problem: this.#configurationProblem });
    const unreadable = others.map(({ action, problem }) => ({
      ...{
        action,
        problem,
        fixed: action.name === CONFIGURATION ? 'It is a file of the data directory.' : '',
      },
      ...{ done: 0, failed: 0, limited: 0, waiting: 0, last: null },
    }));
    return [...lines, ...unreadable].sort((one, other) =>
      one.action.name.localeCompare(other.action.name, 'en'),
    );
  }

  #fixed(name: string): string {
    if (this.#configured.has(name))
      return `It is set up in ${CONFIGURATION} of the data directory; change it there.`;
    const action = this.#lines.get(name)?.action;
    const { surroundings } = this.#options;
    return (action && surroundings && this.#kind(action).unavailable?.(surroundings)) ?? '';
  }

  /** The settings of an action that may be kept, tried or looked at here. Throws RpcError with a sentence. */
  #checked(given: unknown): { action: Action; kind: Kind } {
    const surroundings = this.#surroundings();
    const read = readAction(given);
    const kind = this.#kind(read);
    // What the file says holds, whatever a window says.
    const configured = this.#configured.get(read.name);
    if (configured) return { action: configured, kind: this.#kind(configured) };
    const unavailable = kind.unavailable?.(surroundings) ?? '';
    if (unavailable !== '') throw new RpcError('refused', unavailable);
    const action = { ...read, settings: checkSettings(kind, read.settings) };
    const problem = kind.check?.(action.settings, surroundings) ?? '';
    if (problem !== '') throw new RpcError('refused', problem);
    checkKept(kind, action.settings, this.#lines.get(action.name)?.action ?? null);
    return { action, kind };
  }

  async #put(given: Action): Promise<Action> {
    const { action, kind } = this.#checked(given);
    const { name } = action;
    if (this.#configured.has(name)) throw new RpcError('refused', this.#fixed(name));
    const before = this.#lines.get(name);
    if (!before && this.#lines.size >= MOST_ACTIONS)
      throw new RpcError('refused', `There are ${MOST_ACTIONS} actions already; delete one first.`);
    if (!action.onRaise && !action.onClear)
      throw new RpcError(
        'refused',
        'An action is told when an event is raised, when it is cleared, or both; tick one.',
      );
    const surroundings = this.#surroundings();
    if (before && before.action.kind !== kind.kind)
      await forgetSecrets(this.#kind(before.action), name, surroundings);
    await keepSecrets(kind, name, action.settings, surroundings);
    const kept: Action = { ...action, settings: withoutSecrets(kind, action.settings) };
    await this.#options.documents.put(SHELF, name, JSON.stringify(kept));
    this.#unreadable.delete(name);
    this.#add(kept);
    return kept;
  }

  async #delete(name: string): Promise<null> {
    if (this.#configured.has(name)) throw new RpcError('refused', this.#fixed(name));
    const line = this.#lines.get(name);
    if (!line && !this.#unreadable.has(name))
      throw new RpcError('refused', `There is no action “${safeText(name)}”.`);
    await this.#options.documents.delete(SHELF, name);
    if (line) await forgetSecrets(this.#kind(line.action), name, this.#surroundings());
    line?.stop();
    this.#lines.delete(name);
    this.#unreadable.delete(name);
    this.#attempts.forget(name);
    this.#options.failing(name, '');
    this.#changed = true;
    return null;
  }

  #add(action: Action): void {
    const known = this.#lines.get(action.name);
    if (known) {
      known.change(action);
      return;
    }
    const line: Line = new Line({
      action,
      nowMs: this.#options.nowMs,
      nameOf: this.#nameOf,
      send: (message) => this.#send(this.#configured.get(action.name) ?? line.action, message),
      record: (attempt) => this.#record(attempt),
      failing: (problem) => this.#options.failing(action.name, problem),
    });
    this.#lines.set(action.name, line);
  }

  #record(attempt: Attempt): void {
    this.#attempts.add({ ...attempt, detail: safeText(attempt.detail, MOST_DETAIL) });
    this.#changed = true;
  }

  /** Sends, and says what came back, without secrets. Rejects with `Failure`. */
  async #send(action: Action, message: Message): Promise<string> {
    const surroundings = this.#surroundings();
    const kind = this.#kind(action);
    const limit = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(HARD_LIMIT_MS)]);
    let scrub = (text: string): string => text;
    try {
      const filled = await withSecrets(kind, action.name, action.settings, surroundings);
      scrub = filled.scrub;
      const ended = Promise.withResolvers<never>();
      const stop = (): void => ended.reject(new Failure('It took too long and was given up.', true));
      limit.addEventListener('abort', stop, { once: true });
      try {
        const sending = kind.prepare(message, filled.settings, surroundings).send(limit);
        return scrub(await Promise.race([sending, ended.promise]));
      } finally {
        limit.removeEventListener('abort', stop);
      }
    } catch (error) {
      if (error instanceof Failure) throw new Failure(scrub(error.message), error.again);
      if (error instanceof RpcError) throw new Failure(scrub(error.message));
      throw new Failure(`It failed: ${scrub(safeText(error instanceof Error ? error.message : '', 200))}.`);
    }
  }

  async #dryRun(given: Action, eventId: number | null): Promise<RenderedPart[]> {
    const { action, kind } = this.#checked(given);
    const nowMs = this.#options.nowMs();
    let message: Message = { ...exampleMessage(action.name, nowMs), nameOf: this.#nameOf };
    if (eventId !== null) {
      const event = await this.#options.eventOf(eventId);
      message = { ...message, what: event.clearedMs === null ? 'raised' : 'cleared', event };
    }
    try {
      return kind.prepare(message, withDots(kind, action.settings), this.#surroundings()).parts;
    } catch (error) {
      if (error instanceof Failure) throw new RpcError('refused', error.message);
      throw error;
    }
  }

  async #test(given: Action): Promise<Attempt> {
    const { action, kind } = this.#checked(given);
    if (this.#testing.has(action.name) || this.#testing.size >= 4)
      throw new RpcError('refused', 'A test is under way; wait for its answer.');
    this.#testing.add(action.name);
    const startedMs = this.#options.nowMs();
    let result: Attempt['result'] = 'done';
    let detail: string;
    try {
      const message = { ...exampleMessage(action.name, startedMs), nameOf: this.#nameOf };
      detail = await this.#send(action, message);
      if (action.onClear && kind.takesBack?.(action.settings))
        detail = `${detail} · On clear: ${await this.#send(action, { ...message, what: 'cleared' })}`;
    } catch (error) {
      result = 'failed';
      detail = error instanceof Error ? error.message : 'It failed.';
    } finally {
      this.#testing.delete(action.name);
    }
    const atMs = this.#options.nowMs();
    const attempt: Attempt = {
      ...{ atMs, action: action.name, eventId: null, what: 'test', result, nextMs: null },
      ...{ detail: safeText(detail, MOST_DETAIL), tookMs: Math.max(0, atMs - startedMs) },
    };
    this.#record(attempt);
    return attempt;
  }

  /** Actions of `actions.json`, a list; the only way to a command where there is no desktop. */
  async #readConfiguration(): Promise<void> {
    const { surroundings } = this.#options;
    if (!surroundings?.directory) return;
    const path = join(surroundings.directory, CONFIGURATION);
    try {
      const { mode } = await stat(path);
      if (process.platform !== 'win32' && (mode & 0o022) !== 0)
        throw new RpcError('refused', `others than its owner may write it; give it the mode 0600.`);
      const list: unknown = JSON.parse(await readFile(path, 'utf8'));
      if (!Array.isArray(list)) throw new RpcError('refused', 'it is no list of actions.');
      for (const given of list.slice(0, MOST_ACTIONS)) {
        const read = readAction(given);
        const kind = this.#kind(read);
        const action = { ...read, settings: checkSettings(kind, read.settings) };
        const problem = kind.check?.(action.settings, surroundings) ?? '';
        if (problem !== '') throw new RpcError('refused', `“${safeText(read.name)}”: ${problem}`);
        checkKept(kind, action.settings, null);
        this.#configured.set(action.name, action);
        this.#add({ ...action, settings: withoutSecrets(kind, action.settings) });
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      const reason = error instanceof RpcError ? error.message : 'it is no JSON that can be read.';
      this.#configurationProblem = `${safeText(path)} cannot be used as a whole: ${reason}`;
    }
  }
}

/** What stands for one that cannot be read. */
function unreadableAction(name: string): Action {
  return {
    ...{ name, kind: '', enabled: false, settings: {}, onRaise: true, onClear: false, quiet: null },
    events: { kinds: [], severities: [], names: [], agents: [] },
    rateLimit: { most: 10, perSeconds: 60 },
  };
}
