/**
 * HTTP to RPC: one request is matched, its parameters and body read, its handler asked, its answer written. Whoever
 * calls this has already checked Host, Origin and token. A mistake in a request is one sentence of JSON with the right
 * status; what goes wrong inside says nothing of files or code.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WorkspaceSummary } from '../../shared/model/workspace.ts';
import { RpcError } from '../../shared/rpc.ts';
import { parseBody, readBody } from './body.ts';
import type { Call, RestHost } from './host.ts';
import { openApiDocument } from './openapi.ts';
import { RestError, type RestRequest, type Route } from './route.ts';
import { routerOf } from './router.ts';
import { restRoutes } from './routes.ts';

/** Requests that may wait at once; more are told to come again. */
const MOST_WAITING = 32;

const CONTENT_TYPES = {
  json: 'application/json; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  nothing: null,
} as const;

export type RestService = {
  /** Whether a path is one of the interface, so that the caller hands the request over. */
  knows(pathname: string): boolean;
  /** Answers a request; never rejects. `headers` go with every answer. */
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    headers: Record<string, string>,
  ): Promise<void>;
  stop(): void;
};

/** An error as its body: what scripts look for, and a person can read. */
export const errorBody = (status: number, message: string): string =>
  `${JSON.stringify({ error: { status, message }, message })}\n`;

export function restService(host: RestHost): RestService {
  const { routes, stop } = restRoutes(host);
  const document: Route = {
    methods: ['GET'],
    path: '/api-docs',
    group: 'Server',
    summary: 'This interface as an OpenAPI document.',
    answers: 'json',
    handle: () => openApiDocument([...routes, document], host.version),
  };
  const router = routerOf([...routes, document]);
  let waiting = 0;

  async function handle(
    request: IncomingMessage,
    url: URL,
    method: string,
    signal: AbortSignal,
  ): Promise<{ type: string | null; body: string }> {
    const { route, path } = router.match(method === 'HEAD' ? 'GET' : method, url.pathname);
    const query = url.searchParams;
    // Nobody reads what would be waited for.
    if (method === 'HEAD') query.delete('timeout');
    const workspace = (): WorkspaceSummary => chooseWorkspace(host.workspaces(), query.get('workspace'));
    const call: Call = async (name, ...args) => host.call(workspace().id, name, args);
    const body = route.body === undefined ? undefined : parseBody(await readBody(request), route.body);
    const asked: RestRequest = {
      ...{ path, query, body, call, workspace, signal },
      filter: filterOf(route, query),
      version: host.version,
      workspaces: host.workspaces(),
    };
    if (route.waits && waiting >= MOST_WAITING)
      throw new RestError(503, `${MOST_WAITING} requests wait already; ask again in a second.`);
    if (route.waits) waiting++;
    try {
      const value = await route.handle(asked);
      const type = CONTENT_TYPES[route.answers];
      if (type === null) return { type, body: '' };
      return { type, body: route.answers === 'json' ? `${JSON.stringify(value, null, 1)}\n` : String(value) };
    } finally {
      if (route.waits) waiting--;
    }
  }

  return {
    knows: (pathname) => router.knows(pathname),
    stop,
    async answer(request, response, url, headers) {
      const method = request.method ?? 'GET';
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const write = (status: number, extra: Record<string, string>, body: string): void => {
        if (response.headersSent || response.destroyed) return;
        const octets = Buffer.from(body);
        response.writeHead(status, {
          ...headers,
          ...extra,
          ...(status === 204 ? {} : { 'Content-Length': String(octets.length) }),
        });
        response.end(method === 'HEAD' ? undefined : octets);
      };
      const allow = (): Record<string, string> => {
        const methods = router.methods(url.pathname);
        return { Allow: [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ') };
      };
      try {
        if (method === 'OPTIONS' && router.knows(url.pathname)) return write(204, allow(), '');
        const { type, body } = await handle(request, url, method, gone.signal);
        if (type === null) write(204, {}, '');
        else write(200, { 'Content-Type': type }, body);
      } catch (error) {
        const { status, message } = told(error);
        write(
          status,
          {
            'Content-Type': CONTENT_TYPES.json,
            ...(status === 405 ? allow() : {}),
            ...(status === 503 ? { 'Retry-After': '1' } : {}),
            // The rest of the body is not read.
            ...(status === 408 || status === 413 ? { Connection: 'close' } : {}),
          },
          errorBody(status, message),
        );
        if (status === 408 || status === 413) response.once('finish', () => request.destroy());
      }
    },
  };
}

/** The workspace that is named, the live one, or the only one there is. Throws RestError. */
function chooseWorkspace(workspaces: readonly WorkspaceSummary[], named: string | null): WorkspaceSummary {
  const list = workspaces.map(({ id, title }) => `${id} (${title})`).join(', ');
  if (named !== null) {
    const found = workspaces.find(({ id }) => id === named);
    if (!found) throw new RestError(404, `There is no such workspace; there are: ${list || 'none'}.`);
    return found;
  }
  const only = workspaces.length === 1 ? workspaces[0] : undefined;
  const chosen = workspaces.find(({ kind }) => kind === 'live') ?? only;
  if (chosen) return chosen;
  throw new RestError(
    workspaces.length === 0 ? 503 : 409,
    workspaces.length === 0
      ? 'Nothing is open to be asked about.'
      : `Several captures are open; add ?workspace= with one of ${list}.`,
  );
}

function filterOf(route: Route, query: URLSearchParams): Record<string, string[]> {
  if (!route.filters) return {};
  const own = new Set(['workspace', ...(route.query ?? []).map(({ name }) => name)]);
  const names = [...new Set(query.keys())].filter((name) => !own.has(name) && name !== '');
  return Object.fromEntries(names.map((name) => [name, query.getAll(name)]));
}

function told(error: unknown): { status: number; message: string } {
  if (error instanceof RestError) return { status: error.status, message: error.message };
  if (error instanceof RpcError && error.kind === 'refused') return { status: 400, message: error.message };
  if (error instanceof RpcError && error.kind === 'missing') return { status: 404, message: error.message };
  if (error instanceof RpcError && error.kind === 'closed')
    return { status: 503, message: 'This workspace is not there at the moment; ask again.' };
  return { status: 500, message: 'Weir could not answer this; it goes on all the same.' };
}
