/**
 * Every case that compiles loads in a real kernel: whole, in parts, and port by port on the host's document alone.
 *
 * A case that needs what this kernel lacks is loaded for the target without it here, and as written where the kernel
 * has it (the emulated tier).
 */
import { compareRulesets, type Listing } from '@weir/nftables-json';
import { type Documents, interfaceDocument, type Target } from '@weir/compiler';
import { expect, test } from 'vitest';
import { kernelTest, type Requirement } from '../kernel/requirements.ts';
import { type Case, compileTexts, type Outcome, readCases, targetNamed } from './compile-case.ts';
import { loadInOrder } from './load.ts';
import { shuffled } from './order.ts';

const NEEDS: readonly Requirement[] = ['root', 'ip', 'nft', 'netns', 'nft-bridge', 'inet-nat'];
/** WHY: names of the newer nft are written for the newer nft, and the oldest is what is sure to be here. */
const LOADABLE: ReadonlySet<string> = new Set(['1.0.6']);

const wholeText = (documents: Documents): string => JSON.stringify(documents.ruleset);

/** What of the kernel the ruleset uses that not every kernel has. */
function needsOf(documents: Documents): readonly Requirement[] {
  const bridge = [...documents.profiles.values()].map((one) => JSON.stringify(one)).join('');
  const skeleton = documents.host.nftables.filter((one) => JSON.stringify(one).includes('"family":"bridge"'));
  const text = `${bridge}${JSON.stringify(skeleton)}`;
  return [
    ...(text.includes('{"ct":') || text.includes('"ct count"') ? (['bridge-ct'] as const) : []),
    ...(text.includes('{"reject":') ? (['bridge-reject'] as const) : []),
  ];
}

async function holdEveryWay(documents: Documents): Promise<void> {
  const { ruleset, host, profiles, interfaces } = documents;
  const whole = await loadInOrder([ruleset]);
  const parts = [host, ...shuffled([...profiles.values()], 7), ...shuffled([...interfaces.values()], 11)];
  expect(compareRulesets(whole, await loadInOrder(parts))).toEqual([]);
  const own = shuffled([...interfaces.keys()], 3).map((ifname) => interfaceDocument(documents, ifname));
  const alone =
    profiles.size === new Set(Object.values(documents.manifest.interfaces).map(({ profile }) => profile)).size;
  if (alone) expect(compareRulesets(whole, await loadInOrder([host, ...own]))).toEqual([]);
  for (const ifname of interfaces.keys()) await holdSingle(documents, ifname);
}

/** One port on the host's document alone: its chains and elements are there, and no other port's. */
async function holdSingle(documents: Documents, ifname: string): Promise<void> {
  const text = textOf(await loadInOrder([documents.host, interfaceDocument(documents, ifname)]));
  const profile = documents.manifest.interfaces[ifname]?.profile ?? 'no profile';
  for (const direction of ['in', 'out']) {
    expect(text).toContain(`"name":"${profile}-${direction}"`);
    expect(text).toContain(`["${ifname}",{"goto":{"target":"${profile}-${direction}"}}]`);
  }
  for (const other of documents.interfaces.keys()) {
    if (other !== ifname) expect(text).not.toContain(`["${other}",{"goto"`);
  }
}

const textOf = (listing: Listing): string => JSON.stringify(listing.objects);

function compiled(one: Case, target: Target): Documents {
  const { documents, report } = compileTexts(one.texts, target);
  if (documents === undefined) throw new Error(report);
  return documents;
}

interface Loadable {
  readonly name: string;
  readonly documents: Documents;
  readonly needs: readonly Requirement[];
  readonly fallback: Outcome;
}

const LOADABLES: readonly Loadable[] = readCases()
  .filter(({ isRefused, target }) => !isRefused && LOADABLE.has(target.nft))
  .map((one) => {
    const documents = compiled(one, one.target);
    const fallback = compileTexts(one.texts, targetNamed('no-bridge-conntrack'));
    return { name: one.name, documents, needs: needsOf(documents), fallback };
  });

for (const { name, documents, needs } of LOADABLES) {
  kernelTest(`${name} loads whole and in parts`, [...NEEDS, ...needs], () => holdEveryWay(documents));
}

for (const { name, documents, needs, fallback } of LOADABLES) {
  const instead = fallback.documents;
  if (needs.length === 0 || instead === undefined) continue;
  kernelTest(`${name} loads for a kernel without bridge conntrack`, NEEDS, async () => {
    expect(wholeText(instead)).not.toBe(wholeText(documents));
    await holdEveryWay(instead);
  });
}

test('what a kernel without bridge conntrack cannot do is refused at its place', () => {
  const refused = LOADABLES.filter(({ fallback }) => fallback.documents === undefined);
  expect(refused.map(({ name }) => name)).toEqual(['options/connections', 'state/related-alone']);
  const errors = refused.flatMap(({ fallback }) => fallback.diagnostics.filter(({ severity }) => severity === 'error'));
  expect(errors.filter(({ code, span }) => span === undefined || !code.startsWith('lower/'))).toEqual([]);
});
