// Text of a site of any size: 20 profiles on four networks, ports dealt out evenly. Deterministic.

const MODES = [
  { name: 'n0', mode: 'nat', prefix: '10.0', v6: 'fd00:0' },
  { name: 'n1', mode: 'routed', prefix: '10.1', v6: 'fd00:1' },
  { name: 'n2', mode: 'isolated', prefix: '10.2', v6: 'fd00:2' },
  { name: 'n3', mode: 'nat', prefix: '10.3', v6: 'fd00:3' },
];

const hex = (value, width = 2) => value.toString(16).padStart(width, '0');

/** Rules of filter `i`: every one is different, each about as long as a real one. */
const filter = (i) => `filter f${i}(clients: addresses = any) {
  in  accept tcp port { ${1000 + i}, ${2000 + i * 10}-${2005 + i * 10} } from clients
  in  accept ping limit 20/second burst 40
  in  accept ssh from office
  in  accept tcp port ${3000 + i} from guests(role = r${i % 4})
  in  accept udp port ${4000 + i} from network(n${i % 4})
  out accept dns to gateway
  out accept ntp
  out accept tcp port { 80, 443 } to world
  out accept tcp port ${3000 + i} to guests(role = r${(i + 1) % 4})
  default in  drop
  default out drop
}
`;

/** The rule files of a site with `ports` guests. */
export function siteText(ports) {
  const networks = MODES.map(
    (n) =>
      `network ${n.name} { mode ${n.mode}; bridge br-${n.name}; subnet ${n.prefix}.0.0/16; subnet ${n.v6}::/64; dhcp off; dns off }`,
  );
  const filters = Array.from({ length: 20 }, (_, i) => filter(i));
  const guests = Array.from({ length: ports }, (_, i) => {
    const profile = i % 20;
    const network = MODES[profile % 4];
    const [high, low] = [Math.floor((i + 2) / 250), ((i + 2) % 250) + 2];
    return `guest g${i} {
  labels { role = r${profile % 4} }
  interface v${i} { network ${network.name}; mac 52:54:00:${hex((i >> 16) & 255)}:${hex((i >> 8) & 255)}:${hex(i & 255)}; address ${network.prefix}.${high}.${low}, ${network.v6}::${hex(i + 16, 1)}; filter f${profile}${profile < 10 ? '' : '(clients = office)'} }
}`;
  });
  return {
    'policy.weir': `import { dns, ntp, ping, ssh } from "@weir/rules"
addresses office = { 198.51.100.0/24, 2001:db8:10::/48, not 198.51.100.66 }
${networks.join('\n')}
${filters.join('\n')}
${guests.join('\n')}
`,
  };
}
