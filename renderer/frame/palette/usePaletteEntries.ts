/** What the palette offers for what is typed. */
import type { PaletteEntry } from './entry.ts';
import { useDeeds } from './use-deeds.ts';
import { useThings } from './use-things.ts';

export function usePaletteEntries() {
  const { screens, places, agents, interfaces, flows, watched, ranges } = useThings();
  const deeds = useDeeds();

  /** With nothing typed: what is few. Names of agents and ports come with the first letter. */
  return (typed: string): PaletteEntry[] =>
    typed.trim() === '' || typed.startsWith('>')
      ? [...screens.value, ...deeds.value, ...ranges.value, ...places.value]
      : [
          ...screens.value,
          ...agents.value,
          ...interfaces.value,
          ...flows.value,
          ...watched.value,
          ...places.value,
          ...ranges.value,
          ...deeds.value,
        ];
}
