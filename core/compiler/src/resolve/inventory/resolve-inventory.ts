/**
 * The inventory of one host: its networks, guests and ports, checked in themselves and against each other.
 *
 * In: all parsed files and the registered modes. Out: what is complete and right, all declared names, and every problem
 * in the order of the files. Guaranteed: pure; a network with a problem in it, in one of its ports or in its mode's
 * answer is left out (its name stays), and a port that is incomplete is left out too.
 */
import type { Inventory, NetworkDeclaration } from '../../model/inventory.ts';
import type { PassResult } from '../../pass-result.ts';
import type { Registry } from '../../registry.ts';
import type { SourceSet } from '../../sources/source-set.ts';
import { askMode } from './ask-mode.ts';
import { buildPort, buildView, viewPorts } from './build-declarations.ts';
import { checkAddresses } from './check-addresses.ts';
import { checkNetworks } from './check-networks.ts';
import { checkPorts } from './check-ports.ts';
import { checkTranslations } from './check-translations.ts';
import { checkUplinks } from './check-uplinks.ts';
import { collectDeclarations, type Declarations } from './declarations.ts';
import { createFindings, type Findings } from './findings.ts';
import { indexGuestPorts } from './guest-ports.ts';
import { readHostAddresses } from './host-addresses.ts';
import { readGuest } from './read-guest.ts';
import { readNetwork, type NetworkDraft } from './read-network.ts';
import type { PortDraft } from './read-port.ts';

export function resolveInventory(sources: SourceSet, registry: Registry): PassResult<Inventory> {
  const findings = createFindings();
  const declarations = collectDeclarations(sources, findings);
  const hostAddresses = readHostAddresses(declarations.hosts, (diagnostic) => findings.report(diagnostic));
  const read = readPorts(declarations, findings);
  const { ports } = read;
  const networks = readNetworks(declarations, read, registry, findings);
  const devices = checkPorts(ports, findings);
  checkAddresses(networks, ports, findings);
  checkNetworks(networks, devices, findings);
  const declared = askModes(networks, ports, findings);
  checkUplinks(declared, networks, devices, findings);
  checkTranslations(declared, findings);
  return {
    value: {
      networks: declared.filter(({ view }) => !findings.isSpoilt(view.name)),
      ports: ports.flatMap((draft) => buildPort(draft) ?? []).toSorted((a, b) => compare(a.ifname, b.ifname)),
      guestNames: declarations.guestNames,
      networkNames: declarations.networkNames,
      hostAddresses,
    },
    diagnostics: findings.sorted(),
  };
}

interface ReadPorts {
  readonly ports: readonly PortDraft[];
  /** Guests with an error in them. */
  readonly unread: ReadonlySet<string>;
}

function readPorts({ guests, networkNames, brokenGuests }: Declarations, findings: Findings): ReadPorts {
  const around = { networkNames, networkList: [...networkNames].toSorted() };
  const unread = new Set(brokenGuests);
  const ports = guests.flatMap((guest) =>
    readGuest(guest, around, (diagnostic) => {
      findings.report(diagnostic);
      unread.add(guest.name.text);
    }),
  );
  for (const { complete, network } of ports) if (!complete && network !== undefined) findings.spoil(network);
  return { ports, unread };
}

function readNetworks(
  declarations: Declarations,
  { ports, unread }: ReadPorts,
  registry: Registry,
  findings: Findings,
): readonly NetworkDraft[] {
  const around = {
    registry,
    findings,
    guestPorts: indexGuestPorts(ports, declarations.guestNames, unread),
    guestNames: [...declarations.guestNames].toSorted(),
    networkNames: [...declarations.networkNames].toSorted(),
  };
  return declarations.networks.map((network) => readNetwork(network, around));
}

/** Only networks that nothing is known against are asked about. */
function askModes(
  networks: readonly NetworkDraft[],
  ports: readonly PortDraft[],
  findings: Findings,
): readonly NetworkDeclaration[] {
  const grouped = viewPorts(ports);
  return networks
    .toSorted((a, b) => compare(a.name, b.name))
    .flatMap((draft) => {
      if (!draft.mode || findings.isSpoilt(draft.name)) return [];
      const view = buildView(draft, grouped.get(draft.name) ?? []);
      return (view && askMode(view, draft.mode, findings)) ?? [];
    });
}

/** By code units. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
