/**
 * Which screen is shown, and about what: the address after `#/`, as in `#/top-n?definition=web`. An unknown screen
 * leads to the first one.
 */
import { type ComputedRef, computed, ref } from 'vue';
import { type View, type ViewId, views } from '../views/index.ts';

/** What a screen is told beside its name. */
export type RouteQuery = Readonly<Record<string, string>>;

const address = ref(typeof window === 'undefined' ? '' : window.location.hash);
if (typeof window !== 'undefined') {
  window.addEventListener('hashchange', () => {
    address.value = window.location.hash;
  });
}

/** An address apart. What follows the `?` may be anything that somebody typed or a link carried. */
export function readAddress(hash: string): { id: string; query: RouteQuery } {
  const [path = '', ...rest] = hash.replace(/^#\/?/, '').split('?');
  return {
    id: path.split('/')[0]!,
    query: Object.fromEntries(new URLSearchParams(rest.join('?'))),
  };
}

/** The address of a screen. */
export function writeAddress(id: ViewId, query: RouteQuery = {}): string {
  const words = new URLSearchParams(query).toString();
  return words ? `#/${id}?${words}` : `#/${id}`;
}

const read = computed(() => readAddress(address.value));
const view = computed<View>(() => views.find((one) => one.id === read.value.id) ?? views[0]!);
const query = computed<RouteQuery>(() => read.value.query);

/** The screen that the address names. */
export function useRoute(): { view: ComputedRef<View>; query: ComputedRef<RouteQuery> } {
  return { view, query };
}

/** Shows a screen; `replace` leaves no step back to what was shown before. */
export function goTo(id: ViewId, about: RouteQuery = {}, replace = false): void {
  const next = writeAddress(id, about);
  if (replace) window.history.replaceState(window.history.state, '', next);
  else window.location.hash = next;
  address.value = window.location.hash;
}

/** What an address opens in a screen that has an editor: `edit NAME`, `new …` with all that is known of it, '' for the list. */
export function openerOf(query: RouteQuery): string {
  if (query.edit !== undefined) return `edit ${query.edit}`;
  return query.new === undefined ? '' : `new ${JSON.stringify(query)}`;
}
