// The archive from which the emulated machine starts. In: an unpacked kernel, a job. Out: an initramfs that mounts the host's root read-only over
// 9p, lays a memory overlay on it, and runs the job there. Guarantees: the module part is built once a kernel; the job part is small and fresh.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { must } from './kernel.mjs';

/** What must be loaded before the host's root can be mounted; each brings its dependencies. */
const BOOT_MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'];

/** What tests use: loaded by the job, where `modprobe` sees the whole tree. */
export const TEST_MODULES = [
  'af_packet',
  'bridge',
  'veth',
  'tun',
  'dummy',
  '8021q',
  'macvlan',
  'nf_tables',
  'nf_conntrack',
  'nf_conntrack_bridge',
  'nft_ct',
  'nft_limit',
  'nft_log',
  'nft_connlimit',
  'nft_quota',
  'nft_hash',
  'nft_numgen',
  'nft_meta_bridge',
  'nft_reject_bridge',
  'nft_reject_inet',
  'nft_reject_ipv4',
  'nft_reject_ipv6',
  'nft_chain_nat',
  'nft_nat',
  'nft_masq',
  'nft_redir',
  'nft_fib_inet',
  'nft_fib_ipv4',
  'nft_fib_ipv6',
  'nft_socket',
  'nft_tproxy',
  'nft_queue',
  'nft_dup_netdev',
  'nft_fwd_netdev',
  'nf_flow_table',
  'nf_flow_table_inet',
  'nft_flow_offload',
  'nf_log_syslog',
  'nfnetlink_log',
  'nfnetlink_queue',
];

const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mkdir -p /proc /sys /dev /host /over /new
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
fail() { echo "weir: $1"; poweroff -f; }
while read -r module; do insmod "/modules/$module" || fail "cannot load $module"; done < /modules/order
mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose host /host || fail "no host root"
mount -t tmpfs -o size=80% tmpfs /over
mkdir -p /over/upper /over/work
mount -t overlay -o lowerdir=/host,upperdir=/over/upper,workdir=/over/work overlay /new || fail "no overlay"
mount --move /proc /new/proc
mount --move /sys /new/sys
mount --move /dev /new/dev
mkdir -p /new/dev/shm /new/dev/pts
mount -t tmpfs tmpfs /new/dev/shm
mount -t devpts devpts /new/dev/pts
# nft -f - opens /dev/stdin, which udev makes elsewhere.
ln -s /proc/self/fd /new/dev/fd
for n in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/\${n%%:*}" "/new/dev/\${n#*:}"; done
mount -t tmpfs tmpfs /new/run
mkdir -p /new/run/weir
cp /job/* /new/run/weir/
exec switch_root /new /bin/sh /run/weir/start
`;

/**
 * Packs a directory as a cpio archive.
 * @param {string} directory
 */
function pack(directory) {
  const names = must('find', ['.', '-print0'], { cwd: directory });
  return must('cpio', ['--null', '--create', '--format=newc', '--owner=0:0', '--quiet'], {
    cwd: directory,
    input: names,
  });
}

/**
 * The files that `modprobe` would load for a module, dependencies first.
 * @param {import('./kernel.mjs').Kernel} kernel
 * @param {string} name
 */
function filesOf(kernel, name) {
  const text = must('modprobe', ['-d', kernel.root, '-S', kernel.version, '--show-depends', name]).toString();
  return [...text.matchAll(/^insmod (\S+)/gm)].map((match) => match[1] ?? '');
}

/**
 * The part of the archive that depends only on the kernel, from the cache or made anew.
 * @param {import('./kernel.mjs').Kernel} kernel
 */
export function baseArchive(kernel) {
  const path = join(kernel.root, 'weir-base.cpio');
  if (existsSync(path)) return readFileSync(path);
  const work = mkdtempSync(join(tmpdir(), 'weir-initramfs-'));
  try {
    for (const directory of ['bin', 'modules']) mkdirSync(join(work, directory));
    const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((file) => existsSync(file));
    if (busybox === undefined) throw new Error('busybox-static is not installed');
    cpSync(busybox, join(work, 'bin', 'busybox'), { dereference: true });
    const files = [...new Set(BOOT_MODULES.flatMap((name) => filesOf(kernel, name)))];
    for (const file of files) copyFileSync(file, join(work, 'modules', basename(file)));
    writeFileSync(join(work, 'modules', 'order'), files.map((file) => `${basename(file)}\n`).join(''));
    const archive = pack(work);
    writeFileSync(`${path}.${process.pid}`, archive);
    renameSync(`${path}.${process.pid}`, path);
    return archive;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * The part that depends on the job; the kernel unpacks it over the first.
 * @param {Readonly<Record<string, string>>} job files to be found under /run/weir in the guest; `start` is run
 */
export function jobArchive(job) {
  const work = mkdtempSync(join(tmpdir(), 'weir-job-'));
  try {
    mkdirSync(join(work, 'job'));
    writeFileSync(join(work, 'init'), INIT, { mode: 0o755 });
    for (const [name, text] of Object.entries(job)) writeFileSync(join(work, 'job', name), text);
    return pack(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
