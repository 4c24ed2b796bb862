/** E-mail by SMTP. The envelope is what the fields say; no field of an event comes near it. */

import { asText } from '../escape.ts';
import { Failure, isOn, type Kind, linesOf, numberOf, SEND_LIMIT_MS, textOf } from '../kind.ts';
import { ANY_CERTIFICATE, portField, portProblem } from '../network-fields.ts';
import { rendered } from '../render.ts';
import { networkFailure } from '../stream.ts';
import { reach } from '../target.ts';

/** One address without a name, as it may stand in an envelope. */
const ADDRESS = /^[^\s<>()[\],;:"\\@{}]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?$/;
const MOST_RECIPIENTS = 20;

export const mail: Kind = {
  kind: 'mail',
  label: 'E-mail',
  about: 'By an SMTP server of yours.',
  goesTo: ['host', 'port', 'security', 'anyCertificate'],
  fields: [
    {
      ...{ name: 'host', label: 'Server', type: 'text', required: true, initial: '' },
      about: 'Name or address of the SMTP server.',
    },
    portField(587, '587 for STARTTLS, 465 for TLS, 25 without.'),
    {
      ...{ name: 'security', label: 'Security', type: 'select', required: true, initial: 'starttls' },
      options: [
        { value: 'starttls', label: 'STARTTLS' },
        { value: 'tls', label: 'TLS' },
        { value: 'none', label: 'None' },
      ],
      about: 'With STARTTLS nothing is sent to a server that does not offer it.',
    },
    ANY_CERTIFICATE,
    {
      ...{ name: 'user', label: 'User', type: 'text', required: false, initial: '' },
      about: 'Empty where the server asks for none.',
    },
    {
      ...{ name: 'password', label: 'Password', type: 'secret', required: false, initial: false },
      about: 'Kept apart, never shown again.',
    },
    {
      ...{ name: 'from', label: 'From', type: 'text', required: true, initial: '' },
      about: 'One address, as in weir@example.net.',
    },
    {
      ...{ name: 'to', label: 'To', type: 'lines', required: true, initial: [] },
      about: 'One address a line.',
    },
    {
      ...{ name: 'subject', label: 'Subject', type: 'template', required: true },
      initial: '[Weir] {{severity}} {{what}}: {{name}}{{#agentName}} at {{agentName}}{{/agentName}}',
      about: 'One line.',
    },
    {
      ...{ name: 'body', label: 'Text', type: 'template-block', required: true },
      initial:
        '{{title}}\n\nSeverity: {{severity}}\nRaised: {{raised}}\n{{#cleared}}Cleared: {{cleared}} (after {{duration}})\n{{/cleared}}{{#agent}}Agent: {{agentName}} ({{agent}})\n{{/agent}}{{#interfaceName}}Interface: {{interfaceName}}\n{{/interfaceName}}{{#valueText}}Value: {{valueText}}, level {{levelText}}, peak {{peakText}}\n{{/valueText}}{{#causes}}Largest flows: {{causes}}\n{{/causes}}{{#untold}}\n{{untold}} more were left out by rate limit or quiet hours.\n{{/untold}}',
      about: 'Plain text.',
    },
  ],
  check(settings) {
    const to = linesOf(settings, 'to');
    if (to.length > MOST_RECIPIENTS) return `“To” has more than ${MOST_RECIPIENTS} addresses.`;
    const wrong = [...to, textOf(settings, 'from')].find((address) => !ADDRESS.test(address.trim()));
    if (wrong !== undefined) return `“${wrong.slice(0, 64)}” is no address of the form name@example.net.`;
    if (settings.password !== false && settings.password !== '' && textOf(settings, 'user').trim() === '')
      return '“User” is needed where there is a password.';
    return portProblem(numberOf(settings, 'port'));
  },
  prepare(message, settings, surroundings) {
    const from = textOf(settings, 'from').trim();
    const to = linesOf(settings, 'to').map((address) => address.trim());
    const subject = rendered(textOf(settings, 'subject'), message, asText).slice(0, 255);
    const body = rendered(textOf(settings, 'body'), message, asText);
    const host = textOf(settings, 'host').trim();
    const port = numberOf(settings, 'port');
    const security = textOf(settings, 'security');
    return {
      parts: [
        { label: 'Server', text: `${host}:${port}` },
        { label: 'Head', text: `From: ${from}\nTo: ${to.join(', ')}\nSubject: ${subject}` },
        { label: 'Text', text: body },
      ],
      async send(signal) {
        const address = await reach(host, surroundings, true);
        const { createTransport } = await import('nodemailer');
        const user = textOf(settings, 'user').trim();
        const pass = settings.password;
        const transport = createTransport({
          host: address,
          ...{
            port,
            secure: security === 'tls',
            requireTLS: security === 'starttls',
            ignoreTLS: security === 'none',
          },
          tls: {
            servername: /[a-z]/i.test(host) && !host.includes(':') ? host : undefined,
            rejectUnauthorized: !isOn(settings, 'anyCertificate'),
          },
          ...(user !== '' && typeof pass === 'string' ? { auth: { user, pass } } : {}),
          ...{
            connectionTimeout: SEND_LIMIT_MS,
            greetingTimeout: SEND_LIMIT_MS,
            socketTimeout: 2 * SEND_LIMIT_MS,
          },
          ...{ disableFileAccess: true, disableUrlAccess: true },
        });
        const stop = (): void => transport.close();
        signal.addEventListener('abort', stop, { once: true });
        try {
          const { response } = await transport.sendMail({ from, to, subject, text: body });
          return `Taken by ${host}: ${response}`;
        } catch (error) {
          throw mailFailure(error);
        } finally {
          signal.removeEventListener('abort', stop);
          transport.close();
        }
      },
    };
  },
};

/** What the server said; a 5xx says that it will say the same again. */
function mailFailure(error: unknown): Failure {
  const { response, responseCode, code } = error as {
    response?: string;
    responseCode?: number;
    code?: string;
  };
  if (code === 'EAUTH' && response)
    return new Failure(`The server does not take user and password: ${response}`);
  if (response) return new Failure(`The server said: ${response}`, (responseCode ?? 0) < 500);
  if (code === 'ETLS' || code === 'ESOCKET')
    return new Failure(`There is no secure connection: ${(error as Error).message}.`, true);
  return networkFailure(error);
}
