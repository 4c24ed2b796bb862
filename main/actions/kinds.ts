/** The kinds of action there are. */
import type { Kind } from './kind.ts';
import { command } from './kinds/command.ts';
import { graphite } from './kinds/graphite.ts';
import { influx } from './kinds/influx.ts';
import { log } from './kinds/log.ts';
import { mail } from './kinds/mail.ts';
import { notify } from './kinds/notify.ts';
import { syslog } from './kinds/syslog.ts';
import { webhook } from './kinds/webhook.ts';

export const kinds: readonly Kind[] = [notify, mail, webhook, syslog, log, command, influx, graphite];
