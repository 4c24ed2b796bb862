/**
 * One cross-hair for all charts of a screen: the screen provides it, each chart moves it and draws it. It
 * holds a moment, not a pixel, so charts of different width agree.
 */
import { type InjectionKey, inject, provide, type Ref, ref } from 'vue';

export type CrossHair = {
  /** The moment under the pointer; null while it is on no chart. */
  timeMs: Ref<number | null>;
  /** Which chart the pointer is on; '' for none. */
  owner: Ref<string>;
};

const key: InjectionKey<CrossHair> = Symbol('cross-hair');

const create = (): CrossHair => ({ timeMs: ref(null), owner: ref('') });

/** Called by a screen: its charts share one cross-hair. */
export function provideCrossHair(): CrossHair {
  const crossHair = create();
  provide(key, crossHair);
  return crossHair;
}

/** The cross-hair of the screen that a chart stands on; its own where none is provided. */
export const useCrossHair = (): CrossHair => inject(key, create, true);
