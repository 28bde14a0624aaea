// The builders of raw frames, in one place: Ethernet and its tags, ARP, IPv4, IPv6, what they carry, and the addresses between them. Each takes
// plain values and returns bytes with right lengths and checksums; nothing here touches the network.
export * from './frames/addresses.ts';
export * from './frames/arp.ts';
export * from './frames/bytes.ts';
export * from './frames/dhcp.ts';
export * from './frames/ethernet.ts';
export * from './frames/ipv4.ts';
export * from './frames/ipv6.ts';
export * from './frames/neighbour.ts';
export * from './frames/transport.ts';
