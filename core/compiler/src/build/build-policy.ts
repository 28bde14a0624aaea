/**
 * From the model to the policy of a host: ports with their facts, and the profiles that they share.
 *
 * Guaranteed: ports that name the same guard and filters on the same network are instantiated once, so the work grows
 * with profiles and not with ports; names and order do not depend on the order of files or guests.
 */
import { guardOff } from '../resolve/findings.ts';
import type { World } from '../resolve/environment.ts';
import type { Model } from '../resolve/model.ts';
import type { PassResult } from '../pass-result.ts';
import type { PolicyUse, PortDeclaration } from '../model/inventory.ts';
import type { Policy, Port, Profile } from '../policy/policy.ts';
import { isSingle } from '../values/ranges.ts';
import { checkUses, profileOf } from './profile.ts';

export function buildPolicy(model: Model): PassResult<Policy> {
  const { world } = model;
  const { inventory } = world;
  const attachments = new Map(inventory.networks.map((network) => [network.view.name, network.attachment]));
  const instances = new Map<string, Profile | undefined>();
  const usesLabels = [...world.files.values()].some((tree) => tree.text.includes('self.labels'));
  const ports: Port[] = [];
  for (const declared of inventory.ports) {
    if (declared.guard === 'none') world.report.add(guardOff(declared.span, { ifname: declared.ifname }));
    const attachment = attachments.get(declared.network);
    if (attachment === undefined) {
      // What the network is cannot be said, but what the port names can be checked.
      checkUses(declared, world);
      continue;
    }
    const key = instanceKey(declared, world, usesLabels);
    if (!instances.has(key)) instances.set(key, profileOf(declared, attachment, world));
    const profile = instances.get(key);
    if (profile !== undefined) ports.push(portOf(declared, profile));
  }
  const profiles = new Map([...instances.values()].flatMap((one) => (one ? [[one.name, one] as const] : [])));
  return {
    value: {
      ports,
      profiles: [...profiles.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
      sets: world.sets.list(),
      networks: inventory.networks,
      hostAddresses: inventory.hostAddresses,
    },
    diagnostics: world.report.list(),
  };
}

function portOf(declared: PortDeclaration, profile: Profile): Port {
  const { guest, ifname, labels, network, mac, ipv4, ipv6, span } = declared;
  return { guest, ifname, labels, network, mac, ipv4, ipv6, profile: profile.name, span };
}

/** What two ports must share to have one profile: what their words mean, on the same network. */
function instanceKey(port: PortDeclaration, world: World, usesLabels: boolean): string {
  const words = (use: PolicyUse | 'none' | undefined): string =>
    use === undefined || use === 'none' ? (use ?? '') : useKey(use, world);
  const shape = [port.ipv4, port.ipv6].map((r) => [r.some(isSingle), r.some((one) => !isSingle(one))]);
  const labels = usesLabels ? port.labels : {};
  return JSON.stringify([words(port.guard), port.filters.map(words), port.network, shape, labels]);
}

/** Names mean what their file says; where a file cannot make a difference, uses in all files have one key. */
function useKey({ file, value }: PolicyUse, { scopes, files }: World): string {
  const text = files.get(file)?.text.slice(value.start, value.end) ?? '';
  const definition = value.kind === 'name-value' ? scopes.of(file).get(value.text) : undefined;
  return definition === undefined ? `${file}: ${text}` : `${definition.file}# ${definition.item.name.text}`;
}
