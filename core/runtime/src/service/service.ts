/**
 * One dnsmasq for each served network: kept while its configuration is the same, else started anew. Runs detached; its
 * files stand in the instance's directory.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Runner } from '../command/runner.ts';
import type { ServiceSpec } from '../plan/step.ts';
import { hostProblem, StepError, type HostProblem } from '../problem.ts';
import { readIfThere, removeDirectoryIfEmpty, replaceFile } from '../state/state-file.ts';
import { dnsmasqConfig, type ServiceFiles } from './dnsmasq-config.ts';
import { isListening } from './listening.ts';
import { configArgument, findService, stopService, waitFor } from './process.ts';

/** Files of a network's service. */
export interface ServicePaths extends Omit<ServiceFiles, 'user'> {
  readonly directory: string;
  readonly config: string;
}

/** The files of a network below the instance's directory. */
export function servicePaths(instance: string, network: string): ServicePaths {
  const directory = join(instance, 'dnsmasq');
  const file = (ending: string): string => join(directory, `${network}.${ending}`);
  return { directory, config: file('conf'), pid: file('pid'), leases: file('leases'), log: file('log') };
}

/** The account that dnsmasq changes to: its own where the system has one. */
export function serviceUser(chosen: string | undefined): string {
  if (chosen !== undefined) return chosen;
  return /^dnsmasq:/m.test(readIfThere('/etc/passwd') ?? '') ? 'dnsmasq' : 'nobody';
}

/** Whether the network's dnsmasq runs with exactly this configuration. */
export function isCurrent(paths: ServicePaths, config: string): boolean {
  return readIfThere(paths.config) === config && findService(paths) !== undefined;
}

/** What dnsmasq has against a configuration; undefined when nothing. Changes nothing. */
export async function testService(
  runner: Runner,
  spec: ServiceSpec,
  paths: ServicePaths,
  config: string,
): Promise<HostProblem | undefined> {
  const path = `${paths.config}.test`;
  replaceFile(path, config, 0o644);
  const { code, stderr } = await runner.run('dnsmasq', ['--test', configArgument(path)]);
  rmSync(path, { force: true });
  removeDirectoryIfEmpty(paths.directory);
  if (code === 0) return undefined;
  return hostProblem('runtime/service-refused', `dnsmasq refuses the services of network \`${spec.network}\``, {
    detail: stderr,
  });
}

const HEALTH_MS = 5000;

function serviceFailure(spec: ServiceSpec, paths: ServicePaths, stderr: string): StepError {
  const log = (readIfThere(paths.log) ?? '').trim().split('\n').slice(-8).join('\n');
  const detail = [stderr.trim(), log].filter((text) => text !== '').join('\n');
  const message = `dnsmasq of network \`${spec.network}\` does not serve bridge \`${spec.bridge}\``;
  return new StepError(hostProblem('runtime/step-failed', message, { detail }));
}

/** Stops what runs, and starts dnsmasq with this configuration; returns when it listens. */
export async function startService(
  runner: Runner,
  spec: ServiceSpec,
  paths: ServicePaths,
  config: string,
): Promise<void> {
  if (!(await stopService(paths))) throw serviceFailure(spec, paths, 'the running dnsmasq does not stop');
  mkdirSync(paths.directory, { recursive: true, mode: 0o755 });
  replaceFile(paths.config, config, 0o644);
  rmSync(paths.log, { force: true });
  // dnsmasq goes to the background itself once it has bound its sockets, and fails before that with words on stderr.
  const { code, stderr } = await runner.run('dnsmasq', [configArgument(paths.config)]);
  if (code !== 0) throw serviceFailure(spec, paths, stderr);
  const isHealthy = await waitFor(() => {
    const pid = findService(paths);
    return pid !== undefined && isListening(pid, spec);
  }, HEALTH_MS);
  if (!isHealthy) throw serviceFailure(spec, paths, stderr);
}

/** Stops a network's dnsmasq and takes its files away. Leases too, unless `keepLeases`. */
export async function removeService(paths: ServicePaths, network: string, keepLeases = false): Promise<void> {
  if (!(await stopService(paths))) {
    throw new StepError(hostProblem('runtime/step-failed', `dnsmasq of network \`${network}\` does not stop`));
  }
  const files = [paths.config, paths.pid, paths.log, ...(keepLeases ? [] : [paths.leases])];
  for (const file of files) rmSync(file, { force: true });
  removeDirectoryIfEmpty(paths.directory);
}

/** A service ready to be started, and what ran before it. */
export interface ServicePlan {
  readonly spec: ServiceSpec;
  readonly paths: ServicePaths;
  readonly config: string;
  /** The configuration that runs now, when one does. */
  readonly running: string | undefined;
}

/** The service of a network in this instance. */
export function planService(instance: string, spec: ServiceSpec, user: string): ServicePlan {
  const paths = servicePaths(instance, spec.network);
  const running = findService(paths) === undefined ? undefined : readFileSync(paths.config, 'utf8');
  return { spec, paths, config: dnsmasqConfig(spec, { ...paths, user }), running };
}
