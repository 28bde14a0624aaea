// Debian's kernel package, fetched and unpacked. In: a cache directory. Out: the version, the kernel image and the module tree below a directory.
// Guarantees: nothing outside the cache directory is written; an unpacked kernel is complete or not there (it is renamed into place at the end).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * An unpacked kernel.
 * @typedef {object} Kernel
 * @property {string} version for example `6.1.0-56-amd64`
 * @property {string} image path of the bootable image
 * @property {string} root directory under which `lib/modules/<version>` stands
 */

/** Where everything fetched or built is kept: `WEIR_CACHE`, or `~/.cache/weir`. */
export const cacheDirectory = () => process.env['WEIR_CACHE'] ?? join(homedir(), '.cache', 'weir');

/**
 * Runs a program to its end and returns what it printed; throws with what it said when it fails.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, input?: string | Uint8Array }} [options]
 */
export function must(program, args, options = {}) {
  const run = spawnSync(program, args, { ...options, encoding: 'buffer', maxBuffer: 1 << 28, timeout: 300_000 });
  if (run.error) throw run.error;
  if (run.status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${run.status}: ${run.stderr.toString()}`);
  return run.stdout;
}

/** The newest versioned kernel package that the distribution's meta package asks for. */
function newestPackage() {
  const text = must('apt-cache', ['depends', 'linux-image-amd64']).toString();
  const name = /Depends:\s+(linux-image-\d\S*-amd64)\b/.exec(text)?.[1];
  if (name === undefined) throw new Error('linux-image-amd64 has no versioned dependency: run `apt-get update`');
  return name;
}

/**
 * The kernel in the cache, fetched if it is not there.
 * @returns {Kernel}
 */
export function debianKernel(cache = cacheDirectory()) {
  const kernels = join(cache, 'kernels');
  mkdirSync(kernels, { recursive: true });
  const name = process.env['WEIR_KERNEL_PACKAGE'] ?? newestPackage();
  const root = join(kernels, name);
  if (!existsSync(root)) unpack(name, kernels, root);
  const version = readdirSync(join(root, 'lib', 'modules'))[0];
  if (version === undefined) throw new Error(`${root} holds no modules`);
  return { version, image: join(root, 'boot', `vmlinuz-${version}`), root };
}

/**
 * @param {string} name
 * @param {string} kernels
 * @param {string} root
 */
function unpack(name, kernels, root) {
  const work = mkdtempSync(join(kernels, 'fetch-'));
  try {
    must('apt-get', ['download', name], { cwd: work });
    const archive = readdirSync(work).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new Error(`apt-get download ${name} left no package`);
    const tree = join(work, 'tree');
    must('dpkg', ['-x', join(work, archive), tree]);
    const version = readdirSync(join(tree, 'lib', 'modules'))[0] ?? '';
    must('depmod', ['-b', tree, version]);
    renameSync(tree, root);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
