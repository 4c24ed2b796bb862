/** Where a few addresses are attached, kept up to date, for screens that show a row of them in detail. */
import { computed } from 'vue';
import { placeWords } from '../../../shared/format/locations.ts';
import { safeText } from '../../../shared/format/text.ts';
import type { LocatedHost } from '../../../shared/model/location.ts';
import { useApi } from '../../api.ts';
import { useAnswer } from '../../composables/useAnswer.ts';
import { goTo } from '../../composables/useRoute.ts';
import { useScope } from '../../stores/scope.ts';

/** Addresses that are asked for; what is shown in detail seldom has more. */
const mostAsked = 8;

export function useWhere(addresses: () => readonly string[]) {
  const scope = useScope();
  const { answer } = useAnswer<{ addresses: readonly string[] }, LocatedHost[]>(
    () => {
      const wanted = addresses().slice(0, mostAsked);
      return wanted.length > 0 ? { addresses: wanted } : null;
    },
    async ({ addresses: wanted }, signal) => {
      const answers = await Promise.all(
        wanted.map((address) => useApi().ask(scope.workspace, 'locate', [address, 1], signal)),
      );
      return answers.flatMap(({ hosts }) => hosts.slice(0, 1));
    },
  );
  /** Those that have a place, in the order they were asked for. */
  const hosts = computed(() => (addresses().length > 0 ? (answer.value ?? []) : []));

  /** The traffic of the port that a host is at. */
  function openPort({ place }: LocatedHost): void {
    scope.setInterface(place.agent, place.ifIndex);
    goTo('top-n');
  }
  return { hosts, openPort };
}

/** 'leaf1 › swp3, VLAN 20'. */
export const whereWords = ({ place }: LocatedHost): string => safeText(placeWords(place));
