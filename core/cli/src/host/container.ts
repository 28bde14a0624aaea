/**
 * The container of one run: who reads files, who logs, who changes the host.
 *
 * In: the surroundings. Out: a tsyringe container with factories under typed tokens. Guaranteed: one container a run;
 * nothing is registered globally.
 */
import { container, instanceCachingFactory, type DependencyContainer, type InjectionToken } from 'tsyringe';
import type { Logger } from 'pino';
import { machineDisk, type Disk } from './disk.ts';
import type { CliIo } from './io.ts';
import { createLogger, type LogLevel } from './logger.ts';
import { machineRuntime, type HostRuntime } from './runtime.ts';

export const IO: InjectionToken<CliIo> = Symbol('weir:io');
export const DISK: InjectionToken<Disk> = Symbol('weir:disk');
export const LOGGER: InjectionToken<Logger> = Symbol('weir:logger');
export const RUNTIME: InjectionToken<HostRuntime> = Symbol('weir:runtime');

/** What a test or an embedding program may put in place of the machine's. */
export interface Replacements {
  readonly disk?: Disk;
  readonly runtime?: HostRuntime;
}

/** What every command works with. */
export interface Services {
  readonly io: CliIo;
  readonly disk: Disk;
  readonly logger: Logger;
  readonly runtime: HostRuntime;
}

/** Creates the container of a run. */
export function createContainer(io: CliIo, level: () => LogLevel, replacements: Replacements): DependencyContainer {
  const child = container.createChildContainer();
  child.register(IO, { useValue: io });
  child.register(DISK, { useValue: replacements.disk ?? machineDisk });
  child.register(RUNTIME, { useValue: replacements.runtime ?? machineRuntime });
  child.register(LOGGER, { useFactory: instanceCachingFactory(() => createLogger(io, level())) });
  return child;
}

/** Takes a command's services out of the container. */
export function servicesOf(from: DependencyContainer): Services {
  return {
    io: from.resolve(IO),
    disk: from.resolve(DISK),
    logger: from.resolve(LOGGER),
    runtime: from.resolve(RUNTIME),
  };
}
