// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { type EffectScope, effectScope } from 'vue';
import {
  offerKey,
  runMenuCommand,
  shortcutText,
  useMenuCommand,
  useShortcut,
} from '../../../renderer/composables/useMenuCommand.ts';

const lifetimes: EffectScope[] = [];
function within<T>(run: () => T): EffectScope {
  const lifetime = effectScope();
  lifetime.run(run);
  lifetimes.push(lifetime);
  return lifetime;
}
afterEach(() => {
  for (const lifetime of lifetimes.splice(0)) lifetime.stop();
  document.body.replaceChildren();
});

function press(key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body): boolean {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, ...more });
  Object.defineProperty(event, 'target', { value: target });
  return offerKey(event);
}

describe('shortcuts', () => {
  it('reach the one registered last, and the one before where it declines', () => {
    const heard: string[] = [];
    within(() => useShortcut('e', () => heard.push('frame')));
    let declines = false;
    const screen = within(() =>
      useShortcut('e', () => {
        heard.push('screen');
        return !declines;
      }),
    );
    press('e');
    declines = true;
    press('e');
    screen.stop();
    press('E', { shiftKey: false });
    expect(heard).toEqual(['screen', 'screen', 'frame', 'frame']);
  });

  it('of single letters are off in a field, a menu or a dialog; those with mod are not', () => {
    const heard: string[] = [];
    within(() => {
      useShortcut('l', () => heard.push('l'));
      useShortcut('mod+k', () => heard.push('mod+k'));
    });
    const field = document.createElement('input');
    const dialog = document.createElement('div');
    dialog.setAttribute('role', 'dialog');
    const inside = document.createElement('p');
    dialog.append(inside);
    document.body.append(field, dialog);
    expect(press('l', {}, field)).toBe(false);
    expect(press('l', {}, inside)).toBe(false);
    expect(press('k', { ctrlKey: true }, field)).toBe(true);
    expect(heard).toEqual(['mod+k']);
  });

  it('leave Space to a button that has focus', () => {
    let held = 0;
    within(() => useShortcut('space', () => held++));
    const button = document.createElement('button');
    document.body.append(button);
    expect(press(' ', {}, button)).toBe(false);
    expect(press(' ')).toBe(true);
    expect(held).toBe(1);
  });

  it('may be two keys, one after the other', () => {
    let went = 0;
    within(() => useShortcut('g t', () => went++));
    expect(press('t')).toBe(false);
    expect(press('g')).toBe(false);
    expect(press('t')).toBe(true);
    expect(press('t')).toBe(false);
    expect(went).toBe(1);
  });

  it('read signs by what they are, whatever Shift it takes to type them', () => {
    let helped = 0;
    within(() => useShortcut('?', () => helped++));
    expect(press('?', { shiftKey: true })).toBe(true);
    expect(helped).toBe(1);
  });

  it('are written as on the keys', () => {
    expect(shortcutText('mod+k')).toBe('Ctrl K');
    expect(shortcutText('g t')).toBe('G T');
    expect(shortcutText('escape')).toBe('Esc');
  });
});

describe('menu commands', () => {
  it('reach whoever is there, and say where nobody is', () => {
    let opened = 0;
    const screen = within(() => useMenuCommand('open-capture', () => opened++));
    expect(runMenuCommand('open-capture')).toBe(true);
    screen.stop();
    expect(runMenuCommand('open-capture')).toBe(false);
    expect(opened).toBe(1);
  });
});
