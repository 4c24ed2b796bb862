/**
 * What a UDP payload looks like, told from its first octets: sFlow, or one of its cousins that people point at
 * the wrong port. It decides what the capture reader hands on and what "nothing useful arrives" says.
 */

export type DatagramClass = 'sFlow' | 'NetFlow v5' | 'NetFlow v9' | 'IPFIX' | 'unknown';

/** Header of the shortest sFlow 5 datagram: version, agent (type, IPv4), sub-agent, sequence, uptime, count. */
const SFLOW5_LEAST_OCTETS = 28;
/** Versions 2 and 4 have no sub-agent. */
const SFLOW4_LEAST_OCTETS = 24;
const IPV6_EXTRA_OCTETS = 12;

/** Whether the payload start ≤ o < end begins as an sFlow datagram of version 2, 4 or 5. */
export function looksLikeSflow(view: DataView, start: number, end: number): boolean {
  const octets = end - start;
  if (octets < SFLOW4_LEAST_OCTETS) return false;
  const version = view.getUint32(start);
  if (version !== 5 && version !== 4 && version !== 2) return false;
  const agentType = view.getUint32(start + 4);
  if (agentType !== 1 && agentType !== 2) return false;
  const least = version === 5 ? SFLOW5_LEAST_OCTETS : SFLOW4_LEAST_OCTETS;
  return octets >= least + (agentType === 2 ? IPV6_EXTRA_OCTETS : 0);
}

/**
 * What a datagram looks like. Beside sFlow: NetFlow v5 (version, then 1 to 30 records of 48 octets), v9
 * (version and record count, RFC 3954), IPFIX (version and its own length, RFC 7011).
 */
export function classifyDatagram(bytes: Uint8Array): DatagramClass {
  return classifyPayload(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.byteLength);
}

/** The same for a payload that lies in a larger buffer. */
export function classifyPayload(view: DataView, start: number, end: number): DatagramClass {
  if (looksLikeSflow(view, start, end)) return 'sFlow';
  const octets = end - start;
  if (octets < 16) return 'unknown';
  const version = view.getUint16(start);
  const second = view.getUint16(start + 2);
  if (version === 5 && second >= 1 && second <= 30 && octets >= 24 + 48 * second) return 'NetFlow v5';
  if (version === 9 && second >= 1 && octets >= 20 && octets >= 20 + 4 * second) return 'NetFlow v9';
  if (version === 10 && second === octets) return 'IPFIX';
  return 'unknown';
}
