/** Thresholds and their events. */
import { THRESHOLD_DEFAULTS, type Threshold, type ThresholdInput } from '../../../shared/model/threshold.ts';
import { objectOf } from '../body.ts';
import { pollUntil } from '../long-poll.ts';
import { numberOf, RestError, type Route, textsOf } from '../route.ts';
import { timeout } from './flows.ts';

const THRESHOLD = '{metric:"ifinutilization",value:80,timeout:60}';

const thresholdIDs = textsOf('thresholdID', 'Of these thresholds; else of all');
const eventID = numberOf('eventID', 'Events younger than this one', {
  otherwise: -1,
  least: -1,
  most: Number.MAX_SAFE_INTEGER,
});
const maxEvents = numberOf('maxEvents', 'At most as many events', { otherwise: 1000, least: 1, most: 1000 });

export const thresholdRoutes: readonly Route[] = [
  {
    methods: ['GET'],
    path: '/threshold/json',
    group: 'Thresholds',
    summary: 'All thresholds that were set, by name; those that ship with Weir answer by their names.',
    answers: 'json',
    async handle({ call }) {
      const all = (await call('thresholds.list')).filter(({ threshold }) => !threshold.preset);
      return Object.fromEntries(
        all.map(({ threshold, problem }) => [
          threshold.name,
          problem ? { problem } : thresholdBody(threshold),
        ]),
      );
    },
  },
  {
    methods: ['GET'],
    path: '/threshold/{name}/json',
    group: 'Thresholds',
    summary: 'One threshold.',
    answers: 'json',
    async handle({ call, path }) {
      const found = (await call('thresholds.list')).find(({ threshold }) => threshold.name === path.name);
      if (!found) throw new RestError(404, `There is no threshold “${path.name}”.`);
      return found.problem ? { problem: found.problem } : thresholdBody(found.threshold);
    },
  },
  {
    methods: ['PUT', 'POST'],
    path: '/threshold/{name}/json',
    group: 'Thresholds',
    summary: 'Sets a threshold on a metric or a flow definition.',
    body: THRESHOLD,
    answers: 'json',
    async handle({ call, path, body }) {
      return thresholdBody(
        await call('thresholds.put', path.name!, objectOf(body, THRESHOLD) as ThresholdInput),
      );
    },
  },
  {
    methods: ['DELETE'],
    path: '/threshold/{name}/json',
    group: 'Thresholds',
    summary: 'Deletes a threshold.',
    answers: 'nothing',
    async handle({ call, path }) {
      await call('thresholds.delete', path.name!);
    },
  },
  {
    methods: ['GET'],
    path: '/events/json',
    group: 'Thresholds',
    summary: 'Events, newest first; waits for the first.',
    query: [thresholdIDs, eventID, maxEvents, timeout],
    waits: true,
    answers: 'json',
    async handle({ call, query, signal }) {
      const question = {
        thresholdIDs: thresholdIDs.read(query),
        eventID: Math.floor(eventID.read(query)),
        maxEvents: Math.floor(maxEvents.read(query)),
      };
      return pollUntil(
        (timeoutMs) => call('events', { ...question, timeoutMs }),
        timeout.read(query) * 1000,
        signal,
      );
    },
  },
];

/** What sFlow-RT has of a threshold always; what Weir has beside it where it is set. */
function thresholdBody({ name: _, preset: __, ...threshold }: Threshold): Partial<Threshold> {
  const { metric, value, filter, byFlow, timeout, ...own } = threshold;
  const set = Object.entries(own).filter(
    ([attribute, one]) =>
      JSON.stringify(one) !== JSON.stringify(THRESHOLD_DEFAULTS[attribute as keyof typeof own]),
  );
  return { metric, value, filter, byFlow, timeout, ...Object.fromEntries(set) };
}
