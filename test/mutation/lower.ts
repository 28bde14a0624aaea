// What notices mutants of the lowering: its tests, and the corpus compiled for its targets. A frame that the emitted rules decide otherwise, or a document
// that is refused, is a witness; other bytes alone are recorded.
import { compilePolicy, type Documents, type Target } from '@weir/compiler';
import { compareRulesets, type NftDocument } from '@weir/nftables-json';
import { corpus, type CorpusSite } from './corpus-site.ts';
import { atHooks, atPort, hookQuestions, loaded } from './memory-answers.ts';
import { shippedRegistry } from '../compile/compile-case.ts';
import type { Probe } from './probe.ts';
import { testsTaken } from './vitest-in-process.ts';
import { work } from './worker.ts';

const { attachments } = shippedRegistry();
const plain = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}` : value instanceof Map ? [...(value as Map<unknown, unknown>)] : value;

const inParts = ({ host, profiles, interfaces }: Documents): readonly NftDocument[] => [
  host,
  ...[...profiles.values()].toReversed(),
  ...[...interfaces.values()].toReversed(),
];

function probeOf({ name, policy, texts, trials, hasNetworks }: CorpusSite, target: Target): Probe {
  const questions = hasNetworks ? hookQuestions(policy) : [];
  return {
    name: `${name} for ${target.name}`,
    run: async (see) => {
      const { value, diagnostics } = compilePolicy(policy, { target, attachments, texts });
      if (see('recorded', JSON.stringify([value, diagnostics], plain))) return;
      see('witness', diagnostics.map(({ code }) => code).join(' '));
      if (value === undefined) return;
      const nft = loaded([value.ruleset], target);
      see('witness', nft === undefined ? 'unsupported' : 'loaded');
      if (nft === undefined) return;
      for (const trial of trials) for (const { shown } of atPort(nft, target, trial)) see('witness', shown);
      for (const { shown } of atHooks(nft, questions)) see('witness', shown);
      const parts = await loaded(inParts(value), target)?.list();
      see('witness', JSON.stringify(parts && compareRulesets(await nft.list(), parts)));
    },
  };
}

await work(() => [
  ...testsTaken().filter(({ name }) => !name.endsWith('is quick')),
  ...corpus().flatMap((site) => site.targets.map((target) => probeOf(site, target))),
]);
