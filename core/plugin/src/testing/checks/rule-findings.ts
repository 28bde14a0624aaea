/** Checks of single rules: their hook, their matches, their action, and whether these fit together. */
import type { NetworkAction, NetworkHook, NetworkMatch, NetworkRule } from '../../network-rule.ts';
import { parseAddress } from '../../address.ts';
import type { Family } from '../../settings.ts';
import { blockBounds } from '../evaluate-rules.ts';
import { findingsAt, type Finding } from '../finding.ts';

const TRANSLATING: readonly NetworkHook[] = ['dstnat', 'dstnat-local', 'srcnat'];

/** Which actions a hook can have; all others the kernel would refuse or, worse, take and not do. */
function fits(hook: NetworkHook, { kind }: NetworkAction): boolean {
  switch (hook) {
    case 'forward-from':
    case 'forward-to':
    case 'input':
    case 'output':
      return kind === 'accept' || kind === 'drop' || kind === 'reject' || kind === 'return';
    case 'dstnat':
    case 'dstnat-local':
      return kind === 'dnat' || kind === 'return';
    case 'srcnat':
      return kind === 'snat' || kind === 'masquerade' || kind === 'return';
    default:
      return hook satisfies never;
  }
}

/** Findings about the rules of one network. */
export function ruleFindings(
  rules: readonly NetworkRule[],
  hooks: readonly NetworkHook[],
  where: string,
): readonly Finding[] {
  return rules.flatMap((rule, index) => {
    const found = findingsAt(`${where}, rule ${index + 1} (${rule.hook}: ${rule.purpose})`);
    const problems: readonly (readonly [boolean, string, string])[] = [
      [!hooks.includes(rule.hook), 'undeclared-hook', `stands on \`${rule.hook}\`, which the mode does not declare`],
      [!fits(rule.hook, rule.action), 'action', `\`${rule.action.kind}\` is no action of \`${rule.hook}\``],
      [rule.purpose.trim() === '' || rule.purpose.includes('\n'), 'purpose', 'has no purpose of one line'],
      [familiesOf(rule).size > 1, 'families', 'speaks of both families, so it matches nothing or does the wrong thing'],
      [
        TRANSLATING.includes(rule.hook) && !rule.matches.some(tiesDown),
        'says-which',
        'does not say which packets it means, and its hook sees those of every device',
      ],
      ...rule.matches.flatMap((match, at) => matchProblems(match, rule.matches.slice(0, at))),
      ...actionProblems(rule.action),
    ];
    return problems.filter(([bad]) => bad).map(([, name, message]) => found(name, message));
  });
}

/** Every family that the rule names or implies. */
function familiesOf({ matches, action }: NetworkRule): ReadonlySet<Family> {
  const named = [...matches, action].flatMap((part): readonly Family[] => {
    if ('family' in part) return [part.family];
    if (part.kind !== 'protocol') return [];
    const implied = part.protocols.map((protocol) =>
      protocol === 'icmp' ? 'ipv4' : protocol === 'icmpv6' ? 'ipv6' : '',
    );
    return implied.every((family) => family !== '') ? (implied as readonly Family[]) : [];
  });
  return new Set(named);
}

/** A match that leaves out most of the world's packets. */
function tiesDown(match: NetworkMatch): boolean {
  return match.kind === 'host-destination' || ((match.kind === 'address' || match.kind === 'device') && !match.negated);
}

function matchProblems(
  match: NetworkMatch,
  before: readonly NetworkMatch[],
): readonly (readonly [boolean, string, string])[] {
  switch (match.kind) {
    case 'address': {
      const bad = match.blocks.some((block) => blockBounds(block)?.family !== match.family);
      return [
        [match.blocks.length === 0, 'empty-blocks', 'has an address match without addresses'],
        [bad, 'addresses', `has an address match with something that is no ${match.family} block`],
      ];
    }
    case 'protocol':
      return [[match.protocols.length === 0, 'empty-blocks', 'has a protocol match without protocols']];
    case 'connection':
      return [[match.states.length === 0, 'empty-blocks', 'has a connection match without states']];
    case 'port': {
      const protocol = before.find((other) => other.kind === 'protocol');
      const carries = protocol?.protocols.every((name) => name === 'tcp' || name === 'udp' || name === 'sctp');
      return [
        [!carries, 'ports', 'matches a port without a protocol before it that has ports'],
        [!isPortRange(match), 'ports', 'has ports that are out of range or turned round'],
      ];
    }
    case 'device': {
      const name = typeof match.device === 'object' ? match.device.name : 'x';
      return [[!isDeviceName(name), 'devices', `names a device \`${name}\` that cannot exist`]];
    }
    case 'family':
    case 'host-destination':
    case 'destination-translated':
      return [];
    default:
      return match satisfies never;
  }
}

function actionProblems(action: NetworkAction): readonly (readonly [boolean, string, string])[] {
  const ports = 'ports' in action ? action.ports : undefined;
  const badPorts = ports !== undefined && !isPortRange(ports);
  const problem: readonly [boolean, string, string] = [badPorts, 'ports', 'translates to ports that do not exist'];
  switch (action.kind) {
    case 'dnat': {
      const bad = parseAddress(action.address)?.family !== action.family;
      return [problem, [bad, 'addresses', `translates to something that is no ${action.family} address`]];
    }
    case 'snat': {
      const bad = blockBounds({ kind: 'range', low: action.low, high: action.high })?.family !== action.family;
      return [problem, [bad, 'addresses', `translates to something that is no ${action.family} range`]];
    }
    default:
      return [problem];
  }
}

function isPortRange({ low, high }: { readonly low: number; readonly high: number }): boolean {
  return Number.isInteger(low) && Number.isInteger(high) && 1 <= low && low <= high && high <= 65_535;
}

/** WHY: names of 1–15 bytes without `/`, `:` and blanks (Linux dev_valid_name), less what nft reads as something else. */
export function isDeviceName(name: string): boolean {
  return /^[A-Za-z0-9_.+][A-Za-z0-9_.@+-]{0,14}$/.test(name) && name !== '.' && name !== '..';
}
