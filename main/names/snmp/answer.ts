/** What SNMP told of one agent, as it is kept: plain, bounded, and without anything that the asking needed. */
import * as v from 'valibot';

/** Interfaces of one agent; as many as an agent of sFlow may have. */
export const MOST_INTERFACES = 16_384;
export const LONGEST_TEXT = 120;

const text = v.pipe(v.string(), v.maxLength(LONGEST_TEXT * 2));

/** Port → name (ifName, else ifDescr), alias (ifAlias) and speed in bit/s (ifHighSpeed, 0 where it is not told). */
export const snmpAnswer = v.object({
  sysName: text,
  atMs: v.number(),
  ports: v.pipe(
    v.array(v.tuple([v.pipe(v.number(), v.integer(), v.minValue(1)), text, text, v.number()])),
    v.maxLength(MOST_INTERFACES),
  ),
});

export type SnmpAnswer = v.InferOutput<typeof snmpAnswer>;
