/**
 * The charts of a host or a virtual node: which metrics stand together in one picture. A chart is shown where the node
 * tells any of its metrics.
 */
import type { HostNode } from '../../../shared/model/metric.ts';
import type { ColourName } from '../../components/chart/palette.ts';

export type ChartLine = {
  metric: string;
  label: string;
  colour: ColourName;
  factor: number;
  filled: boolean;
};
export type HostChart = { id: string; title: string; unit: string; lines: readonly ChartLine[] };

const line = (
  metric: string,
  label: string,
  colour: ColourName,
  part: Partial<ChartLine> = {},
): ChartLine => ({
  metric,
  label,
  colour,
  factor: 1,
  filled: false,
  ...part,
});
const main = (metric: string, label: string, part: Partial<ChartLine> = {}): ChartLine =>
  line(metric, label, 's1', { filled: true, ...part });
const BITS = { factor: 8 };

const charts: readonly HostChart[] = [
  {
    id: 'cpu',
    title: 'CPU',
    unit: '%',
    lines: [
      main('cpu_utilization', 'in use'),
      line('cpu_user', 'user', 's3'),
      line('cpu_system', 'system', 's2'),
      line('cpu_wio', 'waiting for disks', 's4'),
      main('vir_cpu_utilization', 'in use'),
      main('app_cpu', 'in use'),
      main('cpu_1min', '1 min mean'),
    ],
  },
  {
    id: 'load',
    title: 'Load',
    unit: '',
    lines: [
      main('load_one', '1 min'),
      line('load_five', '5 min', 's3'),
      line('load_fifteen', '15 min', 's2'),
    ],
  },
  {
    id: 'memory',
    title: 'Memory',
    unit: '%',
    lines: [
      main('mem_utilization', 'in use'),
      line('swap_utilization', 'swap', 's2'),
      main('vir_mem_utilization', 'in use'),
      main('app_mem_utilization', 'in use'),
      main('switch_mem_utilization', 'in use'),
    ],
  },
  {
    id: 'heap',
    title: 'Heap',
    unit: 'octets',
    lines: [main('jvm_heap_used', 'used'), line('jvm_heap_committed', 'committed', 's3')],
  },
  {
    id: 'net',
    title: 'Network',
    unit: 'bit/s',
    lines: [
      main('bytes_in', 'in', BITS),
      line('bytes_out', 'out', 's3', BITS),
      main('vir_bytes_in', 'in', BITS),
      line('vir_bytes_out', 'out', 's3', BITS),
    ],
  },
  {
    id: 'drops',
    title: 'Drops and errors',
    unit: 'frames/s',
    lines: [
      line('drops_in', 'drops in', 'crit-fill'),
      line('drops_out', 'drops out', 's2'),
      line('errs_in', 'errors in', 's4'),
      line('errs_out', 'errors out', 's5'),
    ],
  },
  {
    id: 'disk',
    title: 'Disk',
    unit: 'octets/s',
    lines: [
      main('bytes_read', 'read'),
      line('bytes_written', 'written', 's2'),
      main('vir_bytes_read', 'read'),
      line('vir_bytes_written', 'written', 's2'),
    ],
  },
  {
    id: 'gpu',
    title: 'GPU',
    unit: '%',
    lines: [
      main('nvml_gpu_utilization', 'in use'),
      line('nvml_mem_utilization', 'memory', 's2'),
      main('vir_nvml_gpu_utilization', 'in use'),
    ],
  },
  {
    id: 'gpu-power',
    title: 'GPU power',
    unit: 'W',
    lines: [main('nvml_power', 'power')],
  },
  {
    id: 'requests',
    title: 'Requests',
    unit: '1/s',
    lines: [main('http_requests', 'all'), line('http_status_5xx', 'failed (5xx)', 'crit-fill')],
  },
  {
    id: 'operations',
    title: 'Operations',
    unit: '1/s',
    lines: [
      main('app_operations', 'all'),
      line('app_errors', 'failed', 'crit-fill'),
      main('memcache_cmd_get', 'gets'),
      line('memcache_cmd_set', 'sets', 's2'),
    ],
  },
  {
    id: 'threads',
    title: 'Threads',
    unit: 'count',
    lines: [main('jvm_threads_live', 'live')],
  },
];

/** Charts that say something only where it is not zero. */
const ONLY_WHERE_ANY: ReadonlySet<string> = new Set(['drops']);

/** The charts of a node, each with the lines that it tells. */
export function chartsOf({ metrics }: Pick<HostNode, 'metrics'>): HostChart[] {
  return charts
    .map((chart) => ({
      ...chart,
      lines: chart.lines.filter(({ metric }) => Number.isFinite(metrics[metric])),
    }))
    .filter(
      ({ id, lines }) =>
        lines.length > 0 && (!ONLY_WHERE_ANY.has(id) || lines.some(({ metric }) => metrics[metric]! > 0)),
    );
}
