/** Notifications of the desktop, which the test is told of and may click. */
import { EventEmitter } from 'node:events';
import type Electron from 'electron';
import { mustFollowReady } from './app.ts';
import { Misuse } from './conform.ts';
import { command, report } from './control.ts';

let newest: Notification | null = null;

export class Notification extends EventEmitter {
  readonly title: string;
  readonly body: string;
  constructor({ title = '', body = '' }: Electron.NotificationConstructorOptions = {}) {
    super();
    mustFollowReady('new Notification');
    this.title = title;
    this.body = body;
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {
    newest = this;
    report('notification', { title: this.title, body: this.body });
    setImmediate(() => this.emit('show'));
  }
}

command('clickNotification', () => {
  if (!newest) throw new Misuse('No notification was shown.');
  newest.emit('click');
});
