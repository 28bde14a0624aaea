// The plain description from which a lab is made: stations, the veth pairs between them, their addresses and routes.

/** A route: `to` is a prefix or `default`; `via` a neighbour's address; `dev` a device of the station. */
export interface Route {
  readonly to: string;
  readonly via?: string;
  readonly dev?: string;
}

/** One end of a veth pair. Addresses carry their prefix length (`10.0.0.2/24`, `fd00::2/64`). */
export interface EndSpec {
  readonly station: string;
  readonly device: string;
  readonly mac?: string;
  readonly addresses?: readonly string[];
  /** Leaves duplicate address detection on; without it IPv6 addresses are usable at once. */
  readonly dad?: boolean;
  /** The device gets no IPv6 link-local address: for ports of a bridge. */
  readonly silent?: boolean;
  readonly mtu?: number;
}

/** A guest: `interface` is the device on the host (left up, without addresses, in no bridge), `eth0` the one in the guest. */
export interface GuestSpec {
  readonly name: string;
  readonly interface: string;
  readonly mac?: string;
  readonly addresses?: readonly string[];
  /** Default routes, one address each of IPv4 and IPv6. */
  readonly gateways?: readonly string[];
  readonly routes?: readonly Route[];
  readonly dad?: boolean;
  readonly mtu?: number;
}

/** A station outside: `uplink` is the host's device toward it, with `hostAddresses`; `eth0` its own, with `addresses`. */
export interface OutsideSpec {
  readonly name: string;
  readonly uplink: string;
  readonly mac?: string;
  readonly hostMac?: string;
  readonly addresses?: readonly string[];
  readonly hostAddresses?: readonly string[];
  readonly gateways?: readonly string[];
  readonly routes?: readonly Route[];
  /** Forwards between its devices: a router, with `links` to stations behind it. */
  readonly forwarding?: boolean;
}

/** The whole lab. The station `host` always exists. */
export interface LabSpec {
  readonly guests?: readonly GuestSpec[];
  readonly outside?: readonly OutsideSpec[];
  /** Routes of the host, for example its default route through an uplink. */
  readonly hostRoutes?: readonly Route[];
  /** More namespaces, for links. */
  readonly stations?: readonly {
    readonly name: string;
    readonly forwarding?: boolean;
    readonly routes?: readonly Route[];
  }[];
  /** More veth pairs between any two stations, such as a router and what is behind it. */
  readonly links?: readonly (readonly [EndSpec, EndSpec])[];
}
