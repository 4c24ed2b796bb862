/** What to put into the configuration of a host agent, so that it tells of the host and of what runs on it. */

/** A configuration of Host sFlow (hsflowd.conf) that sends to an address and port, as it may be pasted. */
export function hostAgentText(address: string, port: number): string {
  return `sflow {
  collector { ip = ${address} udpport = ${port} }
  polling = 30
  sampling = 1000
  pcap { speed = 1G- }
  docker { }     # containers
  kvm { }        # virtual machines
  systemd { }    # services
  nvml { }       # NVIDIA GPUs
}`;
}
