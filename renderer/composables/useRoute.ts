/** Which screen is shown: the part of the address after `#/`. An unknown one leads to the first screen. */
import { type ComputedRef, computed, ref } from 'vue';
import { type View, type ViewId, views } from '../views/index.ts';

const address = ref(typeof window === 'undefined' ? '' : window.location.hash);
if (typeof window !== 'undefined') {
  window.addEventListener('hashchange', () => {
    address.value = window.location.hash;
  });
}

const view = computed<View>(() => {
  const id = address.value.replace(/^#\/?/, '').split(/[/?]/)[0];
  return views.find((one) => one.id === id) ?? views[0]!;
});

/** The screen that the address names. */
export function useRoute(): { view: ComputedRef<View> } {
  return { view };
}

/** Shows a screen. */
export function goTo(id: ViewId): void {
  window.location.hash = `#/${id}`;
  address.value = window.location.hash;
}
