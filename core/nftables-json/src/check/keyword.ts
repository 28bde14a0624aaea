/** Words that nft's text grammar reads as keywords. Names of this kind load from JSON, but a listing of them does not load as text. */

/** The keywords. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  `accept ack add addr-unreachable ah all-nodes arp at audit auto-merge avgpkt back base bridge broadcast broute burst bypass bytes cgroup
  cgroupv2 chain chains checksum chunk classid cmd code comment comp complete constant continue count counter counters cpi create csumcov ct
  cwr daddr data day dccp debug define delete describe destroy device devices direction doff drop dscp dst dup dynamic ecn element elements elif
  else emerg err error esp ether event exists expectation expectations expiration expires export exthdr family fastopen fib flag flags flow flowlabel
  flowtable flowtables flush forward frag frag-off fully-random fwd gateway gc-interval geneve goto gre gretap group handle hash hbh hdrlength helper helpers hoplimit
  hour hook htype ibrhwaddr ibriport ibrname ibrpvid ibrvproto icmp icmpv6 icmpx icmpx-code id if igmp iif iifgroup iifkind iifname iiftype in include index inet
  ingress egress inner insert integer interval ip ip6 ipsec is jhash jump l3proto l4proto label last length level limit limits list load log loose lsrr mac mangle map
  maps mark mask masquerade max-delay maxseg md5sig meta meter meters mh minutes missing mod monitor more-fragments mptcp mrt mss mtu netdev netmap never new newchain
  nexthdr nexthop nfproto nftrace no-route nop notice notrack numgen obriport obrname oif oifgroup oifkind oifname oiftype on operation options original osf
  output over owner packets parameter-problem pcp performance persist persistent pkttype plen policy port postrouting prefix prerouting priority process protocol proto-dst proto-src
  ptype queue queue-threshold queuenum quota quotas random redirect reject rename replace reply reqid reset return rr rra rt rt0 rt2 rtclassid rule rules ruleset sack sack-perm
  sack-permitted sack0 sack1 sack2 sack3 saddr sctp sdif sdifname second secmark secmarks secpath seed seg-left seq seqno sequence set sets size skgid skip skuid
  snaplen snat dnat socket spi spnum sport dport src srh ssrr state status stmt string symhash syn synproxy synproxys table tables tag tcp terse th time
  timeout timestamp to tos tproxy transparent ttl tunnel type typeof udp udplite unknown update urgptr until used value verdict version vlan vmap vni vtag
  vxlan wildcard window with wscale xml xt zone tsval tsecr kind left right offset reserved mac any all day hours hex cgroupsv2 integer raw proto cfi dei syn
  input`.split(/\s+/),
);
