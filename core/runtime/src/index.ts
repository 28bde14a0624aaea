/** The public face of `@weir/runtime`: plan, apply and remove on a real host. */
export { applyHost } from './apply/apply-host.ts';
export type { HostRequest } from './apply/prepare.ts';
export { removeHost } from './remove/remove-host.ts';
export { planTopology } from './plan/plan-topology.ts';
export { checkPlan } from './plan/check-plan.ts';
export { describeStep } from './plan/step.ts';
export type {
  AddressStep,
  BridgeStep,
  PortStep,
  RulesetStep,
  ServiceSpec,
  ServiceStep,
  SysctlStep,
  TopologyStep,
  UplinkStep,
  UpStep,
  VlanStep,
} from './plan/step.ts';
export type { HostOptions } from './options.ts';
export { hostProblemTitles, type HostProblem, type HostProblemCode } from './problem.ts';
export type { Phase, Progress, ProgressEvent } from './progress.ts';
export { formatReport } from './report.ts';
export type {
  Action,
  ActionResult,
  ActionSubject,
  ApplyOutcome,
  ApplyReport,
  ElsewhereNote,
  RemoveOutcome,
  RemoveReport,
} from './report.ts';
export { dnsmasqConfig } from './service/dnsmasq-config.ts';
export type { ServiceFiles } from './service/dnsmasq-config.ts';
export { OWN_TABLES } from './ruleset/own-tables.ts';
