import { expect, test } from 'vitest';
import { fc } from '@fast-check/vitest';
import { stringifyDocument } from '@weir/nftables-json';
import { emit } from '../emit/emit.ts';
import type { Policy } from '../policy/policy.ts';
import type { Layout } from './layout.ts';
import { codes, filterChains, lowerFor, printed, tcp } from './testing/lower-for.ts';
import { printChain } from './testing/print-chain.ts';
import { ACCEPT, DROP, REJECT, all, filter, is, list, rule } from './testing/sample-policy.ts';
import * as sample from './testing/sample-policy.ts';

test('without bridge connection tracking the state is read from the carried marks, at a later priority', () => {
  expect(filterChains([], 'no-bridge-conntrack')['p-in']).toEqual([
    'ether type != { ip, ip6 } accept',
    '(mark & 16777216) != 0 accept',
    '(mark & 33554432) != 0 drop',
    'drop',
  ]);
  const { layout } = lowerFor('no-bridge-conntrack', { profiles: [sample.profile('p', [sample.WEB])] });
  const bases = new Map(layout.chains.map(({ name, base }) => [name, base?.prio]));
  expect([bases.get('state-clear'), bases.get('from-guest'), bases.get('to-guest')]).toEqual([-10, 10, 10]);
  expect(layout.topology.sysctls.map(({ key }) => key)).toEqual([
    'net.bridge.bridge-nf-call-ip6tables',
    'net.bridge.bridge-nf-call-iptables',
  ]);
});

test('where rejects are answered, the answer reaches the guest by a mark that is cleared wherever packets come in', () => {
  const { layout } = lowerFor('debian-12', { profiles: [sample.profile('p', [filter(list(DROP), list(REJECT))])] });
  expect(printed(layout, 'p-in')['p-in-pass']?.slice(0, 3)).toEqual([
    'ether type != { ip, ip6 } accept',
    '(mark & 134217728) != 0 accept',
    'ct state vmap { established : accept, related : accept, invalid : drop }',
  ]);
  const chains = new Map(layout.chains.map((chain) => [chain.name, printChain(chain)]));
  expect(chains.get('answer-clear')).toEqual(['mark := (mark & 4093640703)']);
  expect(chains.get('answer-stack')).toEqual(['mark := ((mark & 4093640703) | 67108864)']);
  expect(chains.get('answer-output')?.slice(0, 2)).toEqual([
    'mark := (mark & 4160749567)',
    '(mark & 67108864) != 0 accept',
  ]);
});

test('an invented attachment is lowered by its data alone', () => {
  const { guard: _none, ...tap } = sample.profile(
    't',
    [filter(list(REJECT, rule(ACCEPT, all(is('ether.type', 0x0800), tcp(22)))), list(ACCEPT))],
    { attachment: 'routed-tap' },
  );
  const { layout, found } = lowerFor('no-bridge-conntrack', { profiles: [tap], ports: [sample.port(1, 't')] });
  expect(found).toEqual([]);
  expect(printed(layout, 'tap-t-in')['tap-t-in']).toEqual([
    'ct state vmap { established : accept, related : accept, invalid : drop }',
    'nfproto ipv4 l4proto tcp tcp dport 22 accept',
    'reject {type:icmpx,expr:port-unreachable}',
  ]);
  expect(layout.chains.map(({ table, name, base }) => `${table.family} ${name} ${base?.hook}`)).toEqual([
    'inet tap-from-guest-forward forward',
    'inet tap-from-guest-input input',
    'inet tap-to-guest-forward forward',
    'inet tap-to-guest-output output',
  ]);
  expect(layout.interfaces[0]?.elements.map(({ set }) => set)).toEqual(['tap-out-dispatch', 'tap-in-dispatch']);
  const link = {
    ...tap,
    filters: [filter(list(DROP, rule(ACCEPT, is('ether.source', '52:54:00:00:00:01'))), list(ACCEPT))],
  };
  expect(codes(lowerFor('debian-12', { profiles: [link] }).found)).toEqual(['lower/unsupported-field']);
});

test('named sets are declared where they are used, guests add their own addresses', () => {
  const { layout } = lowerFor('debian-12', sample.site(3, 1));
  const guests = layout.sets.find(({ name }) => name === 'guests-app-ip4');
  expect(guests?.elements).toEqual([]);
  expect(layout.interfaces[0]?.elements[0]).toEqual({
    table: { family: 'bridge', name: 'weir' },
    set: 'guests-app-ip4',
    elements: ['10.20.0.0'],
  });
  expect(layout.interfaces[1]?.elements.map(({ set }) => set)).not.toContain('guests-app-ip4');
  const { layout: unused } = lowerFor('debian-12', { ...sample.site(3, 1), profiles: [sample.profile('web-0', [])] });
  expect(unused.sets.map(({ name }) => name)).not.toContain('office-ip4');
});

test('networks keep apart, let replies and reached networks through, and refuse their own sources from elsewhere', () => {
  const { layout } = lowerFor('debian-12', {
    networks: [sample.network('front', 'virbr1', [], { reaches: ['back'] }), sample.network('back', 'virbr2', [])],
  });
  const chains = new Map(layout.chains.map((chain) => [chain.name, printChain(chain)]));
  expect(chains.get('network-front-forward-from')).toEqual([
    'oifname virbr1 return',
    'oifname @bridges ct state in established,related return',
    'oifname virbr2 return',
    'oifname @bridges drop',
  ]);
  expect(chains.get('network-front-forward-to')).toEqual([
    'iifname virbr1 return',
    'nfproto ipv4 ip saddr 10.20.0.0/16 drop',
    'iifname @bridges return',
  ]);
  expect(chains.get('net-forward')).toEqual([
    'iifname vmap @dispatch-forward-from',
    'oifname vmap @dispatch-forward-to',
  ]);
  expect([...chains.keys()].filter((name) => name.startsWith('net-'))).toEqual(['net-forward']);
});

const bytesOf = (policy: Policy): string => {
  const { layout } = lowerFor('debian-12', policy);
  const { value } = emit(layout, { texts: new Map() });
  if (value === undefined) throw new Error('nothing was emitted');
  return [stringifyDocument(value.ruleset), JSON.stringify(value.manifest), JSON.stringify(value.topology)].join('\n');
};

test('the order of ports, profiles, sets and networks does not show in any byte', () => {
  const policy = sample.site(8, 3);
  const expected = bytesOf(policy);
  const shuffled = fc.record({
    ports: fc.shuffledSubarray([...policy.ports], { minLength: policy.ports.length }),
    profiles: fc.shuffledSubarray([...policy.profiles], { minLength: policy.profiles.length }),
    sets: fc.shuffledSubarray([...policy.sets], { minLength: policy.sets.length }),
    hostAddresses: fc.constant(policy.hostAddresses),
    networks: fc.shuffledSubarray([...policy.networks], { minLength: policy.networks.length }),
  });
  fc.assert(
    fc.property(shuffled, (other) => {
      expect(bytesOf(other)).toBe(expected);
    }),
    { numRuns: 20 },
  );
});

test('one more port changes no profile and no document of another port', () => {
  const [before, after] = [
    lowerFor('debian-12', sample.site(4, 2)).layout,
    lowerFor('debian-12', sample.site(5, 2)).layout,
  ];
  expect(after.profiles).toEqual(before.profiles);
  expect(after.interfaces.slice(0, 4)).toEqual(before.interfaces);
  expect(after.chains).toEqual(before.chains);
});

const count = ({ sets, chains, profiles }: Layout): readonly number[] => {
  const every = [...chains, ...profiles.flatMap((one) => one.chains)];
  return [sets.length, every.length, every.reduce((sum, { rules }) => sum + rules.length, 0)];
};

test('sets, chains and rules are the same at 100 and at 10,000 ports, and lowering those is quick', () => {
  const large = sample.site(10_000, 20);
  const start = performance.now();
  const { layout } = lowerFor('debian-12', large);
  const spent = performance.now() - start;
  expect(count(layout)).toEqual(count(lowerFor('debian-12', sample.site(100, 20)).layout));
  // Far above what it takes, for slow machines: the point is that it does not grow beyond the ports.
  expect(spent).toBeLessThan(3000);
});
