/**
 * Every case that compiles loads in a real kernel: whole, in parts, and port by port on the host's document alone.
 *
 * A case that needs what this kernel lacks is loaded for the target without it here, and as written where the kernel
 * has it (the emulated tier).
 */
import { compareRulesets, type Listing, type NftDocument } from '@weir/nftables-json';
import { type Documents, interfaceDocument, type Target } from '@weir/compiler';
import { expect } from 'vitest';
import { kernelTest, type Requirement } from '../kernel/requirements.ts';
import { type Case, compileTexts, readCases, targetNamed } from './compile-case.ts';
import { loadInOrder } from './load.ts';
import { shuffled } from './order.ts';

const NEEDS: readonly Requirement[] = ['root', 'ip', 'nft', 'netns', 'nft-bridge', 'inet-nat'];
/** WHY: names of the newer nft are written for the newer nft, and the oldest is what is sure to be here. */
const LOADABLE: ReadonlySet<string> = new Set(['1.0.6']);

const wholeText = (documents: Documents): string => JSON.stringify(documents.ruleset);

/** What of the kernel the ruleset uses that not every kernel has. */
function needsOf(documents: Documents): readonly Requirement[] {
  const { bridge } = { bridge: [...documents.profiles.values()].map((one) => JSON.stringify(one)).join('') };
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
  await holdSingle(documents, host);
}

/** One port on the host's document alone: its chains and elements are there, and no other port's. */
async function holdSingle(documents: Documents, host: NftDocument): Promise<void> {
  const [ifname, other] = [...documents.interfaces.keys()];
  if (ifname === undefined) return;
  const listing = await loadInOrder([host, interfaceDocument(documents, ifname)]);
  const text = textOf(listing);
  const profile = documents.manifest.interfaces[ifname]?.profile ?? 'no profile';
  expect(text).toContain(`"${ifname}"`);
  expect(text).toContain(`"name":"${profile}-in"`);
  expect(text).toContain(`"name":"${profile}-out"`);
  if (other !== undefined) expect(text).not.toContain(`"${other}"`);
}

const textOf = (listing: Listing): string => JSON.stringify(listing.objects);

function compiled(one: Case, target: Target): Documents {
  const { documents, report } = compileTexts(one.texts, target);
  if (documents === undefined) throw new Error(report);
  return documents;
}

for (const one of readCases().filter(({ isRefused }) => !isRefused)) {
  if (!LOADABLE.has(one.target.nft)) continue;
  const documents = compiled(one, one.target);
  const needs = needsOf(documents);
  kernelTest(`${one.name} loads whole and in parts`, [...NEEDS, ...needs], () => holdEveryWay(documents));
  const plain = targetNamed('no-bridge-conntrack');
  if (needs.length === 0) continue;
  const fallback = compileTexts(one.texts, plain).documents;
  if (fallback === undefined) continue;
  kernelTest(`${one.name} loads for a kernel without bridge conntrack`, NEEDS, async () => {
    expect(wholeText(fallback)).not.toBe(wholeText(documents));
    await holdEveryWay(fallback);
  });
}
