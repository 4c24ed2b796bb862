/** Every path of the interface. Dispatch and the OpenAPI document are both made from this list. */
import { flowExports } from './flow-export.ts';
import type { RestHost } from './host.ts';
import type { Route } from './route.ts';
import { flowRoutes } from './routes/flows.ts';
import { laterRoutes } from './routes/later.ts';
import { metricRoutes } from './routes/metrics.ts';
import { networkRoutes } from './routes/network.ts';
import { prometheusRoutes } from './routes/prometheus.ts';
import { serverRoutes } from './routes/server.ts';
import { thresholdRoutes } from './routes/thresholds.ts';

export function restRoutes(host: RestHost): { routes: readonly Route[]; stop(): void } {
  const exports = flowExports(host);
  return {
    routes: [
      ...serverRoutes,
      ...metricRoutes,
      ...flowRoutes,
      ...thresholdRoutes,
      ...networkRoutes,
      ...prometheusRoutes(exports),
      ...laterRoutes,
    ],
    stop: () => exports.stop(),
  };
}
