/** A profile at one port: the port's own addresses as values, so that two ports can be asked about in one space. */
import type { DecisionList, Match, Operand, PolicyNode, Port, Profile } from '@weir/compiler';
import { OwnFacts } from '../space/own.ts';
import type { Way } from '../policy/policy-analysis.ts';

/** The way of a port as if its profile had been written for it alone. */
export function concreteWay(way: Way, port: Port): Way {
  return {
    ...way,
    profile: atPort(way.profile, port),
    // Every state may come: where nobody follows connections, no rule asks for it.
    place: { ...way.place, layer: 'network', state: 'conntrack' },
    ports: [port],
    own: new OwnFacts({ mac: [], ipv4: [], ipv6: [] }),
    // The kernel's own answers to refused packets are no packets of anybody.
    answerMark: undefined,
  };
}

function atPort(profile: Profile, port: Port): Profile {
  const list = (one: DecisionList): DecisionList => ({ ...one, nodes: one.nodes.map((node) => nodeAt(node, port)) });
  const { guard, filters } = profile;
  return {
    ...profile,
    ...(guard && { guard: { ...guard, in: list(guard.in), out: list(guard.out) } }),
    filters: filters.map((filter) => ({ ...filter, in: list(filter.in), out: list(filter.out) })),
  };
}

function nodeAt(node: PolicyNode, port: Port): PolicyNode {
  return node.kind === 'block'
    ? { ...node, nodes: node.nodes.map((inner) => nodeAt(inner, port)) }
    : { ...node, match: matchAt(node.match, port) };
}

function matchAt(match: Match, port: Port): Match {
  switch (match.kind) {
    case 'always':
      return match;
    case 'all':
    case 'any':
      return { kind: match.kind, of: match.of.map((inner) => matchAt(inner, port)) };
    case 'not':
      return { kind: 'not', of: matchAt(match.of, port) };
    case 'test':
      return { ...match, operand: operandAt(match.operand, port) };
    default:
      return match satisfies never;
  }
}

function operandAt(operand: Operand, port: Port): Operand {
  if (operand.kind !== 'self') return operand;
  const { fact } = operand;
  // No field holds the name of a device.
  const ranges = fact === 'ifname' ? [] : fact === 'mac' ? [{ low: port.mac, high: port.mac }] : port[fact];
  return { kind: 'values', ranges };
}
