// Network namespaces for the kernel tests of this package. In: nothing. Out: a namespace with a name of its own, and a state directory.
// Guarantees: the namespace, its processes and its files are gone after `close`; nothing is made in the namespace of the test process.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

const NEEDED = ['ip', 'nft', 'dnsmasq', 'python3'];
let counter = 0;

function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  const absent = NEEDED.filter((program) => spawnSync('which', [program]).status !== 0);
  return absent.length > 0 ? `needs ${absent.join(', ')}` : undefined;
}

/** One namespace. */
export class Namespace {
  readonly name: string;
  readonly directory: string;
  readonly #others: string[] = [];

  constructor() {
    counter += 1;
    this.name = `weirrt-${process.pid}-${counter}`;
    this.directory = mkdtempSync(join(tmpdir(), 'weirrt-'));
    this.#add(this.name);
  }

  #add(name: string): void {
    const { status, stderr } = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    this.#others.push(name);
  }

  /** Options for `applyHost` and `removeHost`. */
  get options(): { readonly netns: string; readonly stateDirectory: string; readonly timeout: number } {
    return { netns: this.name, stateDirectory: this.directory, timeout: 120_000 };
  }

  /** A second namespace, for a guest; removed with this one. */
  guest(): string {
    const name = `${this.name}-g${this.#others.length}`;
    this.#add(name);
    return name;
  }

  /** Runs a shell script in the namespace (or a guest's) and returns what it printed; throws when it fails. */
  sh(script: string, where = this.name): string {
    const argv = ['netns', 'exec', where, 'sh', '-ec', script];
    const { status, stdout, stderr } = spawnSync('ip', argv, { encoding: 'utf8', timeout: 120_000 });
    if (status !== 0) throw new Error(`${script}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Devices, addresses, tables and forwarding: what must be the same before and after. */
  snapshot(): string {
    const links = JSON.parse(this.sh('ip -j -d addr')) as Record<string, unknown>[];
    const seen = links.map(({ ifname, ifalias, master, mtu, flags, address, addr_info, linkinfo }) => {
      const slave = (linkinfo as { info_slave_data?: { isolated?: boolean } } | undefined)?.info_slave_data?.isolated;
      // Carrier, and the link-local addresses that follow it, come and go by themselves.
      const lasting = (flags as string[]).filter((flag) => flag === 'UP');
      const addresses = (addr_info as { scope: string; local: string }[])
        .filter(({ scope }) => scope !== 'link')
        .map(({ local }) => local);
      return { ifname, ifalias, master, mtu, lasting, address, slave, addresses };
    });
    const tables = this.sh('nft list tables');
    const sysctls = this.sh('cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding');
    return JSON.stringify({ seen, tables, sysctls }, undefined, 1);
  }

  /** Ends what runs in the namespaces and removes them. */
  close(): void {
    for (const name of this.#others.toReversed()) {
      const pids = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
      for (const pid of pids) {
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // Gone already.
        }
      }
      spawnSync('ip', ['netns', 'delete', name]);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A test's body with a namespace; skipped with its reason where it cannot run, which fails under WEIR_REQUIRE_KERNEL=1. */
export function inNamespace(
  body: (namespace: Namespace, context: TestContext) => Promise<void>,
): (context: TestContext) => Promise<void> {
  return async (context) => {
    const lack = missing();
    if (lack !== undefined && process.env['WEIR_REQUIRE_KERNEL'] === '1') throw new Error(lack);
    if (lack !== undefined) return context.skip(lack);
    const namespace = new Namespace();
    try {
      await body(namespace, context);
    } finally {
      namespace.close();
    }
  };
}
