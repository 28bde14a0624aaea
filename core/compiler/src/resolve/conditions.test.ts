import { expect, test } from 'vitest';
import { problems, rules, withBody } from './testing.ts';

const where = (condition: string, before = ''): string =>
  (rules(`in accept where ${condition}`, before)[0] ?? '').replace(/^in accept: /, '');

test('every operator makes its test', () => {
  for (const [condition, shown] of [
    ['ip.ttl == 64', 'ip.ttl == 64'],
    ['ip.ttl != 64', 'ip.ttl != 64'],
    ['ip.ttl < 64', 'ip.ttl == 0-63'],
    ['ip.ttl <= 64', 'ip.ttl == 0-64'],
    ['ip.ttl > 64', 'ip.ttl == 65-255'],
    ['ip.ttl >= 64', 'ip.ttl == 64-255'],
    ['ip.ttl in { 1, 5-7, not 6 }', 'ip.ttl == 1,5,7'],
    ['ip.ttl not in { 1, 2 }', 'ip.ttl != 1-2'],
    ['ip.dscp == ef', 'ip.dscp == 46'],
    ['ip.fragment', 'ip.fragment == 1'],
    ['not ip.fragment', 'not (ip.fragment == 1)'],
    ['ip.ttl == 1 and ip.ecn == ce', 'ip.ttl == 1 and ip.ecn == 3'],
    [
      'ip.ttl == 1 or not (ip6.hop-limit == 1 and ip6.flow-label == 0)',
      'ip.ttl == 1 or not (ip6.hop-limit == 1 and ip6.flow-label == 0)',
    ],
    ['tcp.flags & { syn, ack } == syn', 'tcp.flags & 18 == 2'],
    ['tcp.flags & 0x12 != 2', 'tcp.flags & 18 != 2'],
    [
      'ether.destination & 01:00:00:00:00:00 == 01:00:00:00:00:00',
      'ether.destination & 1099511627776 == 01:00:00:00:00:00',
    ],
    ['ether.source == self.mac', 'ether.source == self.mac'],
    ['ether.source in 52:54:00:00:00:00/ff:ff:ff:00:00:00', 'ether.source == 52:54:00:00:00:00-52:54:00:ff:ff:ff'],
    ['ether.source in 52:54:00:00:00:01-52:54:00:00:00:04', 'ether.source == 52:54:00:00:00:01-52:54:00:00:00:04'],
    ['payload(transport, 208, 48) == self.mac', 'transport[208+48] == self.mac'],
    ['payload(transport, 192, 32) in self.addresses', 'transport[192+32] == self.ipv4'],
    ['payload(transport, 256, 128) not in self.addresses', 'transport[256+128] != self.ipv6'],
    ['payload(link, 96, 16) == 0x0800', 'link[96+16] == 2048'],
    ['connection.state == new', 'connection.state == 8'],
    ['ip.source in { 10.0.0.0/31, self.addresses }', 'ip.source == 10.0.0.0-10.0.0.1 or ip.source == self.ipv4'],
    ['ip.source not in { 10.0.0.0/31, self.addresses }', 'ip.source != 10.0.0.0-10.0.0.1 and ip.source != self.ipv4'],
    ['ip6.source in self.addresses', 'ip6.source == self.ipv6'],
    ['ip.source == gateway', 'ip.source == 10.0.0.1'],
  ] as const) {
    expect(where(condition), condition).toBe(shown);
  }
});

test('names and parameters stand on the right side', () => {
  expect(where('tcp.destination == app', 'ports app = { 8080, 9090 }')).toBe('tcp.destination == 8080,9090');
  expect(
    where('ether.source in known', 'macs known = { 52:54:00:00:00:01, 52:54:00:00:00:02, not 52:54:00:00:00:02 }'),
  ).toBe('ether.source == 52:54:00:00:00:01');
  const before =
    'filter g(ttl: number, from-macs: macs) { in accept where ip.ttl == ttl and ether.source in from-macs }';
  expect(rules('use g(7, 52:54:00:00:00:01)', before)[1]).toBe(
    'in accept: ip.ttl == 7 and ether.source == 52:54:00:00:00:01',
  );
});

test('what cannot be compared is refused at its place', () => {
  const table = [
    ['ip.tll == 1', 'resolve/unknown-field ip.tll'],
    ['paylod(link, 0, 8) == 1', 'resolve/unknown-field paylod(link, 0, 8)'],
    ['payload(frame, 0, 8) == 1', 'resolve/argument payload(frame, 0, 8)'],
    ['payload(link, 0) == 1', 'resolve/argument payload(link, 0)'],
    ['payload(link, 0, 129) == 1', 'values/bad-value 129'],
    ['payload(link, 0, 8) == 256', 'values/bad-value 256'],
    ['ip.ttl', 'values/wrong-type ip.ttl'],
    ['ip.fragment == 1', 'values/wrong-type ip.fragment == 1'],
    ['ip.ttl == 256', 'values/bad-value 256'],
    ['ip.ttl < 0', 'values/bad-value ip.ttl < 0'],
    ['ip.ttl > 255', 'values/bad-value ip.ttl > 255'],
    ['ip.source < { 10.0.0.1 }', 'values/wrong-type ip.source < { 10.0.0.1 }'],
    ['ip.ttl in { 1, not 1 }', 'values/empty-set ip.ttl in { 1, not 1 }'],
    ['ip.ttl == self.mac', 'values/wrong-type self.mac'],
    ['ip.source == 2001:db8::1', 'values/wrong-family 2001:db8::1'],
    ['ip6.source in { 10.0.0.1, 10.0.0.2 }', 'values/wrong-family { 10.0.0.1, 10.0.0.2 }'],
    ['ip.source in world', 'values/wrong-type world'],
    ['ip.source == any', 'values/wrong-type any'],
    ['ether.source == 7', 'values/wrong-type 7'],
    ['ether.source in {}', 'values/empty-set {}'],
    ['ether.source in 52:54:00:00:00:01/ff:ff:ff:00:00:00', 'values/host-bits 52:54:00:00:00:01/ff:ff:ff:00:00:00'],
    ['ether.source in 52:54:00:00:00:00/ff:00:ff:00:00:00', 'values/bad-value 52:54:00:00:00:00/ff:00:ff:00:00:00'],
    ['ether.source in 52:54:00:00:00:04-52:54:00:00:00:01', 'values/turned-round 52:54:00:00:00:04-52:54:00:00:00:01'],
    ['tcp.flags & syn == ack', 'values/bad-value ack'],
    ['ip.dscp == efx', 'resolve/unknown-name efx'],
    ['ip.ttl == "x"', 'values/bad-value "x"'],
  ] as const;
  const found = table.map(([condition]) => [condition, ...problems(withBody(`in accept where ${condition}`))]);
  expect(found).toEqual(table);
});

test('one error does not hide the others of a condition', () => {
  expect(problems(withBody('in accept where ip.ttl == 256 and ip.tll == 1'))).toEqual([
    'values/bad-value 256',
    'resolve/unknown-field ip.tll',
  ]);
});
