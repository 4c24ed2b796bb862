/** The forms of names of interfaces and of SNMP: what a call may bring, and what is read back from the store. */
import * as v from 'valibot';
import {
  SNMP_AUTHENTICATIONS,
  SNMP_ENCRYPTIONS,
  SNMP_LEVELS,
  SNMP_VERSIONS,
} from '../../shared/model/interface-name.ts';

const address = v.pipe(v.string(), v.maxLength(64));
const secret = v.union([v.boolean(), v.pipe(v.string(), v.maxLength(256))]);
const access = v.strictObject({
  version: v.picklist(SNMP_VERSIONS),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  community: secret,
  user: v.pipe(v.string(), v.maxLength(64)),
  level: v.picklist(SNMP_LEVELS),
  authentication: v.picklist(SNMP_AUTHENTICATIONS),
  authenticationKey: secret,
  encryption: v.picklist(SNMP_ENCRYPTIONS),
  encryptionKey: secret,
});

export const namingSchemas = {
  ownInterfaces: v.pipe(
    v.array(
      v.strictObject({
        agent: address,
        ifIndex: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0x3fff_fffe)),
        name: v.pipe(v.string(), v.maxLength(1024)),
      }),
    ),
    v.maxLength(100_000),
  ),
  snmp: v.strictObject({
    enabled: v.boolean(),
    everyMinutes: v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(10_080)),
    within: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(1000)),
    access,
    agents: v.pipe(
      v.array(v.strictObject({ agent: address, address, access: v.nullable(access) })),
      v.maxLength(4096),
    ),
  }),
} as const;
