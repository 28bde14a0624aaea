/**
 * Takes away what Weir made on a host. In: options. Out: a report. Guaranteed: fail closed (ports leave and bridges go
 * before the tables that guard them), safe to repeat, and nothing that is not ours is touched: devices are known by
 * their alias, tables by their name, the rest by the record.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Journal } from '../apply/journal.ts';
import { runLinkChanges } from '../apply/link-batch.ts';
import { hasOwn, type Tools } from '../apply/prepare.ts';
import { checkRequirements, ownSurroundings } from '../apply/requirements.ts';
import { createRunner } from '../command/runner.ts';
import { compareRetired } from '../compare/compare-retired.ts';
import { compareSysctls } from '../compare/compare-sysctl.ts';
import { readLinks } from '../observe/read-links.ts';
import { settleOptions, type HostOptions } from '../options.ts';
import { hostProblem, StepError, type HostProblem } from '../problem.ts';
import type { Action, RemoveReport } from '../report.ts';
import { listOwnTables, nftOf, removeRuleset } from '../ruleset/load.ts';
import { removeService, servicePaths } from '../service/service.ts';
import { EMPTY_STATE, type HostState } from '../state/state.ts';
import { readState, rulesetPath, withLock, writeState } from '../state/state-file.ts';
import { readSysctls, writeSysctl } from '../sysctl/sysctl.ts';

/** What a removal did and what it could not. */
class Removal {
  readonly tools: Tools;
  readonly actions: Action[] = [];
  readonly problems: HostProblem[] = [];

  constructor(tools: Tools) {
    this.tools = tools;
  }

  tell(action: Action): void {
    this.actions.push(action);
    this.tools.options.onProgress({ kind: 'action', action });
  }

  /** Does a part; a failure is noted, and the parts that do not depend on it go on. Returns whether it worked. */
  async part(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      this.problems.push({ ...error.problem, code: 'runtime/leftover' });
      return false;
    }
  }
}

/** Networks with a service: on record, or with a configuration file of ours. */
function servedNetworks(directory: string, state: HostState): readonly string[] {
  let files: readonly string[] = [];
  try {
    files = readdirSync(join(directory, 'dnsmasq'));
  } catch {
    // No service was ever started here.
  }
  const written = files.filter((file) => file.endsWith('.conf')).map((file) => file.slice(0, -'.conf'.length));
  return [...new Set([...state.services, ...written])].toSorted();
}

async function stopServices(removal: Removal, state: HostState): Promise<void> {
  const { directory } = removal.tools.options;
  for (const network of servedNetworks(directory, state)) {
    await removal.part(async () => {
      await removeService(servicePaths(directory, network), network);
      removal.tell({
        subject: 'service',
        name: network,
        result: 'removed',
        text: `dnsmasq of network ${network} stopped`,
      });
    });
  }
}

async function removeDevices(removal: Removal, state: HostState): Promise<void> {
  const { runner } = removal.tools;
  const found = compareRetired([], await readLinks(runner), state);
  // Down and out first, as one batch, then deleted: no port is left in a bridge that passes frames.
  for (const changes of [found.before, found.last]) {
    await runLinkChanges(runner, changes, new Journal());
    for (const change of changes) removal.tell(change.action);
  }
}

async function restoreSysctls(removal: Removal, state: HostState): Promise<void> {
  const { runner } = removal.tools;
  const current = await readSysctls(
    runner,
    state.sysctls.map((entry) => entry.path),
  );
  const { settled, restore } = compareSysctls([], current, state);
  settled.forEach((action) => removal.tell(action));
  for (const { path, value, action } of restore) {
    await removal.part(async () => {
      await writeSysctl(runner, path, value);
      removal.tell(action);
    });
  }
}

async function removeTables(removal: Removal): Promise<void> {
  const { nft, options } = removal.tools;
  const tables = await listOwnTables(nft);
  if (tables.length > 0) await removeRuleset(nft);
  for (const name of tables) removal.tell({ subject: 'ruleset', name, result: 'removed', text: `table ${name}` });
  rmSync(rulesetPath(options.directory), { force: true });
}

async function run(tools: Tools): Promise<RemoveReport> {
  const removal = new Removal(tools);
  const recorded = readState(tools.options.directory);
  const unreadable = recorded !== undefined && 'code' in recorded;
  const own = hasOwn(await readLinks(tools.runner), await listOwnTables(tools.nft));
  const state = recorded === undefined || unreadable || !own ? EMPTY_STATE : recorded;
  if (unreadable) removal.problems.push(recorded);
  await stopServices(removal, state);
  const free = await removal.part(() => removeDevices(removal, state));
  await removal.part(() => restoreSysctls(removal, state));
  if (free) await removal.part(() => removeTables(removal));
  else
    removal.problems.push(
      hostProblem('runtime/leftover', 'the tables stay, because ports are still in bridges of Weir'),
    );
  const whole = removal.problems.length === 0;
  if (whole) writeState(tools.options.directory, EMPTY_STATE);
  const changed = removal.actions.some((action) => action.result === 'removed');
  const { actions, problems } = removal;
  return { format: 1, outcome: whole ? 'removed' : 'partly-removed', changed, actions, problems };
}

function refused(problems: readonly HostProblem[]): RemoveReport {
  return { format: 1, outcome: 'refused', changed: false, actions: [], problems };
}

/** Takes away services, devices, settings and tables of Weir. Safe to repeat. */
export async function removeHost(options: HostOptions = {}): Promise<RemoveReport> {
  const settled = settleOptions(options);
  if ('code' in settled) return refused([settled]);
  const problems = checkRequirements(['ip', 'nft'], ownSurroundings());
  if (problems.length > 0) return refused(problems);
  const tools = { options: settled, runner: createRunner(settled), nft: nftOf(settled) };
  try {
    return await withLock(settled.directory, () => run(tools));
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return refused([error.problem]);
  }
}
