/**
 * Every problem that a settings block can have, declared once.
 *
 * In: parameters. Out: diagnostics with permanent codes under `settings/`. Guaranteed: user text stands in backticks.
 */
import { defineDiagnostic, type DiagnosticHead, type Edit, type Span } from '@weir/plugin';

/** A word that could not be found, what stands near it, and what there is. */
interface Sought {
  readonly word: string;
  readonly near?: Edit;
  readonly known: readonly string[];
}

function suggestion({ near, known }: Sought, what: string): { readonly help: string; readonly fix?: readonly Edit[] } {
  if (near) return { help: `did you mean \`${near.text}\`?`, fix: [near] };
  return { help: known.length === 0 ? `there are no ${what}` : `the ${what}: ${listed(known)}` };
}

function listed(words: readonly string[]): string {
  const shown = words.slice(0, 12).map((word) => `\`${word}\``);
  return [...shown, ...(words.length > shown.length ? [`and ${words.length - shown.length} more`] : [])].join(', ');
}

/** What a setting is for, as help. */
export function purpose({ key, doc }: { readonly key: string; readonly doc: string }): string {
  return `\`${key}\`: ${doc}`;
}

export const unknownSetting = defineDiagnostic<Sought & { owner: string }>(
  { code: 'settings/unknown', severity: 'error', title: 'a setting that nobody knows' },
  (found) => ({ message: `\`${found.word}\` is no setting of ${found.owner}`, ...suggestion(found, 'settings') }),
);

export const missingSetting = defineDiagnostic<{ key: string; owner: string; doc: string }>(
  { code: 'settings/missing', severity: 'error', title: 'a setting that must be there' },
  ({ key, owner, doc }) => ({ message: `${owner} needs the setting \`${key}\``, help: purpose({ key, doc }) }),
);

export const settingTwice = defineDiagnostic<{ key: string; first: Span }>(
  { code: 'settings/twice', severity: 'error', title: 'a setting that is written twice' },
  ({ key, first }) => ({
    message: `\`${key}\` is set twice`,
    labels: [{ span: first, text: 'first set here' }],
    help: 'remove one of the two',
  }),
);

export const assigned = defineDiagnostic<{ key: string }>(
  { code: 'settings/assigned', severity: 'error', title: 'a setting written with `=`' },
  ({ key }) => ({
    message: `\`${key}\` takes its value without \`=\``,
    help: `write \`${key} VALUE\`; \`=\` is for labels and arguments`,
  }),
);

export const noValue = defineDiagnostic<{ key: string; wants: string; doc: string }>(
  { code: 'settings/no-value', severity: 'error', title: 'a setting without its value' },
  ({ key, wants, doc }) => ({ message: `\`${key}\` needs ${wants}`, help: purpose({ key, doc }) }),
);

export const severalValues = defineDiagnostic<{ key: string; doc: string }>(
  { code: 'settings/several-values', severity: 'error', title: 'several values where one is wanted' },
  ({ key, doc }) => ({ message: `\`${key}\` takes one value`, help: purpose({ key, doc }) }),
);

export const noBlock = defineDiagnostic<{ key: string; wants: string }>(
  { code: 'settings/no-block', severity: 'error', title: 'a block where a value is wanted' },
  ({ key, wants }) => ({ message: `\`${key}\` takes ${wants}, and no block` }),
);

export const wrongType = defineDiagnostic<{ key: string; wants: string; got: string; help: string }>(
  { code: 'settings/wrong-type', severity: 'error', title: 'a setting with a value of another type' },
  ({ key, wants, got, help }) => ({ message: `\`${key}\` takes ${wants}, not ${got}`, help }),
);

export const notAChoice = defineDiagnostic<Sought & { key: string }>(
  { code: 'settings/not-a-choice', severity: 'error', title: 'a word that is none of the choices' },
  (found) => ({ message: `\`${found.key}\` cannot be \`${found.word}\``, ...suggestion(found, 'choices') }),
);

export const outOfRange = defineDiagnostic<{ what: string; got: string; min: number; max: number }>(
  { code: 'settings/out-of-range', severity: 'error', title: 'a number outside its limits' },
  ({ what, got, min, max }) => ({ message: `${what} is between ${min} and ${max}, and \`${got}\` is not` }),
);

export const rangeTurned = defineDiagnostic<{ low: string; high: string; fix: Edit }>(
  { code: 'settings/range-turned', severity: 'error', title: 'a range in a setting that ends before it begins' },
  ({ low, high, fix }) => ({
    message: `the range \`${low}-${high}\` is turned round: its end lies before its start`,
    help: `write \`${fix.text}\``,
    fix: [fix],
  }),
);

export const badAddress = defineDiagnostic<{ text: string; family: string }>(
  { code: 'settings/bad-address', severity: 'error', title: 'an address in a setting that is none' },
  ({ text, family }) => ({ message: `\`${text}\` is no ${family} address` }),
);

export const wrongFamily = defineDiagnostic<{ key: string; wants: string; text: string }>(
  { code: 'settings/wrong-family', severity: 'error', title: 'an address of the other family in a setting' },
  ({ key, wants, text }) => ({ message: `\`${key}\` takes ${wants}, and \`${text}\` is of the other family` }),
);

export const mixedFamilies = defineDiagnostic<{ low: string; high: string }>(
  { code: 'settings/mixed-families', severity: 'error', title: 'a range from IPv4 to IPv6' },
  ({ low, high }) => ({ message: `the range \`${low}-${high}\` mixes IPv4 and IPv6` }),
);

export const hostBits = defineDiagnostic<{ text: string; fix: Edit }>(
  { code: 'settings/host-bits', severity: 'error', title: 'a network with bits set after its length' },
  ({ text, fix }) => ({
    message: `\`${text}\` is no network: it has bits set after its length`,
    help: `the network is \`${fix.text}\``,
    fix: [fix],
  }),
);

export const badInterface = defineDiagnostic<{ name: string; why: string }>(
  { code: 'settings/bad-interface', severity: 'error', title: 'a device name that the kernel refuses or misreads' },
  ({ name, why }) => ({ message: `\`${name}\` cannot name a network device: ${why}` }),
);

export const unknownGuest = defineDiagnostic<Sought>(
  { code: 'settings/unknown-guest', severity: 'error', title: 'a setting that names no guest' },
  (found) => ({
    message: `there is no guest \`${found.word}\``,
    ...suggestion(found, 'guests'),
  }),
);

export const guestElsewhere = defineDiagnostic<{ guest: string }>(
  { code: 'settings/guest-elsewhere', severity: 'error', title: 'a guest without an interface in the network' },
  ({ guest }) => ({
    message: `guest \`${guest}\` has no port in this network`,
    help: `give it an interface with this \`network\``,
  }),
);

export const guestPortUnclear = defineDiagnostic<{ guest: string; ports: readonly string[] }>(
  { code: 'settings/guest-port-unclear', severity: 'error', title: 'a guest with several interfaces in the network' },
  ({ guest, ports }) => ({
    message: `guest \`${guest}\` has ${ports.length} ports in this network`,
    help: `say which one: ${listed(ports)}`,
  }),
);

export const unknownGuestPort = defineDiagnostic<Sought & { guest: string }>(
  { code: 'settings/unknown-guest-port', severity: 'error', title: 'an interface that the guest does not have' },
  (found) => ({
    message: `guest \`${found.guest}\` has no port \`${found.word}\` in this network`,
    ...suggestion(found, 'ports'),
  }),
);

export const unknownNetwork = defineDiagnostic<Sought>(
  { code: 'settings/unknown-network', severity: 'error', title: 'a setting that names no network' },
  (found) => ({ message: `there is no network \`${found.word}\``, ...suggestion(found, 'networks') }),
);

/** Every diagnostic of this pass. */
export const settingsDiagnostics: readonly DiagnosticHead[] = [
  unknownSetting,
  missingSetting,
  settingTwice,
  assigned,
  noValue,
  severalValues,
  noBlock,
  wrongType,
  notAChoice,
  outOfRange,
  rangeTurned,
  badAddress,
  wrongFamily,
  mixedFamilies,
  hostBits,
  badInterface,
  unknownGuest,
  guestElsewhere,
  guestPortUnclear,
  unknownGuestPort,
  unknownNetwork,
];
