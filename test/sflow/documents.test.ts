/** The datagrams that the articles about sFlow print, made again by the builder and read back in every way. */
import { describe, expect, it } from 'vitest';
import { interfaceStatuses } from '../../main/engine/ports.ts';
import { FlowTable } from '../../main/flows/table.ts';
import { CounterSeries } from '../../main/metrics/counter-series.ts';
import { Counters } from '../../main/metrics/counters.ts';
import { describeHeader } from '../../main/packet/describe.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { SflowtoolFormat } from '../../main/sflow/sflowtool/format.ts';
import { type SampleDescription, writeDatagram } from '../../main/sflow/write.ts';
import { hex } from '../packet/frames.ts';

const TCP_HEADER = hex(
  '08-00-27-09-5C-F7-08-00-27-B8-32-6D-08-00-45-C0-00-34-60-79-40-00-01-06-03-7E-0A-00-00-88-0A-00-00-86-84-47-00-B3-50-6C-E7-E7-D8-49-29-17-80-10-00-ED-15-34-00-00-01-01-08-0A-18-09-85-3A-23-8C-C6-61',
);
const SWITCH_HEADER = hex(
  `6C-64-1A-00-04-5E-E8-E7-32-77-E2-B5-08-00-45-00-05-DC-63-06-40-00-40-06-9E-21-0A-64-0A-97-0A-64-14-96-9A-6D-13-89-4A-0C-4A-42-EA-3C-14-B5-80-10-00-2E-AB-45-00-00-01-01-08-0A-5D-B2-EB-A5-15-ED-48-B7-${Array.from({ length: 62 }, (_, i) => (0x30 + ((i + 4) % 10)).toString(16)).join('-')}`,
);

/** What sflowtool prints for a datagram of these samples, as field → value (the last of a name). */
function printed(...samples: SampleDescription[]): Record<string, string> {
  const bytes = writeDatagram({
    agent: '10.0.0.30',
    subAgentId: 100_000,
    sequenceNumber: 340_132,
    uptimeMs: 17_479_000,
    samples,
  });
  const text = new SflowtoolFormat('text').print(bytes, new DataView(bytes.buffer), 0, bytes.length, {
    seconds: 1,
    microseconds: 0,
    fromFile: false,
    source: null,
  });
  return Object.fromEntries(
    text.split('\n').map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );
}

const tcpSample: SampleDescription = {
  kind: 'flow_sample',
  sequenceNumber: 153_026,
  dataSourceIndex: 2,
  samplingRate: 10,
  samplePool: 1_530_260,
  input: 1_073_741_823,
  output: 2,
  records: [
    {
      name: 'extended_tcp_info',
      fields: {
        dir: 2,
        snd_mss: 1448,
        rcv_mss: 536,
        unacked: 0,
        lost: 0,
        retrans: 0,
        pmtu: 1500,
        rtt: 773,
        rttvar: 137,
        snd_cwnd: 10,
        reordering: 3,
        min_rtt: 0,
      },
    },
    { name: 'sampled_header', fields: { protocol: 1, frame_length: 84, stripped: 4, header: TCP_HEADER } },
  ],
};

const hostSample: SampleDescription = {
  kind: 'counters_sample',
  sequenceNumber: 876,
  dataSourceClass: 2,
  dataSourceIndex: 1,
  records: [
    {
      name: 'host_memory',
      fields: {
        mem_total: 2_056_589_312,
        mem_free: 1_100_533_760,
        mem_shared: 0,
        mem_buffers: 33_464_320,
        mem_cached: 807_546_880,
        swap_total: 0,
        swap_free: 0,
        page_in: 35_947,
        page_out: 0,
        swap_in: 0,
        swap_out: 0,
      },
    },
    {
      name: 'host_cpu',
      fields: {
        load_one: 0.39,
        load_five: 0.44,
        load_fifteen: 0.43,
        proc_run: 1,
        proc_total: 95,
        cpu_num: 2,
        cpu_speed: 0,
        uptime: 770_774,
        cpu_user: 160_600_160,
        cpu_nice: 192_970,
        cpu_system: 77_855_100,
        cpu_idle: 1_302_586_110,
        cpu_wio: 4650,
        cpu_intr: 0,
        cpu_sintr: 308_370,
        interrupts: 1_851_322_098,
        contexts: 800_650_455,
      },
    },
    {
      name: 'host_net_io',
      fields: {
        bytes_in: 405_248_572_711n,
        pkts_in: 394_079_084,
        errs_in: 0,
        drops_in: 0,
        bytes_out: 406_139_719_695n,
        packets_out: 394_667_262,
        errs_out: 0,
        drops_out: 0,
      },
    },
    {
      name: 'host_descr',
      fields: {
        hostname: 'cumulus',
        uuid: hex('fd-01-78-45-93-93-42-03-a0-5a-a3-d7-42-ac-3c-de'),
        machine_type: 7,
        os_name: 2,
        os_release: '3.2.46-1+deb7u1+cl2+1',
      },
    },
  ],
};

const portSample = (octets: number): SampleDescription => ({
  kind: 'counters_sample',
  sequenceNumber: 876 + octets,
  dataSourceIndex: 44,
  records: [
    { name: 'port_name', fields: { name: 'swp42' } },
    {
      name: 'if_counters',
      fields: {
        ifIndex: 44,
        ifType: 6,
        ifSpeed: 0,
        ifDirection: 2,
        ifStatus: 0,
        ifInOctets: octets,
        ifInUcastPkts: 0,
        ifInMulticastPkts: 0,
        ifInBroadcastPkts: 0,
        ifInDiscards: 0,
        ifInErrors: 0,
        ifInUnknownProtos: 4_294_967_295,
        ifOutOctets: 0,
        ifOutUcastPkts: 0,
        ifOutMulticastPkts: 0,
        ifOutBroadcastPkts: 0,
        ifOutDiscards: 0,
        ifOutErrors: 0,
        ifPromiscuousMode: 0,
      },
    },
  ],
});

function learn(...samples: SampleDescription[]): { network: Network; counters: Counters; paths: FlowTable } {
  const network = new Network();
  const counters = new Counters();
  const paths = new FlowTable([]);
  const reader = new SampleReader(network, {
    flow: (sample) => paths.add(sample, 0),
    counters: (agent, stream, datagram, sample, timeMs) =>
      void counters.observe(agent, stream, datagram, sample, timeMs),
    arrival() {},
    restarted() {},
  });
  for (const [i, sample] of samples.entries()) {
    const bytes = writeDatagram({
      agent: '10.0.0.30',
      sequenceNumber: i + 1,
      uptimeMs: 30_000 * (i + 1),
      samples: [sample],
    });
    reader.read(bytes, new DataView(bytes.buffer), 0, bytes.length, 30_000 * (i + 1), null);
  }
  return { network, counters, paths };
}

describe('network performance monitoring', () => {
  it('has the TCP round trip beside the header it belongs to', () => {
    expect(printed(tcpSample)).toMatchObject({
      sampleSequenceNo: '153026',
      sourceId: '0:2',
      meanSkipCount: '10',
      samplePool: '1530260',
      inputPort: '1073741823',
      outputPort: '2',
      tcpinfo_direction: 'sent',
      tcpinfo_send_mss: '1448',
      tcpinfo_receive_mss: '536',
      tcpinfo_path_mtu: '1500',
      tcpinfo_rtt_uS: '773',
      tcpinfo_rtt_uS_var: '137',
      tcpinfo_send_congestion_win: '10',
      tcpinfo_reordering: '3',
      tcpinfo_rtt_uS_min: '0',
    });
  });

  it('reads the header: addresses, ports, and the identification in both spellings', () => {
    expect(printed(tcpSample)).toMatchObject({
      dstMAC: '080027095cf7',
      srcMAC: '080027b8326d',
      srcIP: '10.0.0.136',
      dstIP: '10.0.0.134',
      IPProtocol: '6',
      TCPSrcPort: '33863',
      TCPDstPort: '179',
      TCPFlags: '16',
      // The frame without FCS and Ethernet header, and what IP says of itself: two numbers.
      IPSize: '66',
      'ip.tot_len': '52',
      // As sflowtool prints it; the number itself is below.
      IPID: '31072',
    });
    const ip = describeHeader(TCP_HEADER, 0, TCP_HEADER.length, 1).find(({ name }) => name === 'IPv4')!;
    const field = (name: string) => ip.fields.find((one) => one.name === name)?.value;
    expect({
      id: field('identification'),
      ttl: field('time to live'),
      length: field('total length'),
    }).toEqual({ id: 24_697, ttl: 1, length: 52 });
  });
});

describe('a switch that runs Linux', () => {
  it('tells of itself as a host, in 64 bits where it needs them', () => {
    expect(printed(hostSample)).toMatchObject({
      packetSequenceNo: '340132',
      sysUpTime: '17479000',
      sourceId: '2:1',
      mem_total: '2056589312',
      cpu_load_one: '0.390',
      cpu_idle: '1302586110',
      nio_bytes_in: '405248572711',
      nio_bytes_out: '406139719695',
      hostname: 'cumulus',
      // The article's sflowtool put a hyphen between all octets; 6.11 does not.
      UUID: 'fd017845-9393-4203-a05a-a3d742ac3cde',
      machine_type: '7',
      os_name: '2',
      os_release: '3.2.46-1+deb7u1+cl2+1',
    });
    expect(learn(hostSample).network.agents[0]!.name).toBe('cumulus');
  });

  it('shows a port without a speed by its name, and what is not reported as that', () => {
    expect(printed(portSample(0))).toMatchObject({
      ifName: 'swp42',
      ifSpeed: '0',
      ifDirection: '2',
      ifInUnknownProtos: '4294967295',
    });
    const { network, counters, paths } = learn(portSample(0), portSample(3000));
    const [port] = interfaceStatuses(
      { network, counters, paths: { table: paths, originMs: 0, stepMs: 1000 }, provenance: 'capture' },
      { fromMs: 0, toMs: 90_000 },
    );
    expect(port).toMatchObject({
      name: 'swp42',
      speed: 0,
      operUp: false,
      counters: { inBitsPerSecond: 800, inErrors: 0 },
    });
    const series = counters.series(network.agents[0]!, 44)!;
    expect(series).toBeInstanceOf(CounterSeries);
    expect(series.at(0, 6)).toBeNaN();
  });

  it('samples at the rate it states, by pool and sequence number', () => {
    const sample = (i: number): SampleDescription => ({
      kind: 'flow_sample',
      sequenceNumber: 1_022_129 + i,
      dataSourceIndex: 7,
      samplingRate: 128,
      samplePool: 130_832_512 + 128 * i,
      input: 7,
      output: 10,
      records: [
        {
          name: 'sampled_header',
          fields: { protocol: 1, frame_length: 1518, stripped: 4, header: SWITCH_HEADER },
        },
      ],
    });
    expect(printed(sample(0))).toMatchObject({
      srcIP: '10.100.10.151',
      dstIP: '10.100.20.150',
      TCPSrcPort: '39533',
      TCPDstPort: '5001',
      TCPFlags: '16',
      IPSize: '1500',
      'ip.tot_len': '1500',
    });
    const { network } = learn(...Array.from({ length: 60 }, (_, i) => sample(i)));
    const [agent] = network.status(() => 0);
    expect(agent!.sources).toEqual([
      {
        dataSourceClass: 0,
        dataSourceIndex: 7,
        name: '10.0.0.30 › if 7',
        samples: 60,
        lost: 0,
        late: 0,
        duplicates: 0,
        dropped: 0,
        statedRate: 128,
        effectiveRate: 128,
        gapVariation: null,
      },
    ]);
  });
});

describe('a Linux service', () => {
  it('is a virtual node of its host, with no division by what it does not limit', () => {
    const service: SampleDescription = {
      kind: 'counters_sample',
      sequenceNumber: 50,
      dataSourceClass: 3,
      dataSourceIndex: 112_270,
      records: [
        { name: 'virt_memory', fields: { memory: 16_674_816, maxMemory: 0 } },
        { name: 'virt_cpu', fields: { state: 1, cpuTime: 180, nrVirtCpu: 0 } },
        { name: 'host_parent', fields: { container_type: 2, container_index: 1 } },
        {
          name: 'host_descr',
          fields: {
            hostname: 'apache2.service',
            machine_type: 3,
            os_name: 2,
            os_release: '4.4.0-45-generic',
          },
        },
      ],
    };
    expect(printed(service)).toMatchObject({
      sourceId: '3:112270',
      parent_dsClass: '2',
      parent_dsIndex: '1',
      hostname: 'apache2.service',
      machine_type: '3',
      os_release: '4.4.0-45-generic',
      vmem_memory: '16674816',
      vmem_maxMemory: '0',
      vcpu_state: '1',
      vcpu_cpu_mS: '180',
      vcpu_cpuCount: '0',
    });
    // The host is named by its own description, never by one of its services.
    expect(learn(hostSample, service).network.agents[0]!.name).toBe('cumulus');
  });
});
