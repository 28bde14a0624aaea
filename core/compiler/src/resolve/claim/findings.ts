/** What can be wrong with a claim, beyond what names and values say themselves. */
import { defineDiagnostic, type DiagnosticHead, type Label } from '@weir/plugin';

const error = (code: string, title: string): DiagnosticHead => ({ code, severity: 'error', title });

export const emptyAssert = defineDiagnostic<Record<never, never>>(
  error('claim/empty-assert', 'an assert that claims nothing'),
  () => ({
    message: 'this assert claims nothing',
    help: 'write what must hold, e.g. `never from world to guests(tier = db)`',
  }),
);
export const titleTwice = defineDiagnostic<{ title: string; labels: readonly Label[] }>(
  error('claim/title-twice', 'two asserts of one title'),
  ({ title, labels }) => ({
    message: `there are two asserts \`${title}\``,
    labels,
    help: 'a title says which claim failed; give each its own',
  }),
);
export const saysNothing = defineDiagnostic<{ quantifier: string }>(
  error('claim/says-nothing', 'a claim about no packets in particular'),
  ({ quantifier }) => ({
    message: `\`${quantifier}\` does not say which packets it is about`,
    help: 'name a protocol, `from …`, `to …` or `where …`',
  }),
);
export const nobodysPort = defineDiagnostic<{ word: string }>(
  error('claim/nobodys-port', 'a word for a port in a claim that is about all ports'),
  ({ word }) => ({
    message: `\`${word}\` is a port's, and a claim is about all of them`,
    help: 'name guests, networks or addresses',
  }),
);
export const changesOnTheWay = defineDiagnostic<{ field: string }>(
  error('claim/changes-on-the-way', 'a field in a claim that is not the same all the way'),
  ({ field }) => ({
    message: `\`${field}\` cannot stand in a claim: it is not the same all the way from one end to the other`,
    help: 'claims are about addresses, protocols, ports, ICMP types and the state of connections',
  }),
);
export const brokenGuarantee = defineDiagnostic<{ mode: string; claim: string; why: string }>(
  error('claim/broken-guarantee', 'a promise of a mode that cannot be read'),
  ({ mode, claim, why }) => ({
    message: `mode \`${mode}\` promises \`${claim}\`, which cannot be read: ${why}`,
    help: 'this is a fault of the plugin; tell its authors',
  }),
);

/** Every diagnostic of this directory, for the pages that describe them. */
export const claimDiagnostics = [
  emptyAssert,
  titleTwice,
  saysNothing,
  nobodysPort,
  changesOnTheWay,
  brokenGuarantee,
] as const;
