/** Where calls for other programs point to. */
import { expect, it } from 'vitest';
import { restOrigin } from '../../renderer/rest-origin.ts';

it('is where Weir answers, as this window can reach it, and says where nothing answers', () => {
  const served = { protocol: 'https:', origin: 'https://weir.example:8443' };
  const window = { protocol: 'app:', origin: 'app://weir' };
  const on = { address: 'http://127.0.0.1:9001/', port: 9001 };
  expect(restOrigin(on, served)).toEqual({ origin: 'https://weir.example:8443', answers: true });
  expect(restOrigin(on, window)).toEqual({ origin: 'http://127.0.0.1:9001', answers: true });
  expect(restOrigin({ address: '', port: 9001 }, window)).toEqual({
    origin: 'http://127.0.0.1:9001',
    answers: false,
  });
});
