/** How well an agent does what sFlow asks of it: checks with what was found, and what to do. */

export type HealthState = 'ok' | 'warn' | 'crit' | 'waiting' | 'absent';

export type HealthCheck = {
  /** Stable name, such as 'sequence', 'pool', 'rate', 'polling', 'octets', 'frames', 'clock', 'size', 'features'. */
  id: string;
  label: string;
  state: HealthState;
  /** What was found, with its figures, in one sentence. */
  finding: string;
  /** What to do about it; '' where nothing is. */
  remedy: string;
  /** Which data source it is about; null: the agent. */
  dataSource: string | null;
};

export type AgentHealth = {
  agent: string;
  /** 0 to 100; null while there is not enough to tell. */
  score: number | null;
  state: HealthState;
  checks: HealthCheck[];
};

export type HealthApi = { health: () => AgentHealth[] };
