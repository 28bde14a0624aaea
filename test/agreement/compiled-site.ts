// A generated site through the compiler. In: a site. Out: its policy and its rules for this kernel. Guarantees: a site whose rules are refused is
// either given back without those rules or refused whole, with the compiler's words.
import { compilePolicy, gatherSources, readPolicy, renderDiagnostics } from '@weir/compiler';
import type { Documents, Policy, SourceSet, Target } from '@weir/compiler';
import type { Diagnostic } from '@weir/plugin';
import { readerOf, shippedRegistry, targetNamed } from '../compile/compile-case.ts';
import { has } from '../kernel/requirements.ts';
import { WITNESS } from './bench.ts';
import { type Site, siteText, withoutLines } from './site.ts';

export interface CompiledSite {
  readonly site: Site;
  readonly text: string;
  readonly sources: SourceSet;
  readonly policy: Policy;
  readonly documents: Documents;
}

/** The name of the rule file. */
export const FILE = 'site.weir';

/** The named target that is most like the kernel that the tests run on. */
export const kernelTarget = (): Target =>
  targetNamed(has('bridge-ct') && has('bridge-reject') ? 'debian-12' : 'no-bridge-conntrack');

/** The modes and attachments that sites are compiled with. */
export const REGISTRY = shippedRegistry();
const ROUNDS = 8;

const WITNESS_TEXT = `guest witness {
  interface ${WITNESS} { network lan; mac 52:54:00:09:ff:01; address any; guard none }
}
`;

/** The whole rule file of a site, the witness included. */
export const fileOf = (site: Site): string => siteText(site) + WITNESS_TEXT;

/** Compiles a site, leaving out the rules that the compiler refuses. Throws when something else is wrong with it. */
export function compileSite(site: Site, target: Target = kernelTarget()): CompiledSite {
  let current = site;
  for (let round = 0; round < ROUNDS; round++) {
    const found = attempt(current, target);
    if (found.compiled !== undefined) return found.compiled;
    const smaller = withoutLines(current, linesOf(found.errors, fileOf(current)));
    if (siteText(smaller) === siteText(current)) break;
    current = smaller;
  }
  const { errors } = attempt(current, target);
  const text = fileOf(current);
  throw new Error(
    renderDiagnostics(errors, { texts: new Map([[FILE, text]]), format: 'text', colour: false, version: '0' }),
  );
}

/** Compiles a site as it is; undefined when it is refused. */
export const tryCompile = (site: Site, target: Target = kernelTarget()): CompiledSite | undefined =>
  attempt(site, target).compiled;

function attempt(
  site: Site,
  target: Target,
): { readonly compiled?: CompiledSite; readonly errors: readonly Diagnostic[] } {
  const text = fileOf(site);
  const sources = gatherSources([FILE], readerOf(new Map([[FILE, text]])));
  const read = readPolicy(sources.value, REGISTRY);
  const lowered =
    read.value &&
    compilePolicy(read.value, { target, attachments: REGISTRY.attachments, texts: new Map([[FILE, text]]) });
  const all = [...sources.diagnostics, ...read.diagnostics, ...(lowered?.diagnostics ?? [])];
  const errors = all.filter(({ severity }) => severity === 'error');
  const documents = lowered?.value;
  if (errors.length > 0 || read.value === undefined || documents === undefined) return { errors };
  return { compiled: { site, text, sources: sources.value, policy: read.value, documents }, errors };
}

const linesOf = (errors: readonly Diagnostic[], text: string): ReadonlySet<number> =>
  new Set(
    errors
      .filter(({ span }) => span?.file === FILE)
      .map(({ span }) => text.slice(0, span?.start ?? 0).split('\n').length),
  );
