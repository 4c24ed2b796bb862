/**
 * The shape of a route, and of what it is given. The table of routes (`routes.ts`) is all there is: requests are
 * dispatched by it, and the OpenAPI document is made from it.
 */
import type { WorkspaceSummary } from '../../shared/model/workspace.ts';
import type { Call } from './host.ts';

/** Answered with this status and this one plain sentence. */
export class RestError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'RestError';
    this.status = status;
  }
}

export type RestRequest = {
  /** Parts of the path by the names in the pattern, decoded. */
  path: Record<string, string>;
  query: URLSearchParams;
  /** Query parameters that the route does not know: what filters by text metrics. */
  filter: Record<string, string[]>;
  /** The body, parsed; undefined where the route takes none. */
  body: unknown;
  call: Call;
  version: string;
  workspaces: WorkspaceSummary[];
  /** The one that is asked about. Throws RestError where that is not clear. */
  workspace: () => WorkspaceSummary;
  /** Aborted when whoever asked has gone. */
  signal: AbortSignal;
};

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

export type Route = {
  methods: readonly Method[];
  /** '/flow/{name}/json'. */
  path: string;
  /** Heading in the explorer. */
  group: string;
  summary: string;
  query?: readonly Parameter<unknown>[];
  /** Whether other query parameters filter by text metrics. */
  filters?: boolean;
  /** An example of the body; a route without one takes none. */
  body?: string;
  /** Whether it may wait; such requests are few at a time. */
  waits?: boolean;
  answers: 'json' | 'text' | 'prometheus' | 'nothing';
  handle(request: RestRequest): unknown;
};

/** A query parameter: how it is described, and how it is read. */
export type Parameter<T> = {
  name: string;
  about: string;
  schema: {
    type: 'string' | 'number' | 'boolean';
    enum?: readonly string[];
    default?: string | number | boolean;
    minimum?: number;
    maximum?: number;
  };
  /** May be given several times, or as a comma list. */
  many: boolean;
  /** Throws RestError 400. */
  read(query: URLSearchParams): T;
};

export function textOf(name: string, about: string, otherwise = ''): Parameter<string> {
  return {
    ...{ name, about, many: false },
    schema: { type: 'string', ...(otherwise === '' ? {} : { default: otherwise }) },
    read: (query) => query.get(name) ?? otherwise,
  };
}

export function textsOf(name: string, about: string): Parameter<string[]> {
  return {
    ...{ name, about, many: true },
    schema: { type: 'string' },
    read: (query) =>
      query
        .getAll(name)
        .flatMap((text) => text.split(','))
        .filter((text) => text !== ''),
  };
}

/** A number; beyond `most` it is taken for `most`, as scripts ask for more than there is. */
export function numberOf(
  name: string,
  about: string,
  { otherwise, least, most }: { otherwise: number; least: number; most: number },
): Parameter<number> {
  return {
    ...{ name, about, many: false },
    schema: { type: 'number', default: otherwise, minimum: least, maximum: most },
    read(query) {
      const text = query.get(name);
      if (text === null || text === '') return otherwise;
      const value = Number(text);
      if (!Number.isFinite(value) || value < least)
        throw new RestError(400, `${name} is a number from ${least} to ${most}.`);
      return Math.min(value, most);
    },
  };
}

export function choiceOf<T extends string>(
  name: string,
  about: string,
  choices: readonly T[],
): Parameter<T | null> {
  return {
    ...{ name, about, many: false },
    schema: { type: 'string', enum: choices },
    read(query) {
      const text = query.get(name);
      if (text === null || text === '') return null;
      const found = choices.find((choice) => choice === text);
      if (!found) throw new RestError(400, `${name} is one of ${choices.join(', ')}.`);
      return found;
    },
  };
}

export function switchOf(name: string, about: string): Parameter<boolean> {
  return {
    ...{ name, about, many: false },
    schema: { type: 'boolean', default: false },
    read(query) {
      const text = query.get(name) ?? '';
      if (/^(true|yes|1)$/.test(text)) return true;
      if (/^(false|no|0|)$/.test(text)) return false;
      throw new RestError(400, `${name} is true or false.`);
    },
  };
}
