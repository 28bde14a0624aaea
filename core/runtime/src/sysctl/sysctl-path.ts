/** Sysctl keys to paths below `/proc/sys`. Guaranteed: a path never leaves `/proc/sys/net`. */

const COMPONENT = /^[A-Za-z0-9_.:@+-]+$/;

/**
 * The path of a key, or undefined if it is not a network setting.
 * WHY: as in sysctl(8), the first separator decides: after a dot, dots separate and slashes stand for dots; after a
 * slash, slashes separate and a device name keeps its dots (`net/ipv4/conf/eth0.100/forwarding`).
 */
export function sysctlPath(key: string): string | undefined {
  const separator = /[./]/.exec(key)?.[0];
  const parts = separator === '/' ? key.split('/') : key.split('.').map((part) => part.replaceAll('/', '.'));
  const valid = parts.every((part) => COMPONENT.test(part) && part !== '.' && part !== '..');
  return valid && parts[0] === 'net' && parts.length > 2 ? parts.join('/') : undefined;
}
