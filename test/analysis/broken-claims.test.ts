// What must be refuted: a mode that breaks its own promise, and guards that accept too early, one for each kind of frame.
import { proveClaims, provePorts } from '@weir/analysis';
import { flowTravel, frameTravel } from '@weir/cli';
import { findTarget, loadPlugins } from '@weir/compiler';
import { definePlugin, FORWARDING_MODE } from '@weir/plugin';
import bridged from '@weir/plugin-bridged';
import isolated, { isolatedMode } from '@weir/plugin-isolated';
import nat from '@weir/plugin-nat';
import routed from '@weir/plugin-routed';
import { expect, test } from 'vitest';
import { modelled } from '../journeys/modelled.ts';

const { attachments } = loadPlugins([nat, routed, isolated, bridged]).value;

function targetOf(name: string) {
  const target = findTarget(name);
  if (target === undefined) throw new Error(`no target ${name}`);
  return target;
}

const target = targetOf('debian-13');

const GUEST = `filter open { out accept; in accept }
guest a { interface va { network lan; mac 52:54:00:00:00:01; address 10.20.0.11, fd00:20::11; guard of-a; filter open } }
guest b { interface vb { network lan; mac 52:54:00:00:00:02; address 10.20.0.12, fd00:20::12; filter open } }
`;
const siteOf = (guard: string, mode = 'isolated'): string =>
  `import { clean-traffic } from "@weir/rules"
network lan { mode ${mode}; bridge br-lan; subnet 10.20.0.0/24; subnet fd00:20::/64 }
guard of-a { ${guard} }
${GUEST}`;

test('a mode whose rules break its own promise is refuted by a packet that leaves', () => {
  const leaky = definePlugin({
    name: 'leaky',
    api: 1,
    requires: [],
    register: (container) => {
      container.register(FORWARDING_MODE, {
        useFactory: () => ({
          ...isolatedMode,
          name: 'leaky',
          rules: (network: Parameters<typeof isolatedMode.rules>[0]) => [
            { hook: 'forward-from' as const, matches: [], action: { kind: 'accept' as const }, purpose: 'a slip' },
            ...isolatedMode.rules(network),
          ],
        }),
      });
    },
  });
  const prove = (mode: string) => {
    const { policy, claims } = modelled({ 'a.weir': siteOf('use clean-traffic', mode) }, [leaky]);
    const all = claims.flatMap((group) => group.claims);
    return proveClaims({ policy, target, attachments }, all, flowTravel(policy));
  };
  expect(prove('isolated').map(({ kind }) => kind)).toEqual(['proved', 'proved']);
  const [leaving, entering] = prove('leaky');
  expect(entering?.kind).toBe('proved');
  if (leaving?.kind !== 'refuted') throw new Error(`the slip was not found: ${JSON.stringify(leaving)}`);
  expect(leaving.witness.answers[0]?.journey.hops.at(-1)).toMatchObject({ kind: 'outside', verdict: 'accept' });
});

const EARLY: readonly (readonly [claim: string, accepts: string])[] = [
  ['mac-source', 'out accept where ether.source != self.mac'],
  ['ipv4-source', 'out accept where ip.source != self.addresses'],
  ['ipv6-source', 'out accept where ip6.source != self.addresses'],
  ['arp-sender-mac', 'out accept where arp.sender-mac != self.mac'],
  ['arp-sender-ip', 'out accept where arp.sender-ip != self.addresses'],
  ['nd-target', 'out accept icmpv6 type neighbor-advertisement'],
  ['nd-link-address', 'out accept icmpv6 type neighbor-solicitation'],
  ['vlan-tag', 'out accept vlan'],
  ['other-protocol', 'out accept lldp'],
  ['router-role', 'out accept icmpv6 type router-advertisement'],
  ['dhcp-server-role', 'out accept udp from port 67'],
];

const refutedBy = (guard: string): readonly string[] => {
  const { policy } = modelled({ 'a.weir': siteOf(guard) });
  const results = provePorts({ policy, target, attachments }, frameTravel(policy));
  expect(results.flatMap(({ findings }) => findings).filter(({ kind }) => kind === 'undecided')).toEqual([]);
  return results.filter(({ findings }) => findings.some(({ kind }) => kind === 'refuted')).map(({ id }) => id);
};

test('a guard that binds its port keeps every claim', () => {
  expect(refutedBy('use clean-traffic; in pass')).toEqual([]);
});

test.each(EARLY)('a guard that accepts too early does not keep %s', (claim, accepts) => {
  expect(refutedBy(`${accepts}\nuse clean-traffic; in pass`)).toContain(claim);
});
