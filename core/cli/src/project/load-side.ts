/**
 * One side of a comparison: a path as it is, or as it was at a git revision.
 *
 * In: `PATH`, `REV:PATH` (from the root of the repository; `REV:./PATH` from the working directory) or `git:REV` (the same path
 * as the other side's). Out: its project and site. Guaranteed: a path that exists is taken as one; the work tree stays as it is.
 */
import { resolve } from 'node:path';
import type { PassResult, Site } from '@weir/compiler';
import { UsageError } from '../exit-code.ts';
import type { Services } from '../host/container.ts';
import { diskAt, findRevision } from '../host/git.ts';
import { loadProject, type Project, type ProjectRequest } from './load-project.ts';
import { readProjectSite } from './read-project-site.ts';

export interface Side {
  readonly project: Project;
  readonly site: PassResult<Site | undefined>;
}

/** Where a side is. */
export type SidePlace =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'revision'; readonly revision: string; readonly path: string; readonly fromRoot: boolean };

const GIT = 'git:';

/** Reads what the user typed. `other`: what was typed for the other side. */
export function sidePlace(services: Services, text: string, other: string): SidePlace {
  const { disk, io } = services;
  const exists = (path: string): boolean => disk.kind(resolve(io.cwd, path)) !== undefined;
  if (exists(text)) return { kind: 'path', path: text };
  if (text.startsWith(GIT)) {
    const revision = text.slice(GIT.length);
    const there = other.startsWith(GIT) ? undefined : placeOf(other);
    if (revision === '' || (exists(other) === false && there === undefined))
      throw new UsageError(`\`${text}\` takes its path from the other side, which names none`, 'write `REV:PATH`');
    return there === undefined ? { kind: 'revision', revision, path: other, fromRoot: false } : { ...there, revision };
  }
  const place = placeOf(text);
  if (place === undefined)
    throw new UsageError(
      `there is no file or directory \`${text}\``,
      'an older state is written `REV:PATH` or `git:REV`',
    );
  return place;
}

function placeOf(text: string): Extract<SidePlace, { kind: 'revision' }> | undefined {
  const colon = text.indexOf(':');
  if (colon <= 0) return undefined;
  const path = text.slice(colon + 1);
  const fromRoot = !path.startsWith('./') && !path.startsWith('../');
  return { kind: 'revision', revision: text.slice(0, colon), path: path === '' ? '.' : path, fromRoot };
}

/** Reads a side. */
export async function loadSide(
  services: Services,
  place: SidePlace,
  request: Omit<ProjectRequest, 'paths'>,
): Promise<Side> {
  if (place.kind === 'path') {
    const project = await loadProject(services, { ...request, paths: [place.path] });
    return { project, site: readProjectSite(project) };
  }
  const revision = findRevision(services.io.cwd, place.revision);
  const path = resolve(place.fromRoot ? revision.root : services.io.cwd, place.path);
  const then = { ...services, disk: diskAt(revision, services.disk) };
  if (then.disk.kind(path) === undefined)
    throw new UsageError(`there is no \`${place.path}\` at revision \`${place.revision}\``);
  const project = await loadProject(then, { ...request, paths: [path] });
  const named: Project = { ...project, pathOf: (id) => `${place.revision}:${project.pathOf(id)}` };
  return { project: named, site: readProjectSite(project) };
}
