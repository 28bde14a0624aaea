import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { sysctlPath } from './sysctl-path.ts';

test.each([
  ['net.ipv4.ip_forward', 'net/ipv4/ip_forward'],
  ['net/ipv4/conf/eth0.100/forwarding', 'net/ipv4/conf/eth0.100/forwarding'],
  ['net.ipv4.conf.eth0/100.forwarding', 'net/ipv4/conf/eth0.100/forwarding'],
  ['net.bridge.bridge-nf-call-iptables', 'net/bridge/bridge-nf-call-iptables'],
])('the key %s stands at %s', (key, path) => {
  expect(sysctlPath(key)).toBe(path);
});

test.each([
  '',
  'net',
  'net.ipv4',
  'kernel.core.pattern',
  '/net/ipv4/x',
  'net/ipv4/../../kernel/x',
  'net..x',
  'net/a/b\n',
])('the key %j is no network setting', (key) => {
  expect(sysctlPath(key)).toBeUndefined();
});

test('a path stays below net and is its own path', () => {
  assert(
    property(string(), (key) => {
      const path = sysctlPath(`net/${key}`);
      if (path === undefined) return;
      expect(path.split('/')).not.toContain('..');
      expect(sysctlPath(path)).toBe(path);
    }),
  );
});
