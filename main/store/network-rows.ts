/** What was told of agents and their ports, by the numbers that other tables know them by. */
import type Database from 'better-sqlite3';
import type { StoredAgent, StoredInterface } from '../../shared/model/store.ts';

type InterfaceRow = {
  agent: string;
  ifIndex: number;
  name: string;
  speed: number;
  adminUp: number | null;
  operUp: number | null;
};

export class NetworkRows {
  readonly #ids = new Map<string, number>();
  readonly #statements;

  constructor(database: Database.Database) {
    this.#statements = {
      makeAgent: database.prepare<[string], { id: number }>(
        'INSERT INTO agent (address) VALUES (?) ON CONFLICT (address) DO UPDATE SET address = address RETURNING id',
      ),
      putAgent: database.prepare<[string, number, number, number]>(
        'UPDATE agent SET name = ?, sampling_rate_least = ?, sampling_rate_most = ? WHERE id = ?',
      ),
      putInterface: database.prepare<[number, number, string, number, number | null, number | null]>(
        'INSERT OR REPLACE INTO interface (agent, if_index, name, speed, admin_up, oper_up) VALUES (?, ?, ?, ?, ?, ?)',
      ),
      readAgents: database.prepare<[], StoredAgent>(
        'SELECT address AS agent, name, sampling_rate_least AS samplingRateLeast, sampling_rate_most AS samplingRateMost FROM agent ORDER BY id',
      ),
      readInterfaces: database.prepare<[], InterfaceRow>(
        'SELECT a.address AS agent, i.if_index AS ifIndex, i.name, i.speed, i.admin_up AS adminUp, i.oper_up AS operUp FROM interface i JOIN agent a ON a.id = i.agent',
      ),
    };
  }

  /** Ids made in a transaction that was rolled back are in no table. */
  forgetIds(): void {
    this.#ids.clear();
  }

  /** The number of an agent, given one where it is new. */
  agent(address: string): number {
    const known = this.#ids.get(address);
    if (known !== undefined) return known;
    const { id } = this.#statements.makeAgent.get(address)!;
    this.#ids.set(address, id);
    return id;
  }

  writeAgent({ agent, name, samplingRateLeast, samplingRateMost }: StoredAgent): void {
    this.#statements.putAgent.run(name, samplingRateLeast, samplingRateMost, this.agent(agent));
  }

  writeInterface({ agent, ifIndex, name, speed, adminUp, operUp }: StoredInterface): void {
    const state = (value: boolean | null): number | null => (value === null ? null : Number(value));
    const known = Number.isFinite(speed) ? speed : 0;
    this.#statements.putInterface.run(this.agent(agent), ifIndex, name, known, state(adminUp), state(operUp));
  }

  read(): { agents: StoredAgent[]; interfaces: StoredInterface[] } {
    const state = (value: number | null): boolean | null => (value === null ? null : value === 1);
    return {
      agents: this.#statements.readAgents.all(),
      interfaces: this.#statements.readInterfaces.all().map((row) => ({
        ...row,
        adminUp: state(row.adminUp),
        operUp: state(row.operUp),
      })),
    };
  }
}
