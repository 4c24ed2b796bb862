/** The OpenAPI document as a list of operations, and a request as an address and as a command. Pure. */

export type OperationParameter = {
  name: string;
  in: 'path' | 'query';
  about: string;
  /** What is taken where nothing is said; '' where there is no such value. */
  otherwise: string;
  choices: string[];
  required: boolean;
};

export type Operation = {
  id: string;
  method: string;
  path: string;
  group: string;
  summary: string;
  description: string;
  parameters: OperationParameter[];
  /** Example of a body; null where it takes none. */
  body: string | null;
};

type Schema = { default?: unknown; enum?: unknown[]; type?: string };
type Described = {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; description?: string; required?: boolean; schema?: Schema }[];
  requestBody?: { content?: Record<string, { example?: unknown }> };
};
export type OpenApi = { info: { version: string }; paths: Record<string, Record<string, Described>> };

/** In the order of the document; of several methods that mean the same the first. */
export function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) => {
    const all = Object.entries(methods).map(([method, described]) =>
      operationOf(path, method.toUpperCase(), described),
    );
    return all.filter(({ summary }, index) => all.findIndex((other) => other.summary === summary) === index);
  });
}

function operationOf(path: string, method: string, described: Described): Operation {
  const example = described.requestBody?.content?.['application/json']?.example;
  return {
    id: `${method} ${path}`,
    ...{ method, path },
    group: described.tags?.[0] ?? '',
    summary: described.summary ?? '',
    description: described.description ?? '',
    parameters: (described.parameters ?? []).map((parameter) => ({
      name: parameter.name,
      in: parameter.in === 'path' ? 'path' : 'query',
      about: parameter.description ?? '',
      otherwise: parameter.schema?.default === undefined ? '' : String(parameter.schema.default),
      choices:
        parameter.schema?.type === 'boolean' ? ['true', 'false'] : (parameter.schema?.enum ?? []).map(String),
      required: parameter.required === true,
    })),
    body: described.requestBody ? (typeof example === 'string' ? example : '{}') : null,
  };
}

/** What stands in the fields of a path to begin with, so that the first press of the button answers something. */
export const FIRST_VALUES: Record<string, string> = {
  agent: 'ALL',
  metric: 'ALL',
  name: 'srcdst',
};

/** The address of a request; fields that are empty are left out. `more` is further query text, as typed. */
export function addressOf(operation: Operation, values: Record<string, string>, more: string): string {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    // What divides lists stays readable.
    encodeURIComponent(values[name] ?? '').replaceAll(/%(2C|3A|3B)/g, decodeURIComponent),
  );
  const query = operation.parameters
    .filter((parameter) => parameter.in === 'query' && (values[parameter.name] ?? '') !== '')
    .map(
      ({ name }) =>
        `${name}=${encodeURIComponent(values[name]!).replaceAll(/%(2C|3A)/g, decodeURIComponent)}`,
    );
  const all = [...query, more.trim().replace(/^[?&]+/, '')].filter((text) => text !== '');
  return all.length === 0 ? path : `${path}?${all.join('&')}`;
}

/** The same request for a terminal; every part is quoted for a POSIX shell. */
export function curlOf(method: string, address: string, body: string | null): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    'curl',
    ...(method === 'GET' ? [] : ['-X', method]),
    ...(body === null ? [] : ['--data', quoted(body)]),
    quoted(address),
  ].join(' ');
}
