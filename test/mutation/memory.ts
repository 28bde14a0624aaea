// What notices mutants of the nftables in memory: its tests, and the rules of the corpus with frames. What a packet shows is a witness, as the kernel
// does the same; which rules were passed and how the rules are listed is recorded.
import { compilePolicy, type Target } from '@weir/compiler';
import { compareRulesets } from '@weir/nftables-json';
import { corpus, type CorpusSite } from './corpus-site.ts';
import { type Answer, atHooks, atPort, hookQuestions, loaded } from './memory-answers.ts';
import { shippedRegistry } from '../compile/compile-case.ts';
import type { Probe, See } from './probe.ts';
import { testsTaken } from './vitest-in-process.ts';
import { work } from './worker.ts';

const { attachments } = shippedRegistry();
function tell(see: See, answers: readonly Answer[]): void {
  for (const { shown, way } of answers) {
    see('witness', shown);
    see('recorded', way);
  }
}

function probeOf({ name, policy, texts, trials, hasNetworks }: CorpusSite, target: Target): readonly Probe[] {
  const { value } = compilePolicy(policy, { target, attachments, texts });
  if (value === undefined) return [];
  const questions = hasNetworks ? hookQuestions(policy) : [];
  return [
    {
      name: `${name} for ${target.name}`,
      run: async (see) => {
        const nft = loaded([value.ruleset], target);
        see('witness', nft === undefined ? 'unsupported' : 'loaded');
        if (nft === undefined) return;
        for (const trial of trials) tell(see, atPort(nft, target, trial));
        tell(see, atHooks(nft, questions));
        const listing = await nft.list();
        see('witness', JSON.stringify(compareRulesets(value.ruleset, listing)));
        see('recorded', JSON.stringify(listing));
      },
    },
  ];
}

/** WHY: what targets differ in is few rules; one site for all of them and one target for the others show it. */
const targetsOf = ({ name, targets }: CorpusSite): readonly Target[] =>
  name === 'example site' ? targets : targets.slice(-1);

await work(() => [
  ...testsTaken(),
  ...corpus().flatMap((site) => targetsOf(site).flatMap((target) => probeOf(site, target))),
]);
