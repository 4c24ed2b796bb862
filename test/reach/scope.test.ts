/** Which addresses may be connected to: the table of hazards. */
import { describe, expect, it } from 'vitest';
import { scopeOf } from '../../main/reach/scope.ts';

describe('an address', () => {
  it.each([
    ['192.0.2.1', 'never'],
    ['192.0.1.1', 'public'],
    ['fd12::1', 'private'],
    ['name', 'never'],
    ['8.8.8.8', 'public'],
    ['2606:4700::1111', 'public'],
    ['127.0.0.1', 'private'],
    ['10.0.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['169.254.1.1', 'never'],
    ['::1', 'private'],
    ['fe80::1%eth0', 'private'],
    ['fd00::1', 'private'],
    ['::ffff:127.0.0.1', 'private'],
    ['::127.0.0.1', 'private'],
    ['64:ff9b::7f00:1', 'private'],
    ['64:ff9b:1::a00:1', 'private'],
    ['64:ff9b::808:808', 'public'],
    ['169.254.169.254', 'never'],
    ['::ffff:169.254.169.254', 'never'],
    ['64:ff9b::a9fe:a9fe', 'never'],
    ['fd00:ec2::254', 'never'],
    ['0.0.0.0', 'never'],
    ['::', 'never'],
    ['224.0.0.1', 'never'],
    ['ff02::1', 'never'],
    ['255.255.255.255', 'never'],
    ['2002:7f00:1::', 'never'],
    ['2001:0:7f00:1::', 'never'],
    ['100:100::1', 'never'],
    ['example', 'never'],
  ])('%s is %s', (address, kind) => {
    expect(scopeOf(address)).toBe(kind);
  });
});
