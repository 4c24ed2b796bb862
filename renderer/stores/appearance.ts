/**
 * How the window looks: theme, time zone of what is shown, names beside addresses, width of the navigation. Kept in the browser's own
 * storage, as it belongs to this computer and not to the data.
 */
import { useMediaQuery, useStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, watchEffect } from 'vue';

export type ThemeChoice = 'dark' | 'light' | 'system';
export type NamesChoice = 'shown' | 'hidden';
export type Zone = 'utc' | 'local';

const themes: readonly string[] = ['dark', 'light', 'system'];
const zones: readonly string[] = ['utc', 'local'];

/** Below this width the navigation is collapsed unless the user said otherwise. */
export const collapseBelowPx = 1400;

export const useAppearance = defineStore('appearance', () => {
  const storedTheme = useStorage<string>('weir.theme', 'system');
  const storedZone = useStorage<string>('weir.zone', 'local');
  const storedNames = useStorage<string>('weir.names', 'shown');
  const storedNavigation = useStorage<string>('weir.navigation', 'automatic');
  const prefersLight = useMediaQuery('(prefers-color-scheme: light)');
  const narrow = useMediaQuery(`(max-width: ${collapseBelowPx - 1}px)`);

  const themeChoice = computed<ThemeChoice>({
    get: () => (themes.includes(storedTheme.value) ? (storedTheme.value as ThemeChoice) : 'system'),
    set: (choice) => {
      storedTheme.value = choice;
    },
  });
  /** The theme on the screen now. */
  const theme = computed<'dark' | 'light'>(() =>
    themeChoice.value === 'system' ? (prefersLight.value ? 'light' : 'dark') : themeChoice.value,
  );
  const zone = computed<Zone>({
    get: () => (zones.includes(storedZone.value) ? (storedZone.value as Zone) : 'local'),
    set: (choice) => {
      storedZone.value = choice;
    },
  });
  /** Whether addresses are shown with their names. */
  const names = computed<NamesChoice>({
    get: () => (storedNames.value === 'hidden' ? 'hidden' : 'shown'),
    set: (choice) => {
      storedNames.value = choice;
    },
  });
  const navigationCollapsed = computed<boolean>({
    get: () => storedNavigation.value === 'collapsed' || (storedNavigation.value !== 'open' && narrow.value),
    set: (collapsed) => {
      // What the width gives by itself is not a wish to be kept.
      storedNavigation.value = collapsed === narrow.value ? 'automatic' : collapsed ? 'collapsed' : 'open';
    },
  });

  watchEffect(() => {
    document.documentElement.dataset.theme = theme.value;
  });

  return {
    themeChoice,
    theme,
    zone,
    names,
    narrow,
    navigationCollapsed,
    toggleTheme: () => {
      themeChoice.value = theme.value === 'dark' ? 'light' : 'dark';
    },
    toggleZone: () => {
      zone.value = zone.value === 'utc' ? 'local' : 'utc';
    },
    toggleNames: () => {
      names.value = names.value === 'shown' ? 'hidden' : 'shown';
    },
    toggleNavigation: () => {
      navigationCollapsed.value = !navigationCollapsed.value;
    },
  };
});
