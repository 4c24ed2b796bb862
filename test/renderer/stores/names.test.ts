// @vitest-environment happy-dom
/** Names that screens ask for while another question for names is still under way. */
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { createApi, startApi } from '../../../renderer/api.ts';
import { useNames } from '../../../renderer/stores/names.ts';
import { useScope } from '../../../renderer/stores/scope.ts';
import type { RpcMessage, RpcRequest } from '../../../shared/rpc.ts';

const asked: RpcRequest[] = [];
let hear: (message: RpcMessage) => void = () => {};
const settled = async () => {
  for (let turn = 0; turn < 8; turn++) await nextTick();
};
const answer = (request: RpcRequest) => {
  const addresses = request.args.at(-1) as string[];
  const value = addresses.map((address) => ({ name: `host ${address}`, origin: 'own' }));
  hear({ type: 'answer', id: request.id, value });
};

beforeEach(() => {
  asked.length = 0;
  setActivePinia(createPinia());
  startApi(
    createApi({
      send: (message) => message.type === 'request' && asked.push(message),
      onMessage: (listener) => {
        hear = listener;
      },
      onClose: () => {},
    }),
  );
  useScope().setWorkspace('live', 'live');
});

it('asks for what came on the screen meanwhile, without anybody saying so again', async () => {
  const names = useNames();
  names.show(['10.0.0.1']);
  await settled();
  names.show(['10.0.0.2']);
  await settled();
  expect(asked.map(({ args }) => args)).toEqual([[['10.0.0.1']]]);
  answer(asked[0]!);
  await settled();
  expect(asked.at(-1)!.args).toEqual([['10.0.0.2']]);
  answer(asked[1]!);
  await settled();
  expect(names.nameOf('10.0.0.2')?.name).toBe('host 10.0.0.2');
  expect(asked).toHaveLength(2);
});

it('asks for all of a long list in parts, and does not go on asking where nobody answers', async () => {
  const names = useNames();
  names.show(Array.from({ length: 1500 }, (_, index) => `10.0.${index >> 8}.${index & 255}`));
  await settled();
  answer(asked[0]!);
  await settled();
  expect(asked.map(({ args }) => (args[0] as string[]).length)).toEqual([1000, 500]);
  hear({ type: 'failure', id: asked[1]!.id, kind: 'internal', message: 'no' });
  await settled();
  expect(asked).toHaveLength(2);
});

it('asks of the new moment what was asked for of the old one', async () => {
  const scope = useScope();
  const names = useNames();
  scope.observe({ kind: 'live', nowMs: 100_000, interval: { fromMs: 0, toMs: 100_000 } });
  scope.travelTo(50_000);
  await settled();
  names.show(['10.0.0.1']);
  await settled();
  scope.travelTo(20_000);
  await settled();
  names.show(['10.0.0.1']);
  answer(asked[0]!);
  await settled();
  expect(names.nameOf('10.0.0.1')).toBeNull();
  expect(asked.at(-1)!.args).toEqual([20_000, ['10.0.0.1']]);
});
