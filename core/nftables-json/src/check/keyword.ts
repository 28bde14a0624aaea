/**
 * Words that nft's text grammar cannot read as names. They load from JSON, but a listing of them does not load as text.
 * Found by giving every word of the grammar to nft 1.0.6 as the name of a table, chain, set and counter; later releases add the last line.
 */

/** The keywords. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  `accept add ah all and arp auto-merge bridge bytes cgroup chain comment comp constant continue counter create ct day dccp define delete
  describe device devices dnat drop dst dup dynamic ecn element elements eq esp ether exists expires export exthdr fib flags flow flowtable
  flush frag fwd gc-interval ge goto gt handle hbh hook hour ibriport ibrname icmp icmpv6 igmp iif iifgroup iifname iiftype import include index
  inet insert interval ip ip6 ipsec jhash jump le limit list log lshift lt map mark masquerade meta meter mh missing monitor ne netdev
  nftrace not notrack numgen obriport obrname oif oifgroup oifname oiftype or osf packets pkttype policy priority queue quota random
  redefine redirect reject rename replace reset return rshift rt rt0 rt2 rtclassid rule ruleset sctp secmark set size skgid skuid snat
  socket srh symhash synproxy table tcp th time timeout tproxy type typeof udp udplite undefine update vlan vmap xor xt
  broute destroy geneve gre gretap ibrhwaddr inner last tunnel vxlan`.split(/\s+/),
);
