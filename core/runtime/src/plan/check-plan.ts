/**
 * What is wrong with a plan before any host is looked at. In: steps. Out: every problem: names that cannot be, settings
 * outside the network's, contradictions. Pure.
 */
import { isIP } from 'node:net';
import { hostProblem, type HostProblem } from '../problem.ts';
import { sysctlPath } from '../sysctl/sysctl-path.ts';
import { isDeviceName, isNetworkName } from './check-names.ts';
import type { SysctlStep, TopologyStep } from './step.ts';

/** WHY: BR_PORT_BITS is 10 and port number 0 is never given out (net/bridge/br_private.h, find_portno). */
export const MAX_BRIDGE_PORTS = 1023;

function devicesOf(step: TopologyStep): readonly string[] {
  switch (step.kind) {
    case 'bridge':
    case 'address':
    case 'up':
      return [step.device];
    case 'vlan':
      return [step.device, step.parent];
    case 'uplink':
    case 'port':
      return [step.device, step.bridge];
    case 'service':
      return [step.service.bridge];
    case 'ruleset':
    case 'sysctl':
      return [];
    default:
      return step satisfies never;
  }
}

function checkNames(steps: readonly TopologyStep[]): readonly HostProblem[] {
  const devices = new Set(steps.flatMap(devicesOf).filter((name) => !isDeviceName(name)));
  const networks = new Set(
    steps.flatMap((step) => ('network' in step && step.network !== undefined ? [step.network] : [])),
  );
  return [
    ...[...devices].map((name) =>
      hostProblem('runtime/bad-name', `\`${name}\` cannot be the name of a network device`, {
        help: 'use 1 to 15 letters, digits, dots, dashes or underscores',
      }),
    ),
    ...[...networks]
      .filter((name) => !isNetworkName(name))
      .map((name) => hostProblem('runtime/bad-name', `\`${name}\` cannot be the name of a network on this host`)),
  ];
}

/** A device has one role, and a bridge one network. */
function checkRoles(steps: readonly TopologyStep[]): readonly HostProblem[] {
  const roles = new Map<string, string>();
  return steps.flatMap((step) => {
    if (step.kind !== 'bridge' && step.kind !== 'uplink' && step.kind !== 'port') return [];
    const role = `${step.kind} of network \`${step.network}\``;
    const other = roles.get(step.device);
    roles.set(step.device, other ?? role);
    if (other === undefined) return [];
    return [
      hostProblem('runtime/device-used-twice', `\`${step.device}\` is to be ${role}, but it is ${other} already`),
    ];
  });
}

function checkSysctls(steps: readonly SysctlStep[]): readonly HostProblem[] {
  const values = new Map<string, SysctlStep>();
  return steps.flatMap((step) => {
    if (sysctlPath(step.path) !== step.path || /[^\x20-\x7e]/.test(step.value)) {
      return [hostProblem('runtime/bad-sysctl', `\`${step.path}\` = \`${step.value}\` is not a network setting`)];
    }
    const other = values.get(step.path);
    values.set(step.path, other ?? step);
    if (other === undefined || other.value === step.value) return [];
    const message = `\`${step.path}\` is to be both ${other.value} (${other.why}) and ${step.value} (${step.why})`;
    return [hostProblem('runtime/sysctl-conflict', message)];
  });
}

function checkValues(step: TopologyStep): readonly HostProblem[] {
  if (step.kind === 'address') {
    const [address = '', length = ''] = step.address.split('/');
    const bits = isIP(address) === 4 ? 32 : 128;
    const good = isIP(address) !== 0 && !address.includes('%') && /^\d{1,3}$/.test(length) && Number(length) <= bits;
    return good ? [] : [hostProblem('runtime/unsafe-text', `\`${step.address}\` is not an address with its length`)];
  }
  if (step.kind === 'vlan' && !(Number.isInteger(step.vlan) && step.vlan >= 1 && step.vlan <= 4094)) {
    return [hostProblem('runtime/unsafe-text', `\`${step.vlan}\` is not a VLAN number (1 to 4094)`)];
  }
  const mtu = step.kind === 'bridge' || step.kind === 'port' ? step.mtu : undefined;
  if (mtu !== undefined && !(Number.isInteger(mtu) && mtu >= 68 && mtu <= 65535)) {
    return [hostProblem('runtime/unsafe-text', `\`${mtu}\` is not an mtu (68 to 65535)`)];
  }
  return [];
}

/** Every problem of a plan. */
export function checkPlan(steps: readonly TopologyStep[]): readonly HostProblem[] {
  return [
    ...checkNames(steps),
    ...checkRoles(steps),
    ...checkSysctls(steps.filter((step) => step.kind === 'sysctl')),
    ...steps.flatMap(checkValues),
  ];
}
