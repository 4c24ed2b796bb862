/** The questions that users ask most: the tabs of the Top N screen, and what a live workspace keeps minutes of. */
import type { FlowPreset } from '../../shared/model/catalog.ts';

const SOURCE = 'or:ipsource:ip6source:macsource';
const DESTINATION = 'or:ipdestination:ip6destination:macdestination';

export const flowPresets: readonly FlowPreset[] = [
  {
    id: 'connections',
    label: 'Connections',
    singular: 'connection',
    plural: 'connections',
    keys: [SOURCE, 'sourceport', DESTINATION, 'destinationport', 'protocol'],
  },
  { id: 'pairs', label: 'Pairs', singular: 'pair', plural: 'pairs', keys: [SOURCE, DESTINATION] },
  { id: 'sources', label: 'Sources', singular: 'source', plural: 'sources', keys: [SOURCE] },
  {
    id: 'destinations',
    label: 'Destinations',
    singular: 'destination',
    plural: 'destinations',
    keys: [DESTINATION],
  },
  {
    id: 'applications',
    label: 'Applications',
    singular: 'application',
    plural: 'applications',
    keys: ['application'],
  },
  {
    id: 'protocols',
    label: 'Protocols',
    singular: 'protocol',
    plural: 'protocols',
    keys: ['ethernetprotocol', 'protocol'],
  },
  { id: 'vlans', label: 'VLANs', singular: 'VLAN', plural: 'VLANs', keys: ['vlan'] },
  {
    id: 'ports',
    label: 'Ports',
    singular: 'pair of ports',
    plural: 'pairs of ports',
    keys: ['agent', 'ifname:inputifindex', 'ifname:outputifindex'],
  },
];
