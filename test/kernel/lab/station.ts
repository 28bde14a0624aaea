// One namespace of a lab, and the ways to act in it: commands, batches of `ip`, nftables documents, sockets. Guarantees: every command is bounded.
import { type CommandOptions, type CommandResult, mustRun, runCommand } from '../process.ts';
import { TIME_SCALE } from '../requirements.ts';
import { Agent } from '../sockets.ts';

/** One namespace of a lab. */
export class Station {
  /** The name in the lab. */
  readonly name: string;
  /** The name under /run/netns. */
  readonly namespace: string;
  /** The processes in it that own sockets; started on first use. */
  readonly agent: Agent;

  constructor(name: string, namespace: string) {
    this.name = name;
    this.namespace = namespace;
    this.agent = new Agent(namespace);
  }

  /** The argument vector that runs `argv` in this namespace. */
  wrap(argv: readonly string[]): readonly string[] {
    return ['ip', 'netns', 'exec', this.namespace, ...argv];
  }

  /** Runs a command in this namespace; never rejects. */
  run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return runCommand(this.wrap(argv), { ...options, timeoutMs: (options.timeoutMs ?? 20_000) * TIME_SCALE });
  }

  /** Runs a command in this namespace; throws with what it said when it fails, returns what it printed. */
  must(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
    return mustRun(this.wrap(argv), { ...options, timeoutMs: (options.timeoutMs ?? 20_000) * TIME_SCALE });
  }

  /** Runs many `ip` commands (each without the word `ip`) in one process. */
  async ip(lines: readonly string[]): Promise<void> {
    if (lines.length > 0)
      await mustRun(['ip', '-n', this.namespace, '-batch', '-'], { input: `${lines.join('\n')}\n` });
  }

  /** Loads an nftables document: text, or an object as JSON. Throws with what nft said. */
  async nft(ruleset: string | object): Promise<void> {
    if (typeof ruleset === 'string') await this.must(['nft', '-f', '-'], { input: ruleset });
    // WHY: for JSON nft 1.0.6 opens /dev/stdin anew, which fails on the sockets that Node gives to children.
    else await this.must(['sh', '-c', 'cat | nft -j -f -'], { input: JSON.stringify(ruleset) });
  }
}
