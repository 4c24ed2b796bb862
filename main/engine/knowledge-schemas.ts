/** The forms of what a user tells about the network: what a call may bring, and what is read back from the store. */
import * as v from 'valibot';
import { LOOK_UPS } from '../../shared/model/knowledge.ts';

/** Reads the documents of a shelf by title; those that cannot be read any more are left out, and said. */
export type KeptReader = <Schema extends v.GenericSchema>(
  shelf: string,
  schema: Schema,
) => Promise<Map<string, v.InferOutput<Schema>>>;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const lists = v.record(name, v.array(v.pipe(v.string(), v.maxLength(1024))));

export const knowledgeSchemas = {
  group: lists,
  map: lists,
  topology: v.object({
    nodes: v.optional(
      v.record(
        name,
        v.object({
          agent: v.optional(v.string()),
          ports: v.optional(
            v.record(
              name,
              v.object({
                ifindex: v.optional(
                  v.pipe(
                    v.union([v.string(), v.number()]),
                    v.transform(String),
                    v.regex(/^\d{1,10}$/, 'an ifindex is a whole number'),
                  ),
                ),
              }),
            ),
          ),
        }),
      ),
    ),
    links: v.optional(
      v.record(
        name,
        v.object({ node1: v.string(), port1: v.string(), node2: v.string(), port2: v.string() }),
      ),
    ),
  }),
  sources: v.object({
    countryFile: v.pipe(v.string(), v.maxLength(4096)),
    autonomousSystemFile: v.pipe(v.string(), v.maxLength(4096)),
    dns: v.object({
      lookUp: v.picklist(LOOK_UPS),
      servers: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(8)),
    }),
  }),
  ownNames: v.record(v.pipe(v.string(), v.maxLength(64)), v.pipe(v.string(), v.maxLength(1024))),
} as const;
