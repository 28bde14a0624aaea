// ARP and RARP that say what is not so. In: who is who. Out: entries. Guarantees: pure.
import {
  arp,
  type ArpFields,
  arpProbe,
  BROADCAST,
  gratuitousArp,
  ipv4Bytes,
  join,
  macBytes,
  rarp,
  u16,
} from '../../kernel/frames.ts';
import { type Actors, framed, patched } from './actors.ts';
import { type CatalogueEntry, either, stop } from './entry.ts';

/** Bytes of a frame at which fields of the message start. */
const AT = {
  hardware: 14,
  protocol: 16,
  lengths: 18,
  operation: 20,
  senderMac: 22,
  senderIp: 28,
  targetMac: 32,
  end: 42,
};

/** Claims of addresses, each in a message that is well formed. */
export function arpClaims(a: Actors): readonly CatalogueEntry[] {
  const address = stop('address', 'RFC 826: who hears it sends the traffic of that address here');
  const hardware = stop('mac', 'RFC 826: who hears it sends the traffic of the sender there');
  const free = stop('address', 'RFC 5227 2.1: the owner would give its address up');
  const odd = stop('address', 'RFC 5227 1.2.1, RFC 1122 3.2.1.3: no host has such an address');
  const ours = { src: a.own.mac, dst: a.witness.mac, targetMac: a.witness.mac, targetIp: a.witness.ipv4 };
  const reply = (fields: Partial<ArpFields>): Uint8Array =>
    arp({ ...ours, operation: 'reply', senderIp: a.own.ipv4, ...fields });
  const request = (fields: Partial<ArpFields>): Uint8Array =>
    arp({ ...ours, operation: 'request', dst: BROADCAST, senderIp: a.own.ipv4, ...fields });
  const zero = '00:00:00:00:00:00';
  return [
    address('ARP reply with a foreign sender IP address', reply({ senderIp: a.victim.ipv4 })),
    address('ARP reply that claims the gateway', reply({ senderIp: a.gateway.ipv4 })),
    address(
      'ARP reply to everybody with a foreign sender IP address',
      reply({ dst: BROADCAST, senderIp: a.victim.ipv4 }),
    ),
    address(
      'ARP reply to its own address with a foreign sender IP address',
      reply({ senderIp: a.victim.ipv4, targetMac: a.own.mac, targetIp: a.own.ipv4 }),
    ),
    address('ARP request with a foreign sender IP address', request({ senderIp: a.victim.ipv4 })),
    address(
      'ARP request to one station with a foreign sender IP address',
      request({ dst: a.witness.mac, senderIp: a.gateway.ipv4 }),
    ),
    address(
      'ARP request for the own address in a foreign name',
      request({ senderIp: a.victim.ipv4, targetIp: a.own.ipv4 }),
    ),
    hardware('ARP reply with a foreign sender MAC address', reply({ senderMac: a.victim.mac })),
    hardware('ARP reply with the sender MAC address of the gateway', reply({ senderMac: a.gateway.mac })),
    hardware('ARP request with a foreign sender MAC address', request({ senderMac: a.victim.mac })),
    hardware('ARP reply with the broadcast sender MAC address', reply({ senderMac: BROADCAST })),
    hardware('ARP reply with a group sender MAC address', reply({ senderMac: '01:00:5e:00:00:01' })),
    hardware('ARP reply with a zero sender MAC address', reply({ senderMac: zero })),
    hardware(
      'ARP probe with a foreign sender MAC address',
      request({ senderMac: a.victim.mac, senderIp: '0.0.0.0', targetIp: a.own.ipv4 }),
    ),
    address('gratuitous ARP of a foreign address', gratuitousArp(a.own.mac, a.victim.ipv4)),
    address('gratuitous ARP reply of a foreign address', gratuitousArp(a.own.mac, a.victim.ipv4, 'reply')),
    address('gratuitous ARP of the gateway', gratuitousArp(a.own.mac, a.gateway.ipv4)),
    address('gratuitous ARP reply of the gateway', gratuitousArp(a.own.mac, a.gateway.ipv4, 'reply')),
    hardware(
      'gratuitous ARP of the own address for a foreign MAC',
      request({ senderMac: a.victim.mac, targetIp: a.own.ipv4 }),
    ),
    free('ARP probe of a foreign address', arpProbe(a.own.mac, a.victim.ipv4)),
    free('ARP probe of the gateway', arpProbe(a.own.mac, a.gateway.ipv4)),
    odd('ARP reply from no address', reply({ senderIp: '0.0.0.0' })),
    odd('ARP reply from no address about the own one', reply({ senderIp: '0.0.0.0', targetIp: a.own.ipv4 })),
    odd('ARP reply from the broadcast address', reply({ senderIp: '255.255.255.255' })),
    odd('ARP reply from a loopback address', reply({ senderIp: '127.0.0.1' })),
    odd('ARP reply from a group', reply({ senderIp: '224.0.0.1' })),
  ];
}

/** Messages that are not what they seem. */
export function arpShapes(a: Actors): readonly CatalogueEntry[] {
  const lengths = stop('shape', 'RFC 826: lengths move the sender address to where no rule looks');
  const kind = stop('shape', 'RFC 826: not Ethernet and IPv4');
  const operation = stop('shape', 'RFC 1931, RFC 2390: nobody on an Ethernet says this');
  const cut = stop('shape', 'a message that is cut off before it says who sends it');
  const reverse = stop('mac', 'RFC 903: it asks in the name of others');
  const own = arp({
    operation: 'reply',
    src: a.own.mac,
    dst: a.witness.mac,
    senderIp: a.own.ipv4,
    targetMac: a.witness.mac,
    targetIp: a.witness.ipv4,
  });
  const foreign = patched(own, AT.senderIp, [...ipv4Bytes(a.victim.ipv4)]);
  const asked = rarp(a.own.mac);
  // With hardware addresses of no bytes the sender's IP address stands where the sender's MAC address is looked for.
  const short = (hlen: number, plen: number): Uint8Array => patched(own, AT.lengths, [hlen, plen]);
  return [
    lengths('ARP with hardware addresses of no bytes', short(0, 4)),
    lengths('ARP with hardware addresses of two bytes', short(2, 4)),
    lengths('ARP with hardware addresses of eight bytes', short(8, 4)),
    lengths('ARP with hardware addresses of 255 bytes', short(255, 4)),
    lengths('ARP with protocol addresses of no bytes', short(6, 0)),
    lengths('ARP with protocol addresses of sixteen bytes', short(6, 16)),
    lengths('ARP with both lengths wrong', short(4, 6)),
    ...[0, 6, 7, 15, 32, 0xffff].map((type) =>
      kind(`ARP of hardware type ${type}`, patched(own, AT.hardware, [...u16(type)])),
    ),
    ...[0, 0x0806, 0x86dd, 0x8100, 0xffff].map((type) =>
      kind(`ARP of protocol type ${type.toString(16)}`, patched(own, AT.protocol, [...u16(type)])),
    ),
    ...[0, 3, 4, 5, 8, 9, 10, 25, 0xffff].map((code) =>
      operation(`ARP of operation ${code}`, patched(own, AT.operation, [...u16(code)])),
    ),
    ...[16, 20, 21, 22, 27, 28, 30].map((length) =>
      cut(`ARP that ends after ${length - 14} bytes`, own.slice(0, length)),
    ),
    stop('address', 'RFC 826')('ARP with a foreign sender and a long trailer', join(foreign, new Uint8Array(200))),
    either('its claim is true; whoever reads on finds too little')(
      'ARP that ends before its target',
      own.slice(0, AT.targetMac),
    ),
    reverse('RARP in a foreign name', patched(asked, AT.senderMac, [...macBytes(a.victim.mac)])),
    reverse('RARP that asks for a foreign address', patched(asked, AT.targetMac, [...macBytes(a.victim.mac)])),
    reverse('RARP from a foreign Ethernet address', patched(asked, 6, [...macBytes(a.victim.mac)])),
    stop('address', 'RFC 903: the sender address of a request is undefined, and nobody needs it')(
      'RARP that claims a foreign IP address',
      patched(asked, AT.senderIp, [...ipv4Bytes(a.victim.ipv4)]),
    ),
    stop('role', 'RFC 903: a guest would tell others their addresses')(
      'RARP reply',
      patched(asked, AT.operation, [0, 4]),
    ),
    kind('RARP of protocol type 86dd', patched(asked, AT.protocol, [0x86, 0xdd])),
    lengths('RARP with hardware addresses of no bytes', patched(asked, AT.lengths, [0, 4])),
    cut('RARP that ends in its sender', asked.slice(0, 26)),
    stop('link', 'EtherType of trailers (RFC 893) around ARP')(
      'ARP behind the type of trailers',
      framed(a, 0x1001, own.slice(14)),
    ),
  ];
}
