/** Which route a path means. Patterns are compiled once; a path is compared part by part, and is never a file. */
import { type Method, RestError, type Route } from './route.ts';

type Compiled = { parts: readonly { name: string | null; text: string }[]; route: Route };

export type Match = { route: Route; path: Record<string, string> };
export type Router = {
  /** Whether there is such a path, whatever the method. */
  knows(pathname: string): boolean;
  /** Throws RestError 400, 404 or 405. */
  match(method: string, pathname: string): Match;
  /** Methods of a path, for `Allow`. */
  methods(pathname: string): Method[];
};

export function routerOf(routes: readonly Route[]): Router {
  const compiled: Compiled[] = routes.map((route) => ({
    route,
    parts: partsOf(route.path).map((text) => {
      const name = /^\{(\w+)\}$/.exec(text)?.[1] ?? null;
      return { name, text };
    }),
  }));
  const found = (parts: readonly string[]): Compiled[] =>
    compiled.filter(
      (one) =>
        one.parts.length === parts.length &&
        one.parts.every(({ name, text }, index) =>
          name === null ? text === parts[index] : parts[index] !== '',
        ),
    );
  const methods = (pathname: string): Method[] => [
    ...new Set(found(partsOf(pathname)).flatMap(({ route }) => [...route.methods])),
  ];
  return {
    knows: (pathname) => found(partsOf(pathname)).length > 0,
    methods,
    match(method, pathname) {
      const parts = partsOf(pathname);
      const candidates = found(parts);
      if (candidates.length === 0)
        throw new RestError(404, 'There is no such path; /api/index.html shows those that there are.');
      const one = candidates.find(({ route }) => route.methods.some((known) => known === method));
      if (!one) throw new RestError(405, `This path takes ${methods(pathname).join(', ')}, not ${method}.`);
      const path: Record<string, string> = {};
      one.parts.forEach(({ name }, index) => {
        if (name !== null) path[name] = decoded(parts[index]!);
      });
      return { route: one.route, path };
    },
  };
}

const partsOf = (path: string): string[] => path.split('/').slice(1);

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new RestError(400, 'The path has a % that is no encoded character.');
  }
}
