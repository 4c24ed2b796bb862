/** A template of a setting, rendered for a message, escaped for where it goes. */
import { fieldOf, readTemplate } from './fields.ts';
import type { Message } from './kind.ts';
import { type Escape, renderTemplate } from './template.ts';

/** Throws TemplateError where it cannot be read, which `checkSettings` has made sure of before. */
export const rendered = (template: string, message: Message, escaped: Escape): string =>
  renderTemplate(readTemplate(template), (name) => fieldOf(message, name), escaped);
