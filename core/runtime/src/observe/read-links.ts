/**
 * Reads `ip -j -d addr`. In: its JSON. Out: links by name. Guaranteed: unknown members are passed over; text that is
 * not such a list throws a `StepError`.
 */
import type { Runner } from '../command/runner.ts';
import { hostProblem, StepError } from '../problem.ts';
import type { Link, Links } from './link.ts';

type Json = Readonly<Record<string, unknown>>;

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function readAddresses(value: unknown, scope?: string): readonly string[] {
  return list(value)
    .map(object)
    .filter((entry) => scope === undefined || entry['scope'] === scope)
    .map((entry) => `${text(entry['local']) ?? ''}/${number(entry['prefixlen']) ?? ''}`);
}

function readLink(value: unknown): Link | undefined {
  const entry = object(value);
  const name = text(entry['ifname']);
  if (name === undefined) return undefined;
  const info = object(entry['linkinfo']);
  const kind = text(info['info_kind']);
  return {
    name,
    up: list(entry['flags']).includes('UP'),
    mtu: number(entry['mtu']) ?? 0,
    kind,
    master: text(entry['master']),
    alias: text(entry['ifalias']),
    lower: text(entry['link']),
    vlan: kind === 'vlan' ? number(object(info['info_data'])['id']) : undefined,
    isolated: object(info['info_slave_data'])['isolated'] === true,
    addresses: readAddresses(entry['addr_info']),
    globalAddresses: readAddresses(entry['addr_info'], 'global'),
  };
}

/** Links from the text that `ip -j -d addr` prints. */
export function parseLinks(output: string): Links {
  // WHY: iproute2 6.1 prints `{}` for devices that it leaves out of a listing.
  const links = list(JSON.parse(output)).flatMap((entry) => readLink(entry) ?? []);
  return new Map(links.map((link) => [link.name, link]));
}

/** The devices of the runner's namespace. */
export async function readLinks(runner: Runner): Promise<Links> {
  const { code, stdout, stderr } = await runner.run('ip', ['-j', '-d', 'addr', 'show']);
  if (code === 0) return parseLinks(stdout);
  throw new StepError(hostProblem('runtime/step-failed', 'network devices cannot be listed', { detail: stderr }));
}
