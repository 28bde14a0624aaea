// Applies a site in a lab the way an operator does: rule files in a directory, `weir apply` on the host. In: a lab, the files. Out: the command's
// report. Guarantees: the lab's host namespace is the only one touched; `down` undoes it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { run } from '@weir/cli';
import type { Lab } from '../kernel/lab.ts';

/** What a command came to. */
export interface CommandOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A site on disk, bound to a lab. */
export interface AppliedSite {
  readonly directory: string;
  /** Replaces the rule file and applies it; throws with the command's words when it fails. */
  apply(text: string): Promise<CommandOutcome>;
  /** Replaces the rule file and compiles it for the running kernel; the ruleset, or throws with the command's words. */
  compile(text: string): Promise<object>;
  /** Runs any `weir` command in the site's directory. */
  weir(...argv: readonly string[]): Promise<CommandOutcome>;
  /** `weir down`, and removes the directory. */
  remove(): Promise<void>;
}

/** Runs `weir` from the sources, with its output collected. */
export async function weir(cwd: string, ...argv: readonly string[]): Promise<CommandOutcome> {
  let stdout = '';
  let stderr = '';
  const code = await run(argv, {
    cwd,
    env: { PATH: process.env['PATH'] ?? '' },
    stdout: { write: (text: string) => (stdout += text), isTTY: false },
    stderr: { write: (text: string) => (stderr += text), isTTY: false },
  });
  return { code, stdout, stderr };
}

/** What a project file of a site says; absolute paths of plugins are written the way that a project file wants them. */
export interface SiteConfig {
  readonly plugins?: readonly string[];
}

/**
 * Waits until the host's new addresses have passed duplicate address detection, at most a few seconds.
 * WHY: a host whose link-local address is tentative sends no neighbour solicitations for packets that it forwards
 * (Linux 6.18), so the first IPv6 connections through a new bridge would be lost.
 */
async function settled(lab: Lab): Promise<void> {
  for (let tries = 0; tries < 40; tries += 1) {
    const { stdout } = await lab.host.run(['ip', '-6', '-o', 'address', 'show', 'tentative']);
    if (stdout.trim() === '') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Prepares a directory for a site whose rules will live in `lab`'s host. */
export function siteIn(lab: Lab, config: SiteConfig = {}): AppliedSite {
  const directory = mkdtempSync(join(tmpdir(), 'weir-site-'));
  const plugins = config.plugins?.map((name) => (isAbsolute(name) ? relative(directory, name) : name));
  const host = ['--netns', lab.host.namespace];
  writeFileSync(join(directory, 'weir.config.json'), JSON.stringify(plugins === undefined ? {} : { plugins }));
  return {
    directory,
    weir: (...argv) => weir(directory, ...argv),
    async apply(text) {
      writeFileSync(join(directory, 'site.weir'), text);
      const outcome = await weir(directory, 'apply', 'site.weir', ...host);
      if (outcome.code !== 0) throw new Error(`weir apply: ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`);
      await settled(lab);
      return outcome;
    },
    async compile(text) {
      writeFileSync(join(directory, 'site.weir'), text);
      const outcome = await weir(directory, 'compile', 'site.weir', '--target', 'running');
      if (outcome.code !== 0) throw new Error(`weir compile: ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`);
      return JSON.parse(outcome.stdout) as object;
    },
    async remove() {
      await weir(directory, 'down', ...host);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
