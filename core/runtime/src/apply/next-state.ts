/** The record after a run, from the record before and what was decided. Pure. */
import type { TopologyStep } from '../plan/step.ts';
import { mergeStates, type HostState } from '../state/state.ts';
import type { Prepared } from './prepare.ts';

function sysctlRecord(prepared: Prepared, steps: readonly TopologyStep[]): HostState['sysctls'] {
  const values = new Map(steps.flatMap((step) => (step.kind === 'sysctl' ? [[step.path, step.value] as const] : [])));
  const before = prepared.state.sysctls
    .filter(({ path }) => values.has(path))
    .map((entry) => ({ ...entry, value: values.get(entry.path) ?? entry.value }));
  const known = new Set(before.map(({ path }) => path));
  // A setting without a value before belongs to a device that this run makes: it goes with the device.
  const fresh = prepared.sysctls.write.flatMap(({ path, value, before: previous }) =>
    previous === undefined || known.has(path) ? [] : [{ path, previous, value }],
  );
  return [...before, ...fresh];
}

/** What will be ours when all that was decided is done. */
export function nextState(prepared: Prepared, steps: readonly TopologyStep[]): HostState {
  const { state, links } = prepared;
  const addresses = new Set(
    steps.flatMap((step) => (step.kind === 'address' ? [`${step.device} ${step.address}`] : [])),
  );
  const ports = new Set(
    steps.flatMap((step) => (step.kind === 'port' || step.kind === 'uplink' ? [`${step.device} ${step.bridge}`] : [])),
  );
  const kept: HostState = {
    format: 1,
    addresses: state.addresses.filter((entry) => addresses.has(`${entry.device} ${entry.address}`)),
    ports: state.ports.filter((entry) => ports.has(`${entry.device} ${entry.bridge}`)),
    sysctls: sysctlRecord(prepared, steps),
    services: [],
  };
  const added: HostState = {
    format: 1,
    addresses: links.after.flatMap((change) => change.record?.addresses ?? []),
    ports: links.after.flatMap((change) => change.record?.ports ?? []),
    sysctls: [],
    services: prepared.services.map((service) => service.spec.network),
  };
  return mergeStates(kept, added);
}
