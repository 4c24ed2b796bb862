/**
 * What a user asks for in the inspector: the filter language of all other screens, asked of one sample, and the key
 * `record`, by tag or name, that only the inspector has. What is said of the packet holds for flow samples only; a
 * counter sample is there where all that is said of it holds without.
 */
import { FilterError, type FilterTest, type FilterValue } from '../../shared/filter/filter.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import type { FlowKeyDescription } from '../../shared/model/catalog.ts';
import type { FilterProblem } from '../../shared/model/question.ts';
import { joinTests, problemIn } from '../flows/filter.ts';
import { compileTest } from '../flows/filter-test.ts';
import { type FunctionContext, NO_CONTEXT } from '../flows/functions/context.ts';
import type { Sample } from '../samples/sample.ts';
import { type Space, tagOf } from '../sflow/field.ts';
import { structures } from '../sflow/registry.ts';
import type { Records } from '../sflow/sample.ts';

const RECORD = 'record';

/** What only a filter of the inspector knows. */
export const inspectorKeys: readonly FlowKeyDescription[] = [
  {
    name: RECORD,
    label: 'Record',
    type: 'text',
    about: 'A record or sample that is there, by its tag (0:1003, flow 0:1) or its name or a part of it.',
  },
];

/** A sample as it is looked at: its own tag, its records, and its packet where it has one. */
export type Inspected = {
  space: 'flow' | 'counter';
  sampleTag: number;
  records: Records | null;
  packet: Sample | null;
};
export type InspectedTest = (inspected: Inspected) => boolean;

/** Compiles a filter; null for one that says nothing. Throws FilterError with a sentence and a place. */
export function compileInspected(text: string, context: FunctionContext): InspectedTest | null {
  const expression = parseFilter(text);
  if (expression === null) return null;
  return joinTests<Inspected>(expression, (test) => {
    if (test.left.text === RECORD) return compileRecordTest(test);
    const holds = compileTest(test, context.names, context);
    return ({ packet }) => packet !== null && holds(packet);
  });
}

/** What is wrong with a filter, and where; null where nothing is. */
export function inspectedProblem(text: string): FilterProblem | null {
  return problemIn(() => compileInspected(text, NO_CONTEXT));
}

function compileRecordTest({ operator, values, left }: FilterTest): InspectedTest {
  if (operator === '~' || operator === '!~')
    throw new FilterError(
      `At position ${left.start + 1}, ${RECORD} takes a tag or a part of a name, as in ${RECORD}=gateway, and no regular expression.`,
      left,
    );
  const tests = values.map(compileRecord);
  const result = operator === '=';
  return (inspected) => tests.some((test) => test(inspected)) === result;
}

/** '0:1003' means that tag among records and samples, 'flow 0:1' of one space only, a text the structures whose name is or holds it. */
function compileRecord(value: FilterValue): InspectedTest {
  const wanted = (value.text ?? 'null').trim().toLowerCase().replaceAll(' ', '_');
  const tags: Record<Space, Set<number>> = { flow: new Set(), counter: new Set(), sample: new Set() };
  const byTag = /^(?:(flow|counter|sample)_)?(\d{1,7}):(\d{1,4})$/.exec(wanted);
  if (byTag) {
    const tag = tagOf(Number(byTag[2]), Number(byTag[3]));
    for (const space of SPACES) if (byTag[1] === undefined || byTag[1] === space) tags[space].add(tag);
  } else {
    const all = SPACES.flatMap((space) => [...structures[space].values()]);
    const exact = all.filter(({ name }) => name.toLowerCase() === wanted);
    const found = exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase().includes(wanted));
    if (found.length === 0)
      throw new FilterError(
        `There is no record “${value.text ?? 'null'}” (at position ${value.start + 1}); write a name as in extended_gateway, or a tag as in 0:1003.`,
        value,
      );
    for (const { space, tag } of found) tags[space].add(tag);
  }
  return ({ space, sampleTag, records }) => {
    if (tags.sample.has(sampleTag)) return true;
    if (records === null) return false;
    const asked = tags[space];
    for (let i = 0; i < records.count; i++) if (asked.has(records.tag[i]!)) return true;
    return false;
  };
}

const SPACES = ['flow', 'counter', 'sample'] as const;
