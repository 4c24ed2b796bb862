/** “Real-time web analytics” (acceptance T15): HTTP samples of a web server, asked over REST as the article does. */
import { createSocket } from 'node:dgram';
import { expect, it, onTestFinished } from 'vitest';
import { writeDatagram } from '../../main/sflow/write.ts';
import { record } from '../flows/sampled.ts';
import { listening } from './door.ts';

type Flow = { flowN: number; agent: string; value: number; dataSource: string; key: string };

const PAGES = ['/login.php', '/games/a.png', '/games/b.php', '/search.php', '/index.php'];

/** Request `i` of a server that answers page p in 5 − p milliseconds, sampled one in ten. */
function request(i: number): Uint8Array {
  const page = i % PAGES.length;
  const http = {
    ...{ method: 2, protocol: 1001, uri: `http://h${PAGES[page]}` },
    mime_type: page === 1 ? 'image/png' : 'text/html',
    ...{ req_bytes: 100n, resp_bytes: 5000n, uS: 1000 * (5 - page), status: page === 3 ? 404 : 200 },
  };
  return writeDatagram({
    ...{ agent: '10.0.0.5', sequenceNumber: i + 1, uptimeMs: 100 * i },
    samples: [
      {
        kind: 'flow_sample',
        ...{ sequenceNumber: i + 1, dataSourceClass: 3, dataSourceIndex: 80, samplingRate: 10 },
        ...{ samplePool: 10 * i, input: 0, output: 0x3fff_ffff },
        records: [record('http_request', http, 2206)],
      },
    ],
  });
}

it('ranks the slowest pages of a web server, by their duration and not by a rate', async () => {
  const { rest, port } = await listening();
  const definitions = {
    image_bytes: "{value:'resp_bytes',t:10,filter:'httpmimetype~image/.*'}",
    games_reqs: "{value:'requests',t:10,filter:'uri:httpurl:path~/games/.*'}",
    slow_reqs: "{keys:'uri:httpurl:path',value:'duration',t:10,n:5}",
    err_reqs: "{keys:'httpurl,httpstatus',value:'requests',t:10,n:5,filter:'httpstatus~[45]..'}",
    reqs: "{keys:'httpurl',value:'requests',t:10,n:5,log:true,flowStart:true}",
  };
  for (const [name, body] of Object.entries(definitions)) await rest.put(`/flow/${name}/json`, body);

  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  for (let i = 0; i < 100; i++) socket.send(request(i), port, '127.0.0.1');
  // A flow's log tells when all five pages were heard, without a look at the clock.
  const heard = new Set<string>();
  for (let flowID = -1; heard.size < PAGES.length; ) {
    const path = `/flows/json?name=reqs&maxFlows=100&timeout=20&flowID=${flowID}`;
    const starts = await rest.get<{ flowID: number; flowKeys: string }[]>(path);
    expect(starts.length).toBeGreaterThan(0);
    flowID = starts[0]!.flowID;
    for (const { flowKeys } of starts) heard.add(flowKeys);
  }

  const slow = await rest.get<Flow[]>('/activeflows/ALL/slow_reqs/json?maxFlows=5');
  expect(slow.map(({ key }) => key)).toEqual(PAGES);
  expect(slow.map(({ value }) => Math.round(value))).toEqual([5000, 4000, 3000, 2000, 1000]);
  for (const { agent, dataSource } of slow)
    expect({ agent, dataSource }).toEqual({ agent: '10.0.0.5', dataSource: '3.80' });
  const errors = await rest.get<Flow[]>('/activeflows/ALL/err_reqs/json');
  expect(errors.map(({ key }) => key)).toEqual(['http://h/search.php,404']);
  for (const name of ['image_bytes', 'games_reqs']) {
    const [value] = await rest.get<{ metricValue: number }[]>(`/metric/10.0.0.5/3.80.${name}/json`);
    expect(value!.metricValue, name).toBeGreaterThan(0);
  }
});
