/**
 * The counters of MIB-2 that a host tells of its protocol stack (0:2007 to 0:2010). No sFlow-RT names of them are
 * known; they are named as sFlow-RT names those of interfaces: as the document does, in lower case.
 */
import type { Field } from '../../sflow/field.ts';
import { structureByTag } from '../../sflow/registry.ts';
import { level, type MetricLine, Plan, rate } from '../line.ts';

/** 'tcpRetransSegs' reads 'TCP retrans segs'. */
function labelOf(field: string): string {
  const [protocol, ...words] = field.replace(/([A-Z]+(?![a-z])|[A-Z][a-z0-9]*)/g, ' $1').split(' ');
  return [
    protocol!.toUpperCase(),
    ...words.map((word) => (/^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase())),
  ]
    .filter((word) => word !== '')
    .join(' ');
}

function lineOf(field: Field): MetricLine {
  const isCounter = 'unknown' in field && field.unknown !== null;
  const name = field.name.toLowerCase();
  return isCounter
    ? rate(name, field.name, '1/s', labelOf(field.name))
    : level(name, field.name, field.unit === 'ms' ? 'ms' : '', labelOf(field.name));
}

export const protocolStackPlans = [2007, 2008, 2009, 2010].map(
  (tag) => new Plan('Protocol stack', tag, structureByTag('counter', tag)!.fields.map(lineOf)),
);
