/** What can be wrong with a flow or a test, beyond what names and values say themselves. */
import { defineDiagnostic, type DiagnosticHead, type Label } from '@weir/plugin';

const error = (code: string, title: string): DiagnosticHead => ({ code, severity: 'error', title });

export const whichInterface = defineDiagnostic<{ guest: string; choices: readonly string[] }>(
  error('flow/which-interface', 'a guest in a flow that has several interfaces'),
  ({ guest, choices }) => ({
    message: `guest \`${guest}\` has several interfaces`,
    help: `write ${choices.map((ifname) => `\`${guest}.${ifname}\``).join(' or ')}`,
  }),
);
export const noFamily = defineDiagnostic<{ why: string }>(
  error('flow/no-family', 'a flow that no packet can be'),
  ({ why }) => ({
    message: `there is no such packet: ${why}`,
  }),
);
export const whoseGateway = defineDiagnostic<Record<never, never>>(
  error('flow/whose-gateway', 'a gateway of nobody in a flow'),
  () => ({
    message: '`gateway` is the gateway of the guest at the other end, and that is no guest',
    help: "write the gateway's address, or `host`",
  }),
);
export const noGateway = defineDiagnostic<{ network: string }>(
  error('flow/no-gateway', 'a gateway of a network that has none'),
  ({ network }) => ({
    message: `network \`${network}\` has no gateway: it declares no subnet`,
    help: 'write the address that is meant',
  }),
);
export const toItself = defineDiagnostic<{ end: string }>(
  error('flow/to-itself', 'a flow from an end to itself'),
  ({ end }) => ({
    message: `this flow goes from ${end} to itself, and nothing decides that`,
    help: 'name two different ends',
  }),
);
export const passesBy = defineDiagnostic<Record<never, never>>(
  error('flow/passes-by', 'a flow that does not pass this host'),
  () => ({
    message: 'this flow does not pass this host: both its ends are outside',
    help: 'name a guest, `host`, or an address inside a network at one end',
  }),
);
export const cannotClaim = defineDiagnostic<{ text: string }>(
  error('flow/cannot-claim', "a sender that cannot use another's address"),
  ({ text }) => ({
    message: `\`${text}\` cannot send with another's address here`,
    help: 'write a guest, or `world`, before `from`',
  }),
);
export const badSender = defineDiagnostic<{ text: string; why: string }>(
  error('flow/bad-address', 'an address in a flow that nobody sends from'),
  (p) => ({
    message: `\`${p.text}\` ${p.why}`,
  }),
);
export const titleTwice = defineDiagnostic<{ title: string; labels: readonly Label[] }>(
  error('flow/title-twice', 'two tests of one title'),
  ({ title, labels }) => ({
    message: `there are two tests \`${title}\``,
    labels,
    help: 'a title says which test failed; give each its own',
  }),
);
export const emptyTest = defineDiagnostic<Record<never, never>>(
  error('flow/empty-test', 'a test that expects nothing'),
  () => ({
    message: 'this test expects nothing',
    help: 'write a verdict and a flow, e.g. `accept tcp world -> web1 port 443`',
  }),
);
export const twiceExpected = defineDiagnostic<{ labels: readonly Label[] }>(
  error('flow/expected-twice', 'two verdicts for one flow'),
  ({ labels }) => ({
    message: 'this flow is expected to get another verdict as well',
    labels,
    help: 'keep one of them',
  }),
);

/** Every diagnostic of this directory, for the pages that describe them. */
export const flowDiagnostics = [
  whichInterface,
  noFamily,
  whoseGateway,
  noGateway,
  toItself,
  passesBy,
  cannotClaim,
  badSender,
  titleTwice,
  emptyTest,
  twiceExpected,
] as const;
