// What a kernel test needs, and what this machine has. In: a list of requirement names. Out: whether all are there, and if not, why.
// Guarantees: each requirement is probed at most once a process, in a private network namespace where the kernel is asked; a missing one is
// a failure under WEIR_REQUIRE_KERNEL=1, unless the other tier of the test bed covers it (see README.md), and then the skip says so.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test, type TestContext } from 'vitest';

/** A program, a permission or a kernel feature that a test may ask for. */
export type Requirement = keyof typeof PROBES;

/** Where tests run: 1 on the running kernel, 2 inside the emulated Debian kernel. */
export const TIER: 1 | 2 = process.env['WEIR_TIER'] === '2' ? 2 : 1;

/** How many times longer than on an idle machine the tests may wait; 1 natively, more under emulation. */
export const TIME_SCALE = Number(process.env['WEIR_TIME_SCALE'] ?? '1');

const strict = (): boolean => process.env['WEIR_REQUIRE_KERNEL'] === '1';

const succeeds = (program: string, args: readonly string[], input = ''): boolean =>
  spawnSync(program, args, { input, stdio: ['pipe', 'ignore', 'ignore'], timeout: 20_000 * TIME_SCALE }).status === 0;

const onPath = (program: string): boolean =>
  [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin'].some((dir) =>
    existsSync(`${dir}/${program}`),
  );

const loads = (ruleset: string): boolean => succeeds('unshare', ['-n', 'nft', '-f', '-'], ruleset);

const bridgeRule = (hook: string, rule: string): boolean =>
  loads(`table bridge probe {\n chain c {\n type filter hook ${hook} priority 0\n ${rule}\n }\n}\n`);

const inNamespace = (script: string): boolean => succeeds('unshare', ['-n', 'sh', '-ec', script]);

const BRIDGE_NETFILTER = 'test -e /proc/sys/net/bridge/bridge-nf-call-iptables';

/** Every requirement with its probe; `tier` names the tier of the test bed that has the feature when the other may lack it. */
const PROBES = {
  root: { probe: () => process.getuid?.() === 0 },
  ip: { probe: () => onPath('ip') },
  nft: { probe: () => onPath('nft') },
  python3: { probe: () => onPath('python3') },
  dnsmasq: { probe: () => onPath('dnsmasq') },
  qemu: { probe: () => onPath('qemu-system-x86_64') },
  busybox: { probe: () => onPath('busybox') },
  cpio: { probe: () => onPath('cpio') },
  kmod: { probe: () => onPath('modprobe') && onPath('depmod') },
  apt: { probe: () => onPath('apt-get') && onPath('dpkg') },
  netns: { probe: () => inNamespace('ip link set lo up') && succeeds('test', ['-w', '/run']) },
  bridge: { probe: () => inNamespace('ip link add b0 type bridge') },
  veth: { probe: () => inNamespace('ip link add v0 type veth peer name v1') },
  'nft-bridge': { probe: () => bridgeRule('forward', 'ether type ip accept') },
  'inet-nat': {
    probe: () =>
      loads(
        'table inet p {\n chain c {\n type nat hook postrouting priority 100\n meta l4proto tcp masquerade\n }\n}\n',
      ),
  },
  'bridge-ct': { probe: () => bridgeRule('forward', 'ct state established accept'), tier: 2 },
  'bridge-reject': { probe: () => bridgeRule('prerouting', 'reject'), tier: 2 },
  'bridge-meta': { probe: () => bridgeRule('forward', 'meta ibrname "x" accept'), tier: 2 },
  'br-netfilter': { probe: () => inNamespace(BRIDGE_NETFILTER), tier: 1 },
  'vlan-device': {
    probe: () => inNamespace('ip link add v0 type veth peer name v1; ip link add link v0 name v0.5 type vlan id 5'),
    tier: 2,
  },
  tun: { probe: () => existsSync('/dev/net/tun') && inNamespace('ip tuntap add dev t0 mode tap') },
  'netdev-egress': {
    probe: () =>
      inNamespace(
        'ip link add v0 type veth peer name v1; nft add table netdev t; nft "add chain netdev t c { type filter hook egress device v0 priority 0; }"',
      ),
  },
} as const satisfies ProbeTable;

/** Named probes; `tier` is the tier of the test bed that has a kernel feature when the other may lack it. */
export type ProbeTable = Readonly<Record<string, { readonly probe: () => boolean; readonly tier?: 1 | 2 }>>;

const known = new Map<() => boolean, boolean>();

function answerOf(probe: () => boolean): boolean {
  const answer = known.get(probe) ?? probe();
  known.set(probe, answer);
  return answer;
}

/** Whether this machine, as this user, has `requirement`. */
export const has = (requirement: Requirement): boolean => answerOf(PROBES[requirement].probe);

/** The answer to a list of requirements. */
export interface Requirements {
  /** True when tests that need the list are to be skipped. Reading it throws when they are not allowed to be. */
  readonly missing: boolean;
  /** Why they are skipped; undefined when nothing is missing. */
  readonly reason: string | undefined;
  /** True when everything that is missing is tested in the other tier. */
  readonly coveredElsewhere: boolean;
}

const told = new Set<string>();

/** `requirements` over any table of probes. A name that the table does not have counts as missing. */
export function lookFor(needs: readonly string[], table: ProbeTable): Requirements {
  const absent = needs.filter((need) => !answerOf(table[need]?.probe ?? never));
  if (absent.length === 0) return { missing: false, reason: undefined, coveredElsewhere: false };
  const elsewhere = absent.map((need) => [need, table[need]?.tier === TIER ? undefined : table[need]?.tier] as const);
  const coveredElsewhere = elsewhere.every(([, tier]) => tier !== undefined);
  const parts = elsewhere.map(([need, tier]) =>
    tier === undefined ? `${need} is missing` : `${need} is not in this kernel, covered by tier ${tier}`,
  );
  const reason = parts.join('; ');
  return {
    reason,
    coveredElsewhere,
    get missing(): boolean {
      if (strict() && !coveredElsewhere) throw new Error(`WEIR_REQUIRE_KERNEL=1: ${reason}`);
      if (!told.has(reason)) {
        told.add(reason);
        process.stderr.write(`kernel tests skipped: ${reason}\n`);
      }
      return true;
    },
  };
}

const never = (): boolean => false;

/** Looks for every one of `needs`; a reason for skipping is printed once a process, the first time that it is asked for. */
export const requirements = (needs: readonly Requirement[]): Requirements => lookFor(needs, PROBES);

/** What every test with a lab needs. */
export const LAB: readonly Requirement[] = ['root', 'ip', 'nft', 'python3', 'netns', 'bridge', 'veth', 'nft-bridge'];

/**
 * A test that runs where `needs` are met. Where they are not it is skipped with the reason, or fails under WEIR_REQUIRE_KERNEL=1 unless the
 * missing kernel feature is covered by the other tier. `timeoutMs` is multiplied by the time scale of the tier.
 */
export function kernelTest(
  name: string,
  needs: readonly Requirement[],
  body: (context: TestContext) => Promise<void> | void,
  timeoutMs = 20_000,
): void {
  // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect -- the title and the assertions are the caller's
  test(name, { timeout: timeoutMs * TIME_SCALE }, async (context) => {
    const found = requirements(needs);
    if (found.missing) context.skip(found.reason);
    await body(context);
  });
}
