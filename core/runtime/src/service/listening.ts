/**
 * Whether a process's namespace has the sockets that a service needs, read from `/proc/<pid>/net/udp` and `udp6`.
 * WHY: addresses stand there as 32-bit words in the machine's byte order (net/ipv4/udp.c, udp4_format_sock).
 */
import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { BlockList, isIPv4 } from 'node:net';
import type { ServiceSpec } from '../plan/step.ts';

function ipv4Bytes(address: string): readonly number[] {
  return address.split('.').map(Number);
}

function groups(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}

function ipv6Bytes(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const left = groups(head);
  const right = groups(tail ?? '');
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/** The address as the kernel prints it in `/proc/net/udp` and `udp6`. */
export function procAddress(address: string, order: 'LE' | 'BE' = endianness()): string {
  const bytes = isIPv4(address) ? ipv4Bytes(address) : ipv6Bytes(address);
  const hex = bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  const words = Array.from({ length: hex.length / 4 }, (_, index) => hex.slice(index * 4, index * 4 + 4));
  return words.flatMap((word) => (order === 'LE' ? word.toReversed() : word)).join('');
}

function table(pid: number, name: 'udp' | 'udp6'): readonly string[] {
  try {
    const lines = readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n').slice(1);
    return lines.map((line) => line.trim().split(/\s+/)[1] ?? '');
  } catch {
    return [];
  }
}

/** Mapped addresses are not written in groups alone; nobody serves one. */
function isPlain(address: string): boolean {
  const mapped = new BlockList();
  mapped.addSubnet('::ffff:0:0', 96, 'ipv6');
  return isIPv4(address) || !mapped.check(address, 'ipv6');
}

/** Whether DNS answers on the bridge's addresses and DHCP on its port. */
export function isListening(pid: number, spec: ServiceSpec): boolean {
  const sockets = new Set([...table(pid, 'udp'), ...table(pid, 'udp6')]);
  const own = spec.addresses.filter((entry) => isPlain(entry.address));
  const names =
    spec.nameService === undefined || own.every(({ address }) => sockets.has(`${procAddress(address)}:0035`));
  const needsDhcp = spec.addressService !== undefined && own.some((entry) => entry.family === 'ipv4');
  return names && (!needsDhcp || sockets.has('00000000:0043'));
}
