/**
 * REST of the desktop program: off until it is switched on, on loopback without a token, and on again at the next
 * start where it was left on. Under `serve` it only says where the door is.
 */
import type { RestSettings, RestStatus } from '../../shared/model/rest.ts';
import { RpcError } from '../../shared/rpc.ts';
import type { Host } from './host.ts';
import { type HttpDoor, openDoor } from './http.ts';

const ADDRESS = '127.0.0.1';

export type RestSwitchOptions = {
  host: Pick<Host, 'attach' | 'call' | 'openCapture' | 'workspaces'>;
  version: string;
  /** The built interface, for the explorer; null where there is nothing to switch. */
  rendererRoot: string | null;
  settings: RestSettings;
  /** Keeps the settings; throws where they cannot be kept. */
  keep: (settings: RestSettings) => void;
};

export class RestSwitch {
  readonly #options: RestSwitchOptions;
  #settings: RestSettings;
  #door: HttpDoor | null = null;
  #problem = '';
  /** The door of `serve`. */
  #served: { address: string; needsToken: boolean } | null = null;
  /** One change after the other. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(options: RestSwitchOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  /** Opens the door where it was left open; what hinders it is in the status. */
  start(): Promise<void> {
    return this.#apply(this.#settings);
  }

  /** Under `serve`: where the door is. */
  servedAt(address: string, needsToken: boolean): void {
    this.#served = { address, needsToken };
  }

  status(): RestStatus {
    if (this.#served)
      return {
        ...{
          enabled: true,
          port: Number(new URL(this.#served.address).port),
          switchable: false,
          problem: '',
        },
        ...this.#served,
      };
    return {
      ...this.#settings,
      address: this.#door?.address ?? '',
      switchable: this.#options.rendererRoot !== null,
      needsToken: false,
      problem: this.#problem,
    };
  }

  async set(settings: RestSettings): Promise<RestStatus> {
    if (this.#served || this.#options.rendererRoot === null)
      throw new RpcError('refused', 'The command line of “weir serve” says where REST is; see --http.');
    const change = this.#changing.then(() => this.#apply(settings));
    this.#changing = change;
    await change;
    try {
      this.#options.keep(settings);
    } catch {
      this.#problem ||= 'The switch could not be written to the settings; it holds until Weir is closed.';
    }
    return this.status();
  }

  async stop(): Promise<void> {
    await this.#door?.stop();
    this.#door = null;
  }

  async #apply(settings: RestSettings): Promise<void> {
    const { rendererRoot, host, version } = this.#options;
    this.#settings = settings;
    this.#problem = '';
    await this.stop();
    if (!settings.enabled || rendererRoot === null) return;
    try {
      this.#door = await openDoor({
        ...{ host, version, rendererRoot, address: ADDRESS, port: settings.port },
        token: null,
        withInterface: false,
      });
    } catch (error) {
      this.#problem = /in use/.test(error instanceof Error ? error.message : '')
        ? `Port ${settings.port} is used by another program; choose another port.`
        : 'The port could not be opened; choose another port.';
    }
  }
}
