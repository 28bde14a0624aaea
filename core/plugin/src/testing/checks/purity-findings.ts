/** Checks that a mode's methods are functions of the network: same answer twice, and the network as it was. */
import type { ForwardingMode } from '../../mode.ts';
import type { NetworkView } from '../../network.ts';
import { findingsAt, type Finding } from '../finding.ts';
import { reason } from '../recorded-registrations.ts';

const METHODS = ['check', 'topology', 'rules', 'guarantees'] as const;

/** Findings about purity and determinism; a method that throws is one too. */
export function purityFindings(mode: ForwardingMode, network: NetworkView, where: string): readonly Finding[] {
  return METHODS.flatMap((method) => {
    const found = findingsAt(`${where}, ${method}()`);
    const own = structuredClone(network);
    try {
      const first = JSON.stringify(mode[method](own));
      const unharmed = JSON.stringify(own) === JSON.stringify(network);
      const second = JSON.stringify(mode[method](frozen(structuredClone(network))));
      return [
        ...(unharmed ? [] : [found('pure', 'changes the network that it is given')]),
        ...(first === second ? [] : [found('deterministic', 'answers twice, and differently')]),
      ];
    } catch (error) {
      return [found(JSON.stringify(own) === JSON.stringify(network) ? 'throws' : 'pure', `throws: ${reason(error)}`)];
    }
  });
}

/** Freezes a value at every depth. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}
