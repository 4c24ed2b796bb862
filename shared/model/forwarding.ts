/** Received datagrams sent on, byte for byte, to other collectors. */

/** `address` is an IP address: a name would have to be looked up again and again. */
export type ForwardingTarget = { address: string; port: number };

export type ForwardingStatus = {
  name: string;
  target: ForwardingTarget;
  sent: number;
  /** Datagrams that found the queue full, came from the target itself, or that the system refused to send. */
  dropped: number;
  /** One plain sentence where it does not work now, else ''. */
  problem: string;
};

/** Of the live workspace; a capture receives nothing that could be sent on. */
export type ForwardingApi = {
  'forwarding.list': () => ForwardingStatus[];
  /** Refused where the target is a port that Weir itself listens on. */
  'forwarding.put': (name: string, target: ForwardingTarget) => ForwardingTarget;
  'forwarding.delete': (name: string) => null;
};
