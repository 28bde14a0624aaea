// One run of the emulated machine. In: a command, its environment, kernel modules, limits. Out: the command's exit code; its output goes to a
// function as it comes. Guarantees: ends within the time limit with the emulator gone; the host's files are read-only for
// the guest, but for one directory that a job may name.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseArchive, jobArchive, TEST_MODULES } from './initramfs.mjs';
import { debianKernel } from './kernel.mjs';

/**
 * What to run.
 * @typedef {object} Job
 * @property {readonly string[]} command
 * @property {string} directory working directory, the same path as on the host
 * @property {Readonly<Record<string, string>>} [env] added to PATH, HOME, WEIR_TIER=2 and WEIR_REQUIRE_KERNEL=1
 * @property {readonly string[]} [modules] loaded besides the usual ones, for example br_netfilter
 * @property {number} [timeoutMs] for the whole run, boot included; 300,000 unless given
 * @property {number} [memory] MiB; 2048 unless given
 * @property {string} [share] a directory of the host that the guest may write, as /run/weir/share
 * @property {(text: string) => void} [output]
 */

/**
 * How it ended. `code` is the command's exit code, 124 when the time was over, 125 when the machine ended without a word.
 * @typedef {object} Outcome
 * @property {number} code
 * @property {string} output everything on the console, without the closing marker
 * @property {number} bootMs from the start of the emulator to the start of the command
 * @property {number} totalMs
 */

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * The script that the guest runs as process 1 after it has changed to the host's root.
 * @param {Job} job
 * @param {import('./kernel.mjs').Kernel} kernel
 * @param {string} nonce
 */
function startScript(job, kernel, nonce) {
  const env = {
    PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: process.env['HOME'] ?? '/root',
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    WEIR_TIER: '2',
    WEIR_REQUIRE_KERNEL: '1',
    WEIR_TIME_SCALE: '4',
    ...job.env,
  };
  const modules = [...TEST_MODULES, ...(job.modules ?? [])];
  return `
mount -o remount,rw /sys/fs/cgroup 2>/dev/null
rm -rf /usr/lib/modules/${kernel.version}; mkdir -p /usr/lib/modules
ln -s ${quoted(`${kernel.root}/lib/modules/${kernel.version}`)} /usr/lib/modules/${kernel.version}
${Object.entries(env)
  .map(([name, value]) => `export ${name}=${quoted(value)}`)
  .join('\n')}
modprobe -a -q ${modules.join(' ')} || for module in ${modules.join(' ')}; do modprobe -q "$module" || echo "weir: no module $module"; done
hostname weir-emulated
${job.share === undefined ? '' : 'mkdir -p /run/weir/share && mount -t 9p -o trans=virtio,version=9p2000.L share /run/weir/share'}
ip link set lo up
cd ${quoted(job.directory)} || exit 1
echo "WEIR-START ${nonce}"
{ ${job.command.map(quoted).join(' ')} </dev/null 2>&1; echo $? > /run/weir/code; } | cat
sync
echo
echo "WEIR-EXIT ${nonce} $(cat /run/weir/code)"
sleep 0.2
echo o > /proc/sysrq-trigger
sleep 60
`;
}

/**
 * @param {import('./kernel.mjs').Kernel} kernel
 * @param {string} initramfs
 * @param {Job} job
 */
const emulatorArguments = (kernel, initramfs, job) => [
  '-accel',
  'tcg,thread=multi',
  '-cpu',
  'max',
  '-smp',
  String(Math.min(4, availableParallelism())),
  '-m',
  String(job.memory ?? 2048),
  '-nographic',
  '-nodefaults',
  '-no-reboot',
  '-serial',
  'stdio',
  '-kernel',
  kernel.image,
  '-initrd',
  initramfs,
  '-append',
  'console=ttyS0 panic=-1 quiet random.trust_cpu=on',
  '-fsdev',
  'local,id=host,path=/,security_model=none,readonly=on,multidevs=remap',
  '-device',
  'virtio-9p-pci,fsdev=host,mount_tag=host',
  ...(job.share === undefined
    ? []
    : [
        '-fsdev',
        `local,id=share,path=${job.share.replaceAll(',', ',,')},security_model=none`,
        '-device',
        'virtio-9p-pci,fsdev=share,mount_tag=share',
      ]),
  '-object',
  'rng-random,id=rng,filename=/dev/urandom',
  '-device',
  'virtio-rng-pci,rng=rng',
];

/**
 * Boots the kernel, runs the job, and ends the machine.
 * @param {Job} job
 * @returns {Promise<Outcome>}
 */
export async function runEmulated(job) {
  const kernel = debianKernel();
  const nonce = randomBytes(8).toString('hex');
  const work = mkdtempSync(join(tmpdir(), 'weir-emulated-'));
  try {
    const initramfs = join(work, 'initramfs');
    writeFileSync(
      initramfs,
      Buffer.concat([baseArchive(kernel), jobArchive({ start: startScript(job, kernel, nonce) })]),
    );
    return await attend(emulatorArguments(kernel, initramfs, job), nonce, job);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Follows the console to the marker.
 * @param {readonly string[]} args
 * @param {string} nonce
 * @param {Job} job
 * @returns {Promise<Outcome>}
 */
function attend(args, nonce, job) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let bootMs = 0;
    let code = 125;
    let output = '';
    let line = '';
    const stop = () => child.kill('SIGKILL');
    const onSignal = () => {
      stop();
      process.exit(130);
    };
    process.once('exit', stop).once('SIGINT', onSignal).once('SIGTERM', onSignal);
    const timer = setTimeout(() => {
      code = 124;
      stop();
    }, job.timeoutMs ?? 300_000);
    /** @param {string} text */
    const print = (text) => {
      output += text;
      job.output?.(text);
    };
    /** @param {string} text */
    const read = (text) => {
      const end = new RegExp(`WEIR-EXIT ${nonce} (\\d+)`).exec(text);
      if (text.includes(`WEIR-START ${nonce}`)) bootMs = performance.now() - began;
      else if (end) {
        code = Number(end[1]);
        stop();
      } else print(`${text}\n`);
    };
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      const lines = (line + text.replaceAll('\r', '')).split('\n');
      line = lines.pop() ?? '';
      lines.forEach(read);
    });
    child.stderr.setEncoding('utf8').on('data', print);
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      process.off('exit', stop).off('SIGINT', onSignal).off('SIGTERM', onSignal);
      if (line !== '') read(line);
      resolve({ code, output, bootMs, totalMs: performance.now() - began });
    });
  });
}
