/** What a run needs before it may look at a host: root, and programs. In: what is needed. Out: every lack. */
import { findCommand } from '../command/find-command.ts';
import { hostProblem, type HostProblem } from '../problem.ts';

/** Debian's names of the packages that have the programs. */
const PACKAGES: Readonly<Record<string, string>> = { ip: 'iproute2', nft: 'nftables', dnsmasq: 'dnsmasq-base' };

/** What the process and its search path have. */
export interface Surroundings {
  readonly uid: number | undefined;
  readonly has: (program: string) => boolean;
}

/** The surroundings of this process. */
export function ownSurroundings(): Surroundings {
  return { uid: process.geteuid?.(), has: (program) => findCommand(program) !== undefined };
}

/** Everything that is missing. */
export function checkRequirements(programs: readonly string[], around: Surroundings): readonly HostProblem[] {
  const rights =
    around.uid === 0
      ? []
      : [
          hostProblem('runtime/not-root', 'only root can change the network of a host', {
            help: 'run it with `sudo`, or compile and give the files to a privileged tool',
          }),
        ];
  const missing = programs
    .filter((program) => !around.has(program))
    .map((program) =>
      hostProblem('runtime/missing-command', `the program \`${program}\` is not installed`, {
        help: `Debian and Ubuntu have it in \`${PACKAGES[program] ?? program}\``,
      }),
    );
  return [...rights, ...missing];
}
