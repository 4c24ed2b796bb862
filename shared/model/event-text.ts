/** The text of an event that is searched: alike in the store and in memory. */
import type { WeirEvent } from './event.ts';

export function searchedText({ title, flowKey, agent, agentName, interfaceName, note }: WeirEvent): string {
  return [title, flowKey, agent, agentName, interfaceName, note].join('\n').toLowerCase();
}
