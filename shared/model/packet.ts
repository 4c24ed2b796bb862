/** A sampled header as a person reads it: its layers, their fields, and where in the octets each one stands. */

export type DescribedField = {
  name: string;
  /** For people: '10.4.3.2', 'SYN, ACK', 'https (443)'. Text from the network has been made safe. */
  text: string;
  /** The bare value: a number up to 2^32, else text (address, name, hexadecimal octets). */
  value: number | string;
  unit: string;
  /** In octets, into the same bytes that were described; a field of some bits has the octets that hold them. */
  offset: number;
  length: number;
  /** Parts of this one: TCP options, DNS records, the elements of LLDP. */
  fields: DescribedField[];
};

export type DescribedLayer = {
  /** 'IPv4'. */
  name: string;
  /** Its word in the stack string: 'ip'; '' for a payload. */
  word: string;
  /** What matters most, in one line: '10.4.3.2 → 10.4.4.2, TTL 63'. */
  summary: string;
  offset: number;
  length: number;
  /** The octets ended before all of its fields. */
  cut: boolean;
  fields: DescribedField[];
};
