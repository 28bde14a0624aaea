// The guard of ports without a bridge, attached by a stranger's plugin, in both simulators: packets of the catalogue that claim a foreign source, speak
// for others or play router do not get from a tap to the host or through it. What is wrong with a link has no meaning there.
import { compilePolicy, gatherSources, hasErrors, loadPlugins, readPolicy } from '@weir/compiler';
import { createMemoryNft } from '@weir/nftables-json';
import { decide, readFrame } from '@weir/semantics';
import { expect, test } from 'vitest';
import { readerOf, targetNamed } from '../compile/compile-case.ts';
import { catalogue } from './catalogue.ts';
import { falseClaims, ownOf } from './claims.ts';
import { ACTORS } from './segment.ts';
import { STATES, TARGETS } from './simulator.ts';

type Plugin = Parameters<typeof loadPlugins>[0][number];
// WHY as a string: the plugin is plain JavaScript, without declarations.
const { default: tap } = (await import('../packets/routed-tap.mjs' as string)) as { readonly default: Plugin };

const { own } = ACTORS;
const SITE = `
import { routed-traffic } from "@weir/rules"
network taps { mode tap; bridge none0; subnet 10.77.0.0/24; subnet fd77::/64 }
filter open { in accept; out accept }
guest a { interface tap0 { network taps; mac ${own.mac}; address ${own.ipv4}, ${own.ipv6}; guard routed-traffic; filter open } }
`;
const CLAIMS = ['IPv4 source', 'IPv6 source', 'ICMP error about others', 'ICMPv6 error about others', 'ICMP router'];
const OWN = ownOf(own.mac, [own.ipv4, own.ipv6, own.linkLocal]);

/** Whole untagged IP packets that are no fragments: others do not come to the hooks of IP. */
const PACKETS = catalogue(ACTORS).filter(({ frame }) => {
  const { ip, etherType } = readFrame(frame);
  const version = (frame[14] ?? 0) >> 4;
  const isSound = ip?.protocol !== undefined && ip.isFragment === false && ip.transport !== undefined;
  return isSound && version === (etherType === 0x0800 ? 4 : 6) && frame.length >= 62;
});

test.each(TARGETS)('on %s, no packet leaves a routed tap in a foreign name', (name) => {
  const { value: registry } = loadPlugins([tap]);
  const texts = new Map([['site.weir', SITE]]);
  const sources = gatherSources(['site.weir'], readerOf(texts));
  const { value: policy, diagnostics } = readPolicy(sources.value, registry);
  const target = targetNamed(name);
  if (policy === undefined || hasErrors(diagnostics)) throw new Error(JSON.stringify(diagnostics));
  const { value } = compilePolicy(policy, { target, attachments: registry.attachments, texts });
  const [port] = policy.ports;
  if (value === undefined || port === undefined) throw new Error('the site does not compile');
  const nft = createMemoryNft({ version: target.nft });
  nft.load(value.ruleset);
  const leaks: string[] = [];
  let genuine = 0;
  for (const { name: entry, frame, guard, why } of PACKETS) {
    for (const state of STATES) {
      const packet = frame.slice(14);
      const family = readFrame(frame).ip?.family === 'ipv4' ? 'ip' : 'ip6';
      const hooks = ['forward', 'input'] as const;
      const inMemory = hooks.some(
        (hook) => nft.evaluate({ packet, iifname: 'tap0', ct: { state } }, { family, hook }).verdict === 'accept',
      );
      const isDelivered = decide(policy, port, 'out', readFrame(frame), state).verdict === 'accept';
      const isFalse = falseClaims(frame, OWN).some((claim) => CLAIMS.includes(claim));
      if (isFalse && (inMemory || isDelivered)) leaks.push(`${state}: ${entry} (${why}): ${isDelivered}, ${inMemory}`);
      if (inMemory !== isDelivered) leaks.push(`${state}: ${entry}: the simulators differ`);
      if (guard === 'pass' && isDelivered) genuine += 1;
    }
  }
  expect(leaks.slice(0, 20)).toEqual([]);
  expect(genuine).toBeGreaterThan(50);
});
