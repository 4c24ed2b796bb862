/** What the interface asks with passes a port, which clones and takes no proxy. */
import { expect, it } from 'vitest';
import { reactive, ref, shallowReactive } from 'vue';
import { plain } from '../../renderer/api.ts';

it('takes proxies out at any depth, and leaves the rest as it is', () => {
  const bytes = new Uint8Array([1, 2]);
  const draft = ref({ name: 'one', settings: { lines: ['a'], deep: [{ on: true }] } });
  const given = [
    draft.value,
    { nested: draft.value.settings.deep },
    shallowReactive({ of: reactive([1]) }),
    bytes,
    null,
  ];
  expect(() => structuredClone(given)).toThrow();
  const sent = plain(given);
  expect(structuredClone(sent)).toEqual([
    { name: 'one', settings: { lines: ['a'], deep: [{ on: true }] } },
    { nested: [{ on: true }] },
    { of: [1] },
    bytes,
    null,
  ]);
  expect(sent[3]).toBe(bytes);
});
