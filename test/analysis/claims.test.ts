// Claims on generated sites of all four modes against brute force: every flow between all ends is followed, and no claim that is proved is broken
// by one of them; a claim that one breaks is refuted. Sizes: WEIR_CLAIMS_SITES, WEIR_CLAIMS_SEED, WEIR_CLAIMS_ONE_IN.
import { proveClaims } from '@weir/analysis';
import { flowTravel } from '@weir/cli';
import { findTarget, loadPlugins, readFlow, type Claim, type Site } from '@weir/compiler';
import bridged from '@weir/plugin-bridged';
import isolated from '@weir/plugin-isolated';
import nat from '@weir/plugin-nat';
import routed from '@weir/plugin-routed';
import { travelFlow } from '@weir/semantics';
import { expect, test } from 'vitest';
import { modelled } from '../journeys/modelled.ts';
import { FLOW_GUESTS, flowSite } from '../packets/flow-site.ts';
import { tryReadSite } from '../packets/read-site.ts';

const SITES = Number(process.env['WEIR_CLAIMS_SITES'] ?? 1);
/** Of all claims that can be asked, one in so many. */
const ONE_IN = Number(process.env['WEIR_CLAIMS_ONE_IN'] ?? 5);
const SEED = Number(process.env['WEIR_CLAIMS_SEED'] ?? 1);
const { attachments } = loadPlugins([nat, routed, isolated, bridged]).value;

interface Place {
  /** As a claim writes it, and the ends of flows that it has. */
  readonly text: string;
  readonly ends: readonly string[];
}

const networks = [...new Set(FLOW_GUESTS.map(({ network }) => network))];
const PLACES: readonly Place[] = [
  { text: 'world', ends: ['world'] },
  ...networks
    .filter((network) => network !== 'wire')
    .map((network) => ({
      text: `network(${network})`,
      ends: FLOW_GUESTS.filter((one) => one.network === network).map(({ name }) => name),
    })),
  ...['n1', 'r1', 'r2', 'c1', 'w1'].map((name) => ({ text: `guest(${name})`, ends: [name] })),
];
const SUBJECTS = ['tcp port 8000', 'tcp port 8003', 'udp port 8001', 'icmp type echo-request'] as const;

interface Asked {
  readonly quantifier: 'never' | 'always';
  readonly from: Place;
  readonly to: Place;
  readonly subject: (typeof SUBJECTS)[number];
}

const ALL: readonly Asked[] = PLACES.flatMap((from) =>
  PLACES.filter((to) => to !== from && !(from.text === 'world' && to.text === 'world')).flatMap((to) =>
    SUBJECTS.flatMap((subject) =>
      (['never', 'always'] as const).map((quantifier) => ({ quantifier, from, to, subject })),
    ),
  ),
);

const askedOf = (seed: number): readonly Asked[] => ALL.filter((_, at) => (at + seed) % ONE_IN === 0);

const textOf = ({ quantifier, subject, from, to }: Asked): string => {
  const [protocol = '', clause = '', value = ''] = subject.split(' ');
  return `${quantifier} ${protocol} from ${from.text} to ${to.text} ${clause} ${value}`;
};

/** The generated site without the rules that can never match, which are errors. */
function flowSiteOf(seed: number): string {
  const text = flowSite(seed);
  const read = tryReadSite(text);
  const wrong = 'policy' in read ? [] : read;
  return wrong.reduce((left, { code, span }) => {
    if (code !== 'resolve/never-matches' || span === undefined) throw new Error(code);
    return left.slice(0, span.start) + ' '.repeat(span.end - span.start) + left.slice(span.end);
  }, text);
}

function siteWith(seed: number, asked: readonly Asked[]): { readonly site: Site; readonly claims: readonly Claim[] } {
  const body = asked.map((one) => `  ${textOf(one)}\n`).join('');
  const site = modelled({ 'a.weir': `${flowSiteOf(seed)}\nassert "all" {\n${body}}\n` });
  const claims = site.claims.find(({ title }) => title === 'all')?.claims ?? [];
  expect(claims).toHaveLength(asked.length);
  return { site, claims };
}

/** What every packet of each flow gets, by the flow's text; undefined where there is no such flow. */
function followed({ policy, model }: Site): (text: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const { value } = readFlow(text, model);
    const verdicts = value
      ? travelFlow(policy, value, { explain: false, replies: false }).answers.map((one) => one.verdict)
      : [];
    known.set(text, verdicts);
    return verdicts;
  };
}

function flowsOf({ subject, from, to }: Asked): readonly string[] {
  const [protocol = '', ...rest] = subject.split(' ');
  return from.ends.flatMap((a) =>
    to.ends.filter((b) => a !== b).map((b) => `${protocol} ${a} -> ${b} ${rest.join(' ')}`),
  );
}

test.each(Array.from({ length: SITES }, (_, index) => SEED + index))(
  'no claim that is proved is broken by any flow, and what a flow breaks is refuted (seed %i)',
  (seed) => {
    const all = askedOf(seed);
    const { site, claims } = siteWith(seed, all);
    const target = findTarget('debian-13');
    if (target === undefined) throw new Error('no target');
    const results = proveClaims({ policy: site.policy, target, attachments }, claims, flowTravel(site.policy));
    const verdictsOf = followed(site);
    const counts = { proved: 0, refuted: 0, undecided: 0 };
    for (const [at, asked] of all.entries()) {
      const result = results[at];
      if (result === undefined) throw new Error('a claim without a result');
      counts[result.kind] += 1;
      const isWrong = (verdict: string): boolean => (verdict === 'accept') === (asked.quantifier === 'never');
      const breaking = flowsOf(asked).filter((flow) => verdictsOf(flow).some(isWrong));
      if (breaking.length > 0) expect(result.kind, `${textOf(asked)}: ${breaking[0] ?? ''}`).toBe('refuted');
    }
    // Both kinds of answers must come, or nothing was tried; few stay open.
    expect(counts.proved).toBeGreaterThan(5);
    expect(counts.refuted).toBeGreaterThan(5);
    expect(counts.undecided).toBeLessThan(all.length / 10);
  },
  60_000,
);

test.each([1])('what the modes promise is proved whatever the filters are (seed %i)', (seed) => {
  const site = modelled({ 'a.weir': flowSiteOf(seed) });
  const target = findTarget('debian-13');
  if (target === undefined) throw new Error('no target');
  const promises = site.claims.filter(({ guarantee }) => guarantee).flatMap(({ claims }) => claims);
  expect(promises.length).toBeGreaterThanOrEqual(3);
  const env = { policy: site.policy, target, attachments };
  expect(proveClaims(env, promises, flowTravel(site.policy)).map(({ kind }) => kind)).toEqual(
    promises.map(() => 'proved'),
  );
});
