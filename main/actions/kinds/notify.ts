/** A notification of the desktop; under `serve` the open windows show it. */
import { asText } from '../escape.ts';
import { type Kind, textOf } from '../kind.ts';
import { rendered } from '../render.ts';

export const notify: Kind = {
  kind: 'notify',
  label: 'Desktop notification',
  about: 'Shown by the desktop, or by every open window where Weir runs without one.',
  goesTo: [],
  fields: [
    {
      ...{ name: 'title', label: 'Title', type: 'template', required: true },
      initial: 'Weir: {{name}} {{what}}',
      about: 'The first line, in bold.',
    },
    {
      ...{ name: 'body', label: 'Text', type: 'template', required: false },
      initial: '{{title}}{{#untold}} ({{untold}} more were left out.){{/untold}}',
      about: 'What is below it.',
    },
  ],
  prepare(message, settings, { notify: show }) {
    const title = rendered(textOf(settings, 'title'), message, asText).slice(0, 128);
    const body = rendered(textOf(settings, 'body'), message, asText).slice(0, 512);
    return {
      parts: [
        { label: 'Title', text: title },
        { label: 'Text', text: body },
      ],
      send: () => show({ title, body, severity: message.event.severity }),
    };
  },
};
