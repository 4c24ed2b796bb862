/** The REST service over HTTP, with an engine that a test makes up: what was asked of it, and what it answers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { RestCalls, RestHost } from '../../main/rest/host.ts';
import { restService } from '../../main/rest/service.ts';
import type { WorkspaceSummary } from '../../shared/model/workspace.ts';
import { RpcError } from '../../shared/rpc.ts';

export type Fake = Partial<{ [K in keyof RestCalls]: RestCalls[K] | ((...args: never[]) => unknown) }>;
export type Answer = { status: number; headers: Headers; text: string; json: unknown };

export const LIVE: WorkspaceSummary = { id: 'live', kind: 'live', title: 'Live :6343' };

export async function restServed(fake: Fake, workspaces: WorkspaceSummary[] = [LIVE]) {
  const asked: { workspace: string; method: string; args: unknown[] }[] = [];
  const host: RestHost = {
    version: '1.2.3',
    workspaces: () => workspaces,
    async call(workspace, method, args) {
      // As it would arrive on the far side of a port.
      asked.push({ workspace, method, args: structuredClone(args as unknown[]) });
      const handler = fake[method] as ((...given: unknown[]) => unknown) | undefined;
      if (!handler) throw new RpcError('refused', `There is no call “${method}”.`);
      return (await handler(...(args as unknown[]))) as never;
    },
  };
  const service = restService(host);
  const server = createServer((request, response) => {
    void service.answer(request, response, new URL(`http://weir${request.url}`), {
      'X-Content-Type-Options': 'nosniff',
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    service.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    const text = await response.text();
    let json: unknown = null;
    try {
      json = JSON.parse(text);
    } catch {
      // A text.
    }
    return { status: response.status, headers: response.headers, text, json };
  };
  return {
    ask,
    asked,
    port,
    service,
    put: (path: string, body: string) => ask(path, { method: 'PUT', body }),
    /** The arguments of the calls of one method. */
    argsOf: (method: string) => asked.filter((one) => one.method === method).map(({ args }) => args),
  };
}
