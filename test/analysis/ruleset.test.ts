// The emitted ruleset as diagrams against the nftables in memory, and changed rulesets: the proof refuses each with a frame of which both simulators say
// what it says.
import { compareWay, enteredWays, indexRuleset, pointOf, validateRuleset } from '@weir/analysis';
import type { Way } from '@weir/analysis';
import type { Direction, Port } from '@weir/compiler';
import { createMemoryNft } from '@weir/nftables-json';
import type { MemoryNft, NftDocument, Statement } from '@weir/nftables-json';
import { decide, readFrame } from '@weir/semantics';
import { expect, test } from 'vitest';
import { baseFrames } from '../agreement/base-frames.ts';
import { targetNamed } from '../compile/compile-case.ts';
import { compiledFor, type Compiled } from './compiled.ts';
import { factsOf } from './facts.ts';

const TEXT = `
import { clean-traffic } from "@weir/rules"
network lan { mode isolated; bridge br0; subnet 10.9.0.0/16; subnet fd09::/48 }
addresses office = { 10.9.7.0/24, fd09:7::/64 }
guard own {
  out drop where ether.source != self.mac
  out pass ipv4 from self.addresses
  out pass ipv6 from self.addresses
  out accept arp where arp.sender-ip in self.addresses
  in  pass ipv4, ipv6
  default in accept
  default out drop
}
filter web {
  in  accept tcp port 443 stateless
  in  accept tcp port 8000-8010 from office stateless
  in  accept udp port 53 where not (ip.ttl < 5) stateless
  out drop tcp port 25
  out accept to office stateless
  out accept icmp type echo-request stateless
  out reject udp port { 137, 138 }
  default out drop
}
guest one { interface vnet1 { network lan; mac 52:54:00:09:00:01; address 10.9.1.1, fd09::1:1; guard own; filter web } }
guest two { interface vnet2 { network lan; mac 52:54:00:09:00:02; address 10.9.1.2, 10.9.2.0/24, fd09::1:2; guard clean-traffic; filter web } }
`;

const TARGET = targetNamed('debian-12');

function compiled(): Compiled {
  const made = compiledFor(new Map([['site.weir', TEXT]]), TARGET);
  if (made === undefined) throw new Error('the site is refused');
  return made;
}

const mac = (value: bigint): string => (value.toString(16).padStart(12, '0').match(/../g) ?? []).join(':');

function framesOf(port: Port, direction: Direction): readonly Uint8Array[] {
  const four = [...Array.from({ length: 3 }, (_, at) => `10.9.${at}.1`), '10.9.7.8', '10.9.1.2', '192.0.2.1'];
  const six = ['fd09::1:1', 'fd09::1:2', 'fd09:7::5', '2001:db8::1', 'ff02::1', 'fe80::5054:ff:fe09:1'];
  return four.flatMap((address, at) => {
    const own = { mac: mac(port.mac), src4: '10.9.1.1', src6: 'fd09::1:1' };
    const other = { mac: '52:54:00:09:00:0f', src4: address, src6: six[at] ?? '::' };
    const [from, to] = direction === 'out' ? [own, other] : [other, own];
    const ends = { srcMac: from.mac, dstMac: to.mac, src4: from.src4, dst4: to.src4, src6: from.src6, dst6: to.src6 };
    return baseFrames(ends).filter((frame) => !isCutOff(frame));
  });
}

/** Frames whose network header is cut off, and upper layers of a few bytes, are none of the space. */
function isCutOff(bytes: Uint8Array): boolean {
  const { ip, etherType } = readFrame(bytes);
  if (etherType === 0x0806 || etherType === 0x8035) return bytes.length < 42;
  if (ip === undefined) return bytes.length < 18;
  return bytes.length < (ip.family === 'ipv4' ? 34 : 54) || (ip.transport ?? 0) + 4 > bytes.length;
}

/** The verdict of the nftables in memory for a new connection. */
function memoryVerdict(nft: MemoryNft, way: Way, port: Port, frame: Uint8Array): string {
  const isOut = way.direction === 'out';
  const result = nft.evaluate(
    {
      frame,
      iifname: isOut ? port.ifname : 'vnet9',
      oifname: isOut ? 'vnet9' : port.ifname,
      ct: { state: 'new' },
      pkttype: 'other',
    },
    { family: 'bridge', hook: isOut ? 'prerouting' : 'postrouting' },
  );
  return result.effects.some(({ kind }) => kind === 'reject') ? 'reject' : result.verdict;
}

const RULESET = compiled();
const NFT = load(RULESET.documents.ruleset);

function load(document: NftDocument): MemoryNft {
  const nft = createMemoryNft({ version: TARGET.nft });
  nft.load(document);
  return nft;
}

test('diagrams of an emitted ruleset say of every frame what the nftables in memory does', () => {
  let compared = 0;
  for (const { way, entry } of enteredWays(RULESET.env, indexRuleset(RULESET.documents.ruleset))) {
    const { planned, ruleset } = compareWay(way, entry);
    const { diagrams } = planned.space;
    for (const port of way.ports) {
      for (const frame of framesOf(port, way.direction)) {
        const point = pointOf(planned.space, factsOf(frame, { port, state: 'new' }));
        const said = diagrams.valueOf(diagrams.at(ruleset, (level) => point[level] ?? 0));
        expect({ verdict: said?.verdict, frame: Buffer.from(frame).toString('hex') }).toEqual({
          verdict: memoryVerdict(NFT, way, port, frame),
          frame: Buffer.from(frame).toString('hex'),
        });
        compared += 1;
      }
    }
  }
  expect(compared).toBeGreaterThan(200);
});

/** A change of a ruleset: one rule's statements, chosen by what stands in it. */
interface Mutant {
  readonly name: string;
  readonly chain: RegExp;
  readonly has: string;
  readonly change: (statements: readonly Statement[]) => readonly Statement[];
}

const last = (statement: Statement) => (statements: readonly Statement[]) => [...statements.slice(0, -1), statement];
const edited = (from: string, to: string) => (statements: readonly Statement[]) =>
  JSON.parse(JSON.stringify(statements).replace(from, to)) as readonly Statement[];

const MUTANTS: readonly Mutant[] = [
  { name: 'a drop that accepts', chain: /-out/, has: '"right":25', change: last({ accept: null }) },
  { name: 'a port that is one off', chain: /-in/, has: '"right":443', change: edited('443', '444') },
  { name: 'a range that ends early', chain: /-in/, has: '8010', change: edited('8010', '8009') },
  { name: 'the spoofing rule gone', chain: /-out/, has: '@self-mac"', change: () => [{ counter: null }] },
  { name: 'own addresses not asked', chain: /-out/, has: '@self-ip4"', change: edited('"op":"=="', '"op":"!="') },
  { name: 'a reject that drops', chain: /-out/, has: '"reject"', change: last({ drop: null }) },
  {
    name: 'a protocol forgotten',
    chain: /-in/,
    has: '"right":53',
    change: (all) =>
      all
        .filter((one) => !JSON.stringify(one).includes('l4proto'))
        .map((one) => JSON.parse(JSON.stringify(one).replace('"protocol":"udp"', '"protocol":"th"')) as Statement),
  },
  { name: 'a set for another one', chain: /-out/, has: '@office-ip4', change: edited('"op":"=="', '"op":"!="') },
  {
    name: 'a type for another one',
    chain: /-out/,
    has: '"field":"type"}},"right":8',
    change: edited('"right":8}', '"right":0}'),
  },
  { name: 'a guard that is left early', chain: /-out$/, has: '"ether"', change: () => [{ accept: null }] },
];

/** The document with the first rule that fits changed. */
function mutated({ nftables }: NftDocument, { chain, has, change }: Mutant): NftDocument {
  let isDone = false;
  const changed = nftables.map((entry) => {
    if (isDone || !('add' in entry) || !('rule' in entry.add)) return entry;
    const { rule } = entry.add;
    if (!chain.test(rule.chain) || !JSON.stringify(rule.expr).includes(has)) return entry;
    isDone = true;
    return { add: { rule: { ...rule, expr: change(rule.expr) } } };
  });
  if (!isDone) throw new Error(`no rule has ${has}`);
  return { nftables: changed };
}

test('the ruleset itself is proved', () => {
  expect(validateRuleset(RULESET.env, RULESET.documents.ruleset)).toEqual([]);
});

test.each(MUTANTS)('the proof refuses $name, with a frame that shows it', (mutant) => {
  const document = mutated(RULESET.documents.ruleset, mutant);
  const failures = validateRuleset(RULESET.env, document);
  const [failure] = failures.filter(({ kind }) => kind === 'differs');
  if (failure?.kind !== 'differs') throw new Error(`not found: ${JSON.stringify(failures)}`);
  const { port, packet, isConfirmed, policy, ruleset } = failure.witness;
  expect(isConfirmed).toBe(true);
  const [way] = enteredWays(RULESET.env, indexRuleset(RULESET.documents.ruleset))
    .map((one) => one.way)
    .filter((one) => one.profile.name === failure.profile && one.direction === failure.direction);
  if (way === undefined) throw new Error('no such way');
  const decision = decide(RULESET.env.policy, port, failure.direction, readFrame(packet.bytes), 'new');
  expect(decision.verdict).toBe(policy.outcome.verdict);
  expect(memoryVerdict(load(document), way, port, packet.bytes)).toBe(ruleset.outcome.verdict);
});

test('elements that are not the facts of their port are refused', () => {
  const text = JSON.stringify(RULESET.documents.ruleset).replace(
    '{"concat":["vnet1","10.9.1.1"]}',
    '{"concat":["vnet1","10.9.1.9"]}',
  );
  expect(text).not.toBe(JSON.stringify(RULESET.documents.ruleset));
  const failures = validateRuleset(RULESET.env, JSON.parse(text) as NftDocument);
  expect(failures.map(({ kind }) => kind)).toContain('unreadable');
});

test('a device that is led to a profile and is no port is refused', () => {
  const text = JSON.stringify(RULESET.documents.ruleset).replace(
    '["vnet1",{"goto"',
    '["vnet7",{"goto":{"target":"x"}}],["vnet1",{"goto"',
  );
  const failures = validateRuleset(RULESET.env, JSON.parse(text) as NftDocument);
  expect(failures.map((one) => (one.kind === 'unreadable' ? one.what : one.kind)).join()).toContain('vnet7');
});

test('a policy beyond the budget is said to be too complex', () => {
  const failures = validateRuleset(RULESET.env, RULESET.documents.ruleset, 200);
  expect(failures.map(({ kind }) => kind)).toContain('too-complex');
});
