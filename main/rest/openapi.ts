/** The OpenAPI document, made of the table of routes. */
import type { Parameter, Route } from './route.ts';

type Json = Record<string, unknown>;

const PATH_ABOUT: Record<string, string> = {
  agent: 'ALL, or addresses or names divided by semicolons',
  metric: 'Metrics by name, divided by commas; in /dump and /prometheus by semicolons, or ALL',
  name: 'Its name',
};

const CONTENT: Record<Route['answers'], string> = {
  json: 'application/json',
  text: 'text/plain',
  prometheus: 'text/plain; version=0.0.4',
  nothing: '',
};

export function openApiDocument(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = paths[route.path] ?? {};
    paths[route.path] = path;
    for (const method of route.methods) path[method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Weir',
      version,
      description:
        'Metrics, flow definitions, thresholds and events, in the language of sFlow-RT. Bodies may be JSON as people type it: unquoted names, single quotes, any content type or none.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ group }) => group))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Problem: {
          type: 'object',
          properties: { message: { type: 'string', description: 'What went wrong, in one sentence.' } },
        },
      },
    },
    security: [{}, { token: [] }],
  };
}

function operationOf(route: Route): Json {
  const content = CONTENT[route.answers];
  return {
    tags: [route.group],
    summary: route.summary,
    ...(route.filters
      ? {
          description:
            'Any other parameter filters by a text metric: os_name=linux&host_name=*web.* ; given twice it means either.',
        }
      : {}),
    parameters: [
      ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        ...{ name, in: 'path', required: true, description: PATH_ABOUT[name!] ?? name },
        schema: { type: 'string' },
      })),
      ...(route.query ?? []).map(parameterOf),
      {
        ...{
          name: 'workspace',
          in: 'query',
          description: 'The live one where nothing is said; see /workspaces/json',
        },
        schema: { type: 'string' },
      },
    ],
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: {}, example: route.body } },
          },
        }),
    responses: {
      ...(content === ''
        ? { '204': { description: 'Done.' } }
        : { '200': { description: 'The answer.', content: { [content]: {} } } }),
      default: {
        description: 'Refused, with one sentence.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function parameterOf({ name, about, schema, many }: Parameter<unknown>): Json {
  return {
    ...{ name, in: 'query', description: about },
    schema: many ? { type: 'array', items: schema } : schema,
  };
}
