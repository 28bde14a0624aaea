/**
 * How a run reaches its host. In: what the caller says. Out: settled options with an instance name and a directory.
 * Guaranteed: the instance is the network namespace, however it was entered, so `down` finds what `apply` made.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { hostProblem, type HostProblem } from './problem.ts';
import type { Progress } from './progress.ts';

/** What callers of `applyHost` and `removeHost` may say. */
export interface HostOptions {
  /** A named network namespace (`ip netns`); absent: the one this process is in. */
  readonly netns?: string;
  /** Where state is kept, a directory for each instance below it. Default `/run/weir`. */
  readonly stateDirectory?: string;
  /** Default `host` in the machine's own namespace, else `net-<inode of the namespace>`. */
  readonly instance?: string;
  /** Take devices out of bridges that are not ours, and uplinks that carry addresses of this host. Default false. */
  readonly takeDevices?: boolean;
  /** The account dnsmasq changes to. Default `dnsmasq`, or `nobody` where that does not exist. */
  readonly dnsmasqUser?: string;
  /** Milliseconds a single command may take. Default 60,000. */
  readonly timeout?: number;
  /** Called for every phase and action, as they happen. */
  readonly onProgress?: Progress;
}

/** Options with every default filled in. */
export interface SettledOptions {
  readonly netns: string | undefined;
  readonly directory: string;
  readonly takeDevices: boolean;
  readonly dnsmasqUser: string | undefined;
  readonly timeout: number;
  readonly onProgress: Progress;
}

/** The machine's own namespace. WHY: containers may hide it from their root, and are then told by their inode. */
function homeNamespace(): number | undefined {
  try {
    return statSync('/proc/1/ns/net').ino;
  } catch {
    return undefined;
  }
}

function namespaceName(netns: string | undefined): string {
  const inode = statSync(netns === undefined ? '/proc/self/ns/net' : `/run/netns/${netns}`).ino;
  return inode === homeNamespace() ? 'host' : `net-${inode}`;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** Fills in the defaults; a namespace or an instance name that cannot be is a problem. */
export function settleOptions(options: HostOptions): SettledOptions | HostProblem {
  const { netns, instance } = options;
  if (netns !== undefined && !NAME.test(netns)) {
    return hostProblem('runtime/bad-name', `\`${netns}\` cannot be the name of a network namespace`);
  }
  if (instance !== undefined && !NAME.test(instance)) {
    return hostProblem('runtime/bad-name', `\`${instance}\` cannot be the name of an instance`);
  }
  let name = instance;
  try {
    name ??= namespaceName(netns);
  } catch {
    return hostProblem('runtime/missing-namespace', `there is no network namespace \`${netns ?? 'of this process'}\``);
  }
  return {
    netns,
    directory: join(options.stateDirectory ?? '/run/weir', name),
    takeDevices: options.takeDevices ?? false,
    dnsmasqUser: options.dnsmasqUser,
    timeout: options.timeout ?? 60_000,
    onProgress: options.onProgress ?? (() => {}),
  };
}
