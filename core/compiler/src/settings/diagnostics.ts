/** What can be wrong with settings, declared once. Every message says whose setting it is and what it is for. */
import { defineDiagnostic, type DiagnosticDefinition, type Label } from '@weir/plugin';

const error = (name: string): { readonly code: string; readonly severity: 'error' } => ({
  code: `settings/${name}`,
  severity: 'error',
});

/** A setting that the schema does not have. */
export const unknownSetting = defineDiagnostic<{
  setting: string;
  owner: string;
  near?: string;
  known: readonly string[];
}>(error('unknown-setting'), ({ setting, owner, near, known }) => ({
  message: `${owner} has no setting \`${setting}\``,
  help:
    near !== undefined
      ? `did you mean \`${near}\`?`
      : known.length > 0
        ? `it has ${known.map((name) => `\`${name}\``).join(', ')}`
        : 'it has no settings',
}));

/** A required setting that is not there. */
export const missingSetting = defineDiagnostic<{ setting: string; owner: string; doc: string }>(
  error('missing-setting'),
  ({ setting, owner, doc }) => ({
    message: `${owner} lacks the setting \`${setting}\``,
    help: `\`${setting}\`: ${doc}`,
  }),
);

/** A setting that may stand once and stands again. */
export const givenTwice = defineDiagnostic<{ setting: string; first: Label }>(
  error('given-twice'),
  ({ setting, first }) => ({
    message: `\`${setting}\` is given twice`,
    labels: [first],
    help: 'keep one of them',
  }),
);

/** Several values where one stands. */
export const oneValue = defineDiagnostic<{ setting: string; doc: string }>(error('one-value'), ({ setting, doc }) => ({
  message: `\`${setting}\` takes one value`,
  help: `\`${setting}\`: ${doc}`,
}));

/** A setting without the value it needs. */
export const noValue = defineDiagnostic<{ setting: string; expected: string; doc: string }>(
  error('no-value'),
  ({ setting, expected, doc }) => ({
    message: `\`${setting}\` needs ${expected}`,
    help: `\`${setting}\`: ${doc}`,
  }),
);

/** A value of another kind than the setting takes. */
export const wrongType = defineDiagnostic<{ setting: string; expected: string; found: string; doc: string }>(
  error('wrong-type'),
  ({ setting, expected, found, doc }) => ({
    message: `\`${setting}\` takes ${expected}, and this is ${found}`,
    help: `\`${setting}\`: ${doc}`,
  }),
);

/** A word that is not among the choices. */
export const unknownChoice = defineDiagnostic<{ setting: string; word: string; of: readonly string[]; near?: string }>(
  error('unknown-choice'),
  ({ setting, word, of, near }) => ({
    message: `\`${setting}\` cannot be \`${word}\``,
    help:
      near === undefined
        ? `it is one of ${of.map((choice) => `\`${choice}\``).join(', ')}`
        : `did you mean \`${near}\`?`,
  }),
);

/** A number outside its range. */
export const outOfRange = defineDiagnostic<{ setting: string; low: string; high: string }>(
  error('out-of-range'),
  ({ setting, low, high }) => ({ message: `\`${setting}\` is a number from ${low} to ${high}` }),
);

/** `90-80`. */
export const turnedRound = defineDiagnostic<{ low: string; high: string }>(
  error('range-turned-round'),
  ({ low, high }) => ({
    message: `the range \`${low}-${high}\` is turned round`,
    help: `write \`${high}-${low}\``,
  }),
);

/** Text that has the shape of an address but is none, or the wrong family. */
export const badAddress = defineDiagnostic<{ setting: string; why: string }>(
  error('bad-address'),
  ({ setting, why }) => ({ message: `\`${setting}\`: ${why}` }),
);

/** A prefix whose address has bits set beyond its length. */
export const hostBits = defineDiagnostic<{ prefix: string; network: string }>(
  error('host-bits'),
  ({ prefix, network }) => ({
    message: `\`${prefix}\` is an address inside a prefix`,
    help: `the prefix is written \`${network}\``,
  }),
);

/** Text that cannot name a network device. */
export const badInterfaceName = defineDiagnostic<{ name: string; why: string }>(
  error('bad-interface-name'),
  ({ name, why }) => ({ message: `\`${name}\` cannot name a network device: ${why}` }),
);

/** A guest that no file declares. */
export const unknownGuest = defineDiagnostic<{ name: string; near?: string }>(
  error('unknown-guest'),
  ({ name, near }) => ({
    message: `no guest is called \`${name}\``,
    help: near === undefined ? 'guests are declared as `guest NAME { … }`' : `did you mean \`${near}\`?`,
  }),
);

/** A guest without a port in this network. */
export const guestElsewhere = defineDiagnostic<{ name: string; owner: string }>(
  error('guest-elsewhere'),
  ({ name, owner }) => ({
    message: `guest \`${name}\` has no port in ${owner}`,
    help: 'only guests of the same network can be named here',
  }),
);

/** A guest with several ports in this network, named without one. */
export const whichPort = defineDiagnostic<{ name: string; ports: readonly string[] }>(
  error('which-port'),
  ({ name, ports }) => ({
    message: `guest \`${name}\` has ${ports.length} ports in this network`,
    help: `say which: ${ports.map((port) => `\`${name}.${port}\``).join(' or ')}`,
  }),
);

/** A port that the named guest does not have in this network. */
export const unknownPort = defineDiagnostic<{ name: string; port: string; ports: readonly string[] }>(
  error('unknown-port'),
  ({ name, port, ports }) => ({
    message: `guest \`${name}\` has no port \`${port}\` in this network`,
    help: `it has ${ports.map((own) => `\`${own}\``).join(', ')}`,
  }),
);

/** A network that no file declares. */
export const unknownNetwork = defineDiagnostic<{ name: string; near?: string }>(
  error('unknown-network'),
  ({ name, near }) => ({
    message: `no network is called \`${name}\``,
    help: near === undefined ? 'networks are declared as `network NAME { … }`' : `did you mean \`${near}\`?`,
  }),
);

/** `{ … }` after a setting that has none. */
export const noBlock = defineDiagnostic<{ setting: string; expected: string }>(
  error('no-block'),
  ({ setting, expected }) => ({ message: `\`${setting}\` takes no block`, help: `it takes ${expected}` }),
);

/** Every diagnostic of this pass, for the reference and its test. */
export const settingsDiagnostics: readonly Pick<DiagnosticDefinition<never>, 'code' | 'severity'>[] = [
  unknownSetting,
  missingSetting,
  givenTwice,
  oneValue,
  noValue,
  wrongType,
  unknownChoice,
  outOfRange,
  turnedRound,
  badAddress,
  hostBits,
  badInterfaceName,
  unknownGuest,
  guestElsewhere,
  whichPort,
  unknownPort,
  unknownNetwork,
  noBlock,
];
