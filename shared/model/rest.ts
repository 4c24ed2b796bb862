/** Whether other programs may ask Weir by HTTP, and where. */

/** On loopback; off until it is switched on. */
export type RestSettings = { enabled: boolean; port: number };

export type RestStatus = RestSettings & {
  /** Where it answers, 'http://127.0.0.1:8008/'; '' where it does not. */
  address: string;
  /** False under `serve`, whose command line decides. */
  switchable: boolean;
  needsToken: boolean;
  /** One plain sentence where it was switched on and does not answer, else ''. */
  problem: string;
};
