/**
 * What interfaces and agents are called, from all that is known beside and in the samples; which source is asked first
 * is `NameSource` of the model. Answers come at once, from memory.
 */
import type { InterfaceName, NameSource, OwnInterfaceName } from '../../shared/model/interface-name.ts';
import { addressText } from './address.ts';
import { nameOfNumber } from './interface-numbers.ts';
import type { SnmpAnswer } from './snmp/answer.ts';

/** Agents that SNMP told of; as many as a network has. */
const MOST_AGENTS = 4096;

type Told = { answer: SnmpAnswer; ports: ReadonlyMap<number, SnmpAnswer['ports'][number]> };

export class InterfaceNames {
  #own = new Map<string, Map<number, string>>();
  readonly #told = new Map<string, Told>();

  /** The user's own names, in order of agent and number. */
  get own(): OwnInterfaceName[] {
    return [...this.#own]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([agent, ports]) =>
        [...ports].sort(([a], [b]) => a - b).map(([ifIndex, name]) => ({ agent, ifIndex, name })),
      );
  }
  /** Agents as `addressText` spells them. */
  setOwn(names: Iterable<OwnInterfaceName>): void {
    this.#own = new Map();
    for (const { agent, ifIndex, name } of names) {
      const ports = this.#own.get(agent) ?? new Map<number, string>();
      ports.set(ifIndex, name);
      this.#own.set(agent, ports);
    }
  }

  /** Takes what SNMP told of an agent. */
  tell(agent: string, answer: SnmpAnswer): void {
    if (!this.#told.has(agent) && this.#told.size >= MOST_AGENTS) return;
    this.#told.set(agent, { answer, ports: new Map(answer.ports.map((port) => [port[0], port])) });
  }
  answer(agent: string): SnmpAnswer | null {
    return this.#told.get(agent)?.answer ?? null;
  }
  /** Agents that SNMP told of. */
  get told(): Iterable<string> {
    return this.#told.keys();
  }

  /** `heard` is what the agent's samples call it, '' where they do not. */
  interface(agent: string, ifIndex: number, heard: string): InterfaceName {
    const port = this.#told.get(agent)?.ports.get(ifIndex);
    const alias = port?.[2] ?? '';
    const candidates: [NameSource, string | undefined | null][] = [
      ['own', this.#own.get(agent)?.get(ifIndex)],
      ['agent', heard],
      ['snmp', port?.[1]],
      ['number', nameOfNumber(ifIndex)],
    ];
    for (const [source, name] of candidates) if (name) return { name, source, alias };
    return { name: `if ${ifIndex}`, source: 'none', alias };
  }

  /** bit/s by SNMP; 0 where it is not told. */
  speed(agent: string, ifIndex: number): number {
    return this.#told.get(agent)?.ports.get(ifIndex)?.[3] ?? 0;
  }

  /** `own` is the user's name for the agent's address, `heard` the name that it gives itself; '' where there is none. */
  agent(address: string, own: string, heard: string): { name: string; source: NameSource } {
    if (own !== '') return { name: own, source: 'own' };
    if (heard !== '') return { name: heard, source: 'agent' };
    const sysName = this.#told.get(addressText(address) ?? address)?.answer.sysName ?? '';
    return sysName === '' ? { name: '', source: 'none' } : { name: sysName, source: 'snmp' };
  }
}
