/**
 * How to make a switch send sFlow here, by what runs on it. The text may be pasted as it is; what one has to fill
 * in stands in angle brackets. Sampling 1 in 10 000 suits ports of 10 Gbit/s, polling every 30 s any of them.
 */

export type Vendor = {
  id: string;
  label: string;
  /** Where the text goes. */
  where: string;
  text: (address: string, port: number) => string;
};

export const vendors: readonly Vendor[] = [
  {
    id: 'hsflowd',
    label: 'Host sFlow',
    where: 'In /etc/hsflowd.conf, then: sudo systemctl restart hsflowd',
    text: (address, port) => `sflow {
  collector { ip = ${address} udpport = ${port} }
  polling = 30
  sampling = 1000
  sampling.10G = 10000
  pcap { speed = 1G- }   # samples every adapter of 1 Gbit/s and more
}`,
  },
  {
    id: 'arista',
    label: 'Arista EOS',
    where: 'In configuration mode. Rates below 16384 need: sflow sample dangerous 10000',
    text: (address, port) => `sflow run
sflow destination ${address} ${port}
sflow source-interface Management1
sflow sample 16384       ! 1 in 16 384 frames suits 10 Gbit/s ports
sflow polling-interval 30`,
  },
  {
    id: 'cumulus',
    label: 'Cumulus',
    where: 'NVUE, Cumulus Linux 5. The rates by port speed are the defaults',
    text: (address, port) => `nv set system sflow collector ${address} port ${port}
nv set system sflow sampling-rate speed-1g 1000
nv set system sflow sampling-rate speed-10g 10000
nv set system sflow sampling-rate speed-100g 100000
nv set system sflow poll-interval 30
nv set system sflow state enabled
nv config apply`,
  },
  {
    id: 'nxos',
    label: 'Cisco NX-OS',
    where: 'In configuration mode. The lowest rate is 4096',
    text: (address, port) => `feature sflow
sflow agent-ip <address of the switch>
sflow collector-ip ${address} vrf management
sflow collector-port ${port}
sflow sampling-rate 10000
sflow counter-poll-interval 30
sflow data-source interface ethernet 1/1-48`,
  },
  {
    id: 'juniper',
    label: 'Juniper',
    where: 'In configuration mode, one line for each port, then: commit',
    text: (address, port) => `set protocols sflow agent-id <address of the switch>
set protocols sflow collector ${address} udp-port ${port}
set protocols sflow sample-rate ingress 10000
set protocols sflow polling-interval 30
set protocols sflow interfaces xe-0/0/0.0`,
  },
  {
    id: 'aruba',
    label: 'HPE',
    where: 'Aruba CX, in configuration mode',
    text: (address, port) => `sflow
sflow agent-ip <address of the switch>
sflow collector ${address} port ${port} vrf mgmt
sflow sampling 10000
sflow polling 30`,
  },
  {
    id: 'dell',
    label: 'Dell',
    where: 'OS10, in configuration mode. The collector must be reached by a data port, not by management',
    text: (address, port) => `sflow enable all-interfaces
sflow collector ${address} agent-addr <address of the switch> ${port}
sflow sample-rate 10000
sflow polling-interval 30`,
  },
  {
    id: 'other',
    label: 'Other',
    where: 'What every sFlow agent has, whatever it calls it',
    text: (address, port) => `version    5
collector  ${address}
UDP port   ${port}
sampling   1 in 10000    # per port: 1000 for 1 Gbit/s, 100000 for 100 Gbit/s
polling    30            # seconds between counters
header     128           # octets of each sampled frame
ports      all, ingress`,
  },
];

export type ConfigPart = { kind: 'word' | 'value' | 'fill' | 'comment'; text: string };

/** A configuration text in parts to colour: comments, values, what one has to fill in, the rest. */
export function configParts(text: string): ConfigPart[] {
  const pattern =
    /(?<fill><[^>\n]+>)|(?<comment>(?<=\s)[!#] .*)|(?<value>(?<=[\s=])(?:\d[\d.]*|[0-9a-f]*:[0-9a-f:.]+)(?=\s|$))/gi;
  const parts: ConfigPart[] = [];
  let at = 0;
  for (const found of text.matchAll(pattern)) {
    if (found.index > at) parts.push({ kind: 'word', text: text.slice(at, found.index) });
    const kind = found.groups?.fill ? 'fill' : found.groups?.comment ? 'comment' : 'value';
    parts.push({ kind, text: found[0] });
    at = found.index + found[0].length;
  }
  if (at < text.length) parts.push({ kind: 'word', text: text.slice(at) });
  return parts;
}
