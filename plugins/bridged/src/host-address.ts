/** What can be wrong with the host's own addresses on a bridged network. */
import {
  defineDiagnostic,
  inSubnet,
  type AddressSetting,
  type Diagnostic,
  type NetworkView,
  type Placed,
} from '@weir/plugin';

const outside = defineDiagnostic<{ address: string; network: string }>(
  { code: 'bridged/host-address-outside', severity: 'error', title: 'a host address outside the segment' },
  ({ address, network }) => ({
    message: `\`${address}\` lies in no subnet of network \`${network}\``,
    help: 'add the `subnet` of the segment, so that its length is known',
  }),
);
const gateway = defineDiagnostic<{ address: string; network: string }>(
  { code: 'bridged/host-address-gateway', severity: 'error', title: "a host address that is the router's" },
  ({ address, network }) => ({
    message: `\`${address}\` is the gateway of network \`${network}\`, a router on the segment and not this host`,
    help: 'give the host another address, or name the router with `gateway`',
  }),
);
const taken = defineDiagnostic<{ address: string; guest: string }>(
  { code: 'bridged/host-address-taken', severity: 'error', title: 'a host address that a guest has' },
  ({ address, guest }) => ({ message: `\`${address}\` is the address of guest \`${guest}\`` }),
);
const twice = defineDiagnostic<{ address: string }>(
  { code: 'bridged/host-address-twice', severity: 'error', title: 'a host address that is written twice' },
  ({ address }) => ({ message: `\`${address}\` is given twice`, help: 'keep one of them' }),
);

/** Every problem, at its address. */
export function checkHostAddresses(
  { name: network, subnets, ports }: Pick<NetworkView, 'name' | 'subnets' | 'ports'>,
  addresses: readonly Placed<AddressSetting>[],
): readonly Diagnostic[] {
  return addresses.flatMap(({ value: { address }, span }, index) => {
    const owner = ports.find((port) => port.addresses.some((own) => own.address === address));
    const isGateway = subnets.some((subnet) => subnet.gateway === address);
    return [
      ...(subnets.some((subnet) => inSubnet(subnet, address)) ? [] : [outside(span, { address, network })]),
      ...(isGateway ? [gateway(span, { address, network })] : []),
      ...(owner ? [taken(span, { address, guest: owner.guest })] : []),
      ...(addresses.slice(0, index).some(({ value }) => value.address === address) ? [twice(span, { address })] : []),
    ];
  });
}

/** Every diagnostic declared here. */
export const hostAddressDiagnostics = [outside, gateway, taken, twice] as const;
