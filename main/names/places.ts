/** The two files of places that a user may point to, looked at now and then for changes while there is one. */
import type { NameSources, NameSourcesStatus } from '../../shared/model/knowledge.ts';
import {
  AUTONOMOUS_SYSTEMS,
  type AutonomousSystem,
  COUNTRIES,
  type Country,
  PlaceFile,
} from './place-file.ts';

/** How often files are looked at for changes. */
const FILES_EVERY_MS = 30_000;

type Files = Pick<NameSources, 'countryFile' | 'autonomousSystemFile'>;

export class Places {
  readonly #countries = new PlaceFile<Country>(COUNTRIES);
  readonly #systems = new PlaceFile<AutonomousSystem>(AUTONOMOUS_SYSTEMS);
  readonly #later: (run: () => void, ms: number) => void;
  readonly #changed: () => void;
  #hasFile = false;
  #isWatching = false;
  #isStopped = false;

  /** `changed` is told when a file says something else than before. */
  constructor({ later, changed }: { later: (run: () => void, ms: number) => void; changed: () => void }) {
    this.#later = later;
    this.#changed = changed;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Uses the files at these paths, '' for none. Never rejects: what is wrong with a file is said by the status. */
  async use({ countryFile, autonomousSystemFile }: Files): Promise<void> {
    this.#hasFile = countryFile !== '' || autonomousSystemFile !== '';
    await Promise.all([this.#countries.use(countryFile), this.#systems.use(autonomousSystemFile)]);
    this.#watch();
  }

  #watch(): void {
    if (this.#isWatching || !this.#hasFile) return;
    this.#isWatching = true;
    this.#later(() => {
      this.#isWatching = false;
      if (!this.#isStopped) void this.refresh();
    }, FILES_EVERY_MS);
  }

  /** Reads the files again that have changed; done by itself every half minute. */
  async refresh(): Promise<void> {
    const changed = await Promise.all([this.#countries.refresh(), this.#systems.refresh()]);
    if (changed.includes(true)) this.#changed();
    this.#watch();
  }

  country(address: string): Country | null {
    return this.#countries.find(address);
  }
  autonomousSystem(address: string): AutonomousSystem | null {
    return this.#systems.find(address);
  }

  /** Why a file cannot be used, one sentence each. */
  get problems(): string[] {
    return [this.#countries.problem, this.#systems.problem].filter((problem) => problem !== '');
  }

  status(): Pick<
    NameSourcesStatus,
    'countryProblem' | 'autonomousSystemProblem' | 'countryAbout' | 'autonomousSystemAbout'
  > {
    return {
      countryProblem: this.#countries.problem,
      autonomousSystemProblem: this.#systems.problem,
      countryAbout: this.#countries.about,
      autonomousSystemAbout: this.#systems.about,
    };
  }
}
