/**
 * A project, read: its settings, its rule files as trees, its plugins as a registry, its target.
 *
 * In: the paths of a command. Out: everything the compiler's passes take, and every diagnostic found on the way.
 * Guaranteed: usage errors throw {@link UsageError}; all else is a diagnostic, and reading goes on after it.
 */
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  gatherSources,
  isDate,
  loadPlugins,
  type PassResult,
  type Registry,
  type SourceSet,
  type Target,
} from '@weir/compiler';
import type { Diagnostic } from '@weir/plugin';
import { UsageError } from '../exit-code.ts';
import type { Services } from '../host/container.ts';
import { CONFIG_FILE, readConfig, type ProjectConfig } from './config.ts';
import { decodeText } from './decode.ts';
import { findRoot, type ProjectRoot } from './find-root.ts';
import { gatherFiles } from './gather-files.ts';
import { importPlugins } from './load-plugins.ts';
import { createReader, type DiskReader } from './source-reader.ts';
import { chooseTarget } from './target.ts';

/** What was read. */
export interface Project {
  readonly sources: SourceSet;
  readonly registry: Registry;
  /** Absent when the project file names one that does not exist. */
  readonly target: Target | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Texts of all files that diagnostics can point into, by id. */
  readonly texts: ReadonlyMap<string, string>;
  /** A file id as the user would type it in the working directory. */
  pathOf(id: string): string;
}

/** What a command asks for. */
export interface ProjectRequest {
  readonly paths: readonly string[];
  /** Value of `--target`. */
  readonly target: string | undefined;
  /** Value of `--date`. */
  readonly date?: string | undefined;
  /** The command's default target. */
  readonly fallbackTarget: string;
}

const OWN_DIRECTORY = dirname(fileURLToPath(import.meta.url));

/** Reads a project. */
export async function loadProject(services: Services, request: ProjectRequest): Promise<Project> {
  const { disk, io, logger, runtime } = services;
  const { date } = request;
  if (date !== undefined && !isDate(date)) throw new UsageError(`\`${date}\` is no date`, 'write it as 2027-03-31');
  const root = findRoot(disk, io.cwd, request.paths);
  logger.debug({ root: root.directory, config: root.hasConfig }, 'found the project');
  const reader = createReader({ disk, root: root.directory, ownDirectory: OWN_DIRECTORY });
  const config = openConfig(root, services);
  const target = await chooseTarget(request.target, config.value, request.fallbackTarget, runtime);
  const plugins = await importPlugins(config.value.plugins, { disk, root: root.directory });
  const registry = loadPlugins(plugins.value);
  const files = gatherFiles(disk, io.cwd, request.paths, reader.idOf);
  const sources = gatherSources(files.value.map(reader.idOf), reader);
  logger.debug({ files: sources.value.files.size, plugins: plugins.value.length }, 'read the files');
  const passes: readonly PassResult<unknown>[] = [
    config,
    target,
    plugins,
    registry,
    files,
    sources,
    { value: 0, diagnostics: reader.diagnostics },
  ];
  return {
    sources: date === undefined ? sources.value : { ...sources.value, date },
    registry: registry.value,
    target: target.value,
    diagnostics: passes.flatMap((pass) => pass.diagnostics),
    texts: new Map([...reader.texts, ...(config.text === undefined ? [] : [[CONFIG_FILE, config.text] as const])]),
    pathOf: (id) => shownPath(id, reader, io.cwd),
  };
}

interface OpenedConfig extends PassResult<ProjectConfig> {
  readonly text?: string;
}

function openConfig(root: ProjectRoot, { disk }: Services): OpenedConfig {
  if (!root.hasConfig) return { value: {}, diagnostics: [] };
  const { text } = decodeText(disk.read(join(root.directory, CONFIG_FILE)));
  return { ...readConfig(text, CONFIG_FILE), text };
}

function shownPath(id: string, reader: DiskReader, cwd: string): string {
  const absolute = reader.projectPath(id);
  return absolute === undefined ? id : relative(cwd, absolute).split(sep).join(posix.sep);
}
