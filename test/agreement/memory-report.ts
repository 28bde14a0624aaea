// A disagreement as a person needs it: the smallest site that shows it, one frame, and what each of the two did. In: a disagreement. Out: a site, a text,
// and the case that keeps it from coming back. Guarantees: the smaller site disagrees in the same aspects.
import type { Target } from '@weir/compiler';
import { decide as referenceDecide } from '@weir/semantics';
import { hex } from '../kernel/frames.ts';
import type { Decide } from './agreement.ts';
import { type CompiledSite, tryCompile } from './compiled-site.ts';
import { type Disagreement, loadWay } from './memory-agreement.ts';
import { type Answers, ask } from './memory-trial.ts';
import { shrinkSite } from './shrink.ts';
import type { Site } from './site.ts';

/** Compiles a site; a broken compiler for tests of the tests. */
export type Compile = (site: Site, target: Target) => CompiledSite | undefined;

function answersOf(
  site: Site,
  target: Target,
  { trial, way }: Disagreement,
  compile: Compile,
  decide: Decide,
): (Answers & { readonly compiled: CompiledSite }) | undefined {
  const compiled = compile(site, target);
  const port = compiled?.policy.ports.find(({ ifname }) => ifname === trial.ifname);
  if (compiled === undefined || port === undefined) return undefined;
  const { policy, documents } = compiled;
  return { compiled, ...ask({ policy, target, nft: loadWay(documents, target, way) }, { ...trial, port }, decide) };
}

/** The smallest site found that still shows the disagreement. */
export function smallest(
  site: Site,
  target: Target,
  found: Disagreement,
  compile: Compile = tryCompile,
  decide: Decide = referenceDecide,
): Promise<Site> {
  return shrinkSite(site, found.trial.ifname, (smaller) => {
    const answers = answersOf(smaller, target, found, compile, decide);
    return answers !== undefined && found.aspects.some((aspect) => answers.aspects.includes(aspect));
  });
}

/** Both answers and both ways to them. */
export function tell(
  site: Site,
  target: Target,
  found: Disagreement,
  compile: Compile = tryCompile,
  decide: Decide = referenceDecide,
): string {
  const answers = answersOf(site, target, found, compile, decide);
  if (answers === undefined) return 'the smaller site is refused';
  const { decision, outcome, compiled, aspects } = answers;
  const { trial, way } = found;
  const steps = decision.trace.map(
    ({ origin, outcome: came, verdict }) =>
      `  ${came} ${verdict.kind}: ${origin.item}: ${compiled.text.slice(origin.span.start, origin.span.end)}`,
  );
  const rules = outcome.matched.map(({ family, chain, comment }) => `  ${family} ${chain}: ${comment}`);
  return [
    `${target.name}, ${way}: they differ in ${aspects.join(', ')}`,
    `port ${trial.ifname}, direction ${trial.direction}, ${JSON.stringify(trial.facts)}`,
    `frame ${hex(trial.frame)}`,
    `reference: ${decision.verdict} by ${decision.by.kind}, effects ${JSON.stringify(decision.effects.map(({ options }) => options))}`,
    ...steps,
    `memory: ${outcome.verdict}, effects ${JSON.stringify(outcome.effects.map(({ rule: _rule, ...effect }) => effect))}`,
    ...rules,
    compiled.text,
  ].join('\n');
}
