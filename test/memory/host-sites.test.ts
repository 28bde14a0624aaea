// Journeys and the emitted ruleset agree from end to end: generated sites of networks, every target, each way of loading, flows between all kinds of
// ends. WEIR_SITE_SEED starts elsewhere, WEIR_SITES says how many sites are tried.
import { type Flow, readFlow, type Site, type Target, TARGETS } from '@weir/compiler';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadWay, WAYS } from '../agreement/memory-agreement.ts';
import { compileTexts } from '../compile/compile-case.ts';
import { modelled } from '../journeys/modelled.ts';
import { type Compared, differences } from './host/compare.ts';
import { type FlowParts, flowParts, hostSite, type HostSite } from './host/generate.ts';
import { createMemoryHost } from './host/memory-host.ts';
import { planOf } from './host/plan.ts';
import { flowText, hostSiteText } from './host/site-text.ts';

const SITES = Number(process.env['WEIR_SITES'] ?? 6);
const SEED = Number(process.env['WEIR_SITE_SEED'] ?? 1);
const FLOWS = 160;

interface Asked {
  readonly site: HostSite;
  readonly flows: readonly FlowParts[];
  readonly way: (typeof WAYS)[number];
}

/** A site that compiles, loaded; undefined for one whose rules exclude themselves. */
function loaded({ site, way }: Asked, target: Target): (Compared & { readonly read: Site }) | undefined {
  const text = hostSiteText(site);
  const { documents } = compileTexts(new Map([['site.weir', text]]), target);
  if (documents === undefined) return undefined;
  const read = modelled({ 'site.weir': text });
  const { policy } = read;
  const { topology } = documents;
  const nft = loadWay(documents, target, way, SEED);
  const host = createMemoryHost({ topology, policy, target, nft, isOutsideRouting: true });
  return { read, policy, plan: planOf(topology, policy), target, host };
}

/** The flow as the site understands it; undefined where it makes no sense, or where the target cannot tell its state. */
function asked(read: Site, words: string, target: Target): Flow | undefined {
  const { value } = readFlow(words, read.model);
  return value?.state === 'untracked' && !target.kernel.bridgeConntrack ? undefined : value;
}

for (const target of TARGETS) {
  test(`${target.name}: journeys and the emitted ruleset agree from end to end`, { timeout: 240_000 }, () => {
    let compared = 0;
    const agrees = (given: Asked): void => {
      const site = loaded(given, target);
      if (site === undefined) return;
      for (const parts of given.flows) {
        const words = flowText(given.site, parts);
        const flow = asked(site.read, words, target);
        if (flow === undefined) continue;
        const { packets, told } = differences(site, flow);
        compared += packets;
        expect(told, `${words}\n${hostSiteText(given.site)}`).toEqual([]);
      }
    };
    const given = fc.record({
      site: hostSite,
      flows: fc.array(flowParts, { minLength: 1, maxLength: FLOWS, size: 'max' }),
      way: fc.constantFrom(...WAYS),
    });
    fc.assert(fc.property(given, agrees), { numRuns: SITES, seed: SEED, unbiased: true });
    expect(compared).toBeGreaterThan(20 * SITES);
  });
}
