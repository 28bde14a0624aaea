// What notices mutants of the reference semantics: its tests, the tests of journeys, and `decide` over the corpus, whose verdicts are those of the
// nftables in memory.
import '../journeys/journeys.test.ts';
import { compilePolicy } from '@weir/compiler';
import { decide, type Decision, readFrame } from '@weir/semantics';
import { corpus, type CorpusSite, type Trial } from './corpus-site.ts';
import { atPort, loaded } from './memory-answers.ts';
import { shippedRegistry } from '../compile/compile-case.ts';
import type { Probe } from './probe.ts';
import { testsTaken } from './vitest-in-process.ts';
import { work } from './worker.ts';

const { attachments } = shippedRegistry();
const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);

/** What a frame shows of a decision. */
const shown = ({ verdict, rejectWith, effects }: Decision): string =>
  `${verdict} ${JSON.stringify([rejectWith, effects.map(({ options }) => options)], plain)}`;

/** Who decided, and what was asked before. */
const told = ({ by, trace }: Decision): string =>
  [
    by.kind,
    'name' in by ? `${by.stage} ${by.name} ${by.origin.span.start}` : 'state' in by ? by.state : '',
    ...trace.map(
      ({ stage, name, origin, outcome, verdict }) => `${stage}${name}${origin.span.start}${outcome}${verdict.kind}`,
    ),
  ].join(' ');

function probeOf({ name, policy }: CorpusSite, trial: Trial): Probe {
  const { port, direction, frames } = trial;
  return {
    name: `${name}: ${port.ifname} ${direction}`,
    run: (see) => {
      for (const { bytes, state } of frames) {
        const decision = decide(policy, port, direction, readFrame(bytes), state);
        see('witness', shown(decision));
        see('recorded', told(decision));
      }
    },
  };
}

/** The site with only those frames to which the nftables in memory gives the same verdict. */
function agreed(site: CorpusSite): CorpusSite {
  const { policy, texts, targets } = site;
  const [target] = targets;
  if (target === undefined) return site;
  const { value } = compilePolicy(policy, { target, attachments, texts });
  if (value === undefined) return { ...site, trials: [] };
  const nft = loaded([value.ruleset], target);
  if (nft === undefined) return site;
  const trials = site.trials.map((trial) => {
    const answers = atPort(nft, target, trial);
    const { port, direction } = trial;
    const frames = trial.frames.filter(({ bytes, state }, at) => {
      const meant = decide(policy, port, direction, readFrame(bytes), state).verdict;
      return (meant === 'accept') === (answers[at]?.verdict === 'accept');
    });
    return { ...trial, frames };
  });
  return { ...site, trials };
}

await work(() => {
  const sites = corpus();
  const both = sites.map(agreed);
  const count = (of: readonly CorpusSite[]): number =>
    of.reduce((sum, { trials }) => trials.reduce((all, { frames }) => all + frames.length, sum), 0);
  process.stderr.write(`${count(both)} of ${count(sites)} frames on which both agree\n`);
  return [...testsTaken(), ...both.flatMap((site) => site.trials.map((trial) => probeOf(site, trial)))];
});
