/** A file with most constructs, as the language's documents show it. */
export const SAMPLE = String.raw`import { clean-traffic, ping } from "@weir/rules"

addresses office = { 198.51.100.0/24, 2001:db8:10::/48, not 198.51.100.66 }
service   https  = { tcp 443, udp 443 }

network front {
  mode   nat
  bridge virbr1
  subnet 10.20.0.0/24
  subnet fd00:20::/64
  forward { protocol tcp; port 8443; to web1; to-port 443 }   # a setting of the nat plugin
}

## Public web servers. A doc comment: shown on hover and in reports.
filter web(clients: addresses = any) {
  in  accept https from clients
  in  accept ping  limit 10/second burst 20
  out accept udp port 53 to gateway
  out accept tcp port { 80, 443 }
  default in  drop log "web-in"
  default out reject
}

guest web1 {
  labels { tier = web, env = prod }
  interface vnet0 {
    network front
    mac     52:54:00:00:00:01
    address 10.20.0.11, fd00:20::11
    guard   clean-traffic
    filter  web(clients = office)
  }
}

test "the office reaches the web servers, the rest does not" {
  accept tcp 198.51.100.7 -> web1 port 443
  drop   tcp 203.0.113.9  -> web1 port 443
  drop   tcp 198.51.100.66 -> web1 port 443
}

assert "no database is reachable from outside" {
  never from world to guests(tier = db)
}
`;
