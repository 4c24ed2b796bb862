/** Declared fields that several kinds have in common, about where something goes and how far it is trusted. */
import type { ActionField } from '../../shared/model/action.ts';

export const hostField = (about: string): ActionField => ({
  ...{ name: 'host', label: 'Host', type: 'text', required: true, initial: '', about },
});

export const portField = (initial: number, about: string): ActionField => ({
  ...{ name: 'port', label: 'Port', type: 'number', required: true, initial, about },
});

/** Says so where a number is no port. */
export const portProblem = (port: number): string =>
  Number.isInteger(port) && port >= 1 && port <= 65_535 ? '' : '“Port” is a whole number from 1 to 65535.';

export const PRIVATE_ADDRESSES: ActionField = {
  ...{ name: 'private', label: 'Private addresses', type: 'switch', required: false, initial: false },
  about: 'May go to this computer and to private networks.',
};

export const ANY_CERTIFICATE: ActionField = {
  ...{ name: 'anyCertificate', label: 'Any certificate', type: 'switch', required: false, initial: false },
  about: 'Takes a certificate that nobody vouches for.',
};
