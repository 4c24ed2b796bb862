/** Paths of sFlow-RT that Weir does not have yet: they say so, rather than seem to be misspelt. */
import { type Method, RestError, type Route } from '../route.ts';

const all: readonly Method[] = ['GET', 'PUT', 'POST', 'DELETE'];

const later = (path: string, what: string, methods: readonly Method[] = ['GET']): Route => ({
  methods,
  path,
  group: 'Not yet',
  summary: `${what}: not available yet.`,
  answers: 'json',
  handle() {
    throw new RestError(
      501,
      `${what} are not available yet; definitions, thresholds and events are (see /api/index.html).`,
    );
  },
});

export const laterRoutes: readonly Route[] = [
  later('/scripts/json', 'Scripts'),
  later('/script/{script}/json', 'Scripts', all),
  later('/apps/json', 'Apps'),
  later('/app/{app}/scripts/{script}/json', 'Apps', all),
  later('/app/{app}/scripts/{script}/{path}/json', 'Apps', all),
  later('/app/{app}/html/{file}', 'Apps'),
];
