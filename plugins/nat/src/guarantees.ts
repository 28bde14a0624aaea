/**
 * What mode `nat` promises, in the language's assert form.
 *
 * In: the network. Out: claims. Guaranteed: the only exceptions are the declared forwardings, each with its guest's
 * address and ports.
 */
import type { Guarantee } from '@weir/plugin';
import { forwardTargets, type ForwardTarget } from './forwards.ts';
import type { NatNetwork } from './settings.ts';

/** No connection is opened from outside, but by the forwardings. */
export function natGuarantees(network: NatNetwork): readonly Guarantee[] {
  const exceptions = forwardTargets(network).flatMap(exceptionsOf);
  const but = exceptions.length === 0 ? '' : ` and not (${exceptions.join(' or ')})`;
  return [
    {
      title:
        exceptions.length === 0
          ? `nobody outside opens a connection into network ${network.name}`
          : `nobody outside opens a connection into network ${network.name} but by a declared forwarding`,
      claim: `never from world to network(${network.name}) where connection.state == new${but}`,
    },
  ];
}

function exceptionsOf({ family, protocols, address, port, shifted }: ForwardTarget): readonly string[] {
  const { low, high } = shifted ?? port;
  const field = family === 'ipv4' ? 'ip.destination' : 'ip6.destination';
  return protocols.map((protocol) => {
    const ports = low === high ? `== ${low}` : `in ${low}-${high}`;
    return `(${field} == ${address} and ${protocol}.destination ${ports})`;
  });
}
