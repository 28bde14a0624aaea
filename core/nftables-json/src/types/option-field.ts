/** Names of IPv6 extension headers, TCP and IP options and SCTP chunks, and of their fields. */

/** IPv6 extension headers and their fields. */
export const EXTHDR_FIELDS = {
  hbh: ['nexthdr', 'hdrlength'],
  rt: ['nexthdr', 'hdrlength', 'type', 'seg-left'],
  rt0: ['addr'],
  rt2: ['addr'],
  srh: ['last-entry', 'flags', 'tag', 'sid'],
  frag: ['nexthdr', 'reserved', 'frag-off', 'reserved2', 'more-fragments', 'id'],
  dst: ['nexthdr', 'hdrlength'],
  mh: ['nexthdr', 'hdrlength', 'type', 'reserved', 'checksum'],
} as const;
/** Name of an IPv6 extension header. */
export type ExthdrName = keyof typeof EXTHDR_FIELDS;
/** A field of one extension header. */
export type ExthdrField<N extends ExthdrName> = (typeof EXTHDR_FIELDS)[N][number];

const kindAndLength = ['kind', 'length'] as const;
const sackFields = [...kindAndLength, 'left', 'right'] as const;

/** TCP options and their fields. */
export const TCP_OPTION_FIELDS = {
  eol: ['kind'],
  nop: ['kind'],
  maxseg: [...kindAndLength, 'size'],
  window: [...kindAndLength, 'count'],
  'sack-permitted': kindAndLength,
  'sack-perm': kindAndLength,
  sack: sackFields,
  sack0: sackFields,
  sack1: sackFields,
  sack2: sackFields,
  sack3: sackFields,
  echo: kindAndLength,
  timestamp: [...kindAndLength, 'tsval', 'tsecr'],
  md5sig: kindAndLength,
  mptcp: [...kindAndLength, 'subtype'],
  fastopen: kindAndLength,
} as const;
/** Name of a TCP option. */
export type TcpOptionName = keyof typeof TCP_OPTION_FIELDS;
/** A field of one TCP option. */
export type TcpOptionField<N extends TcpOptionName> = (typeof TCP_OPTION_FIELDS)[N][number];

const routeOptionFields = ['type', 'length', 'ptr', 'addr'] as const;

/** IPv4 options and their fields. */
export const IP_OPTION_FIELDS = {
  lsrr: routeOptionFields,
  rr: routeOptionFields,
  ssrr: routeOptionFields,
  ra: ['type', 'length', 'value'],
} as const;
/** Name of an IPv4 option. */
export type IpOptionName = keyof typeof IP_OPTION_FIELDS;
/** A field of one IPv4 option. */
export type IpOptionField<N extends IpOptionName> = (typeof IP_OPTION_FIELDS)[N][number];

const chunk = ['type', 'flags', 'length'] as const;
const initChunk = [
  ...chunk,
  'init-tag',
  'a-rwnd',
  'num-outbound-streams',
  'num-inbound-streams',
  'initial-tsn',
] as const;

/** SCTP chunks and their fields. */
export const SCTP_CHUNK_FIELDS = {
  data: [...chunk, 'tsn', 'stream', 'ssn', 'ppid'],
  init: initChunk,
  'init-ack': initChunk,
  sack: [...chunk, 'cum-tsn-ack', 'a-rwnd', 'num-gap-ack-blocks', 'num-dup-tsns'],
  heartbeat: chunk,
  'heartbeat-ack': chunk,
  abort: chunk,
  shutdown: [...chunk, 'cum-tsn-ack'],
  'shutdown-ack': chunk,
  error: chunk,
  'cookie-echo': chunk,
  'cookie-ack': chunk,
  ecne: [...chunk, 'lowest-tsn'],
  cwr: [...chunk, 'lowest-tsn'],
  'shutdown-complete': chunk,
  'asconf-ack': [...chunk, 'seqno'],
  'forward-tsn': [...chunk, 'new-cum-tsn'],
  asconf: [...chunk, 'seqno'],
} as const;
/** Name of an SCTP chunk. */
export type SctpChunkName = keyof typeof SCTP_CHUNK_FIELDS;
/** A field of one SCTP chunk. */
export type SctpChunkField<N extends SctpChunkName> = (typeof SCTP_CHUNK_FIELDS)[N][number];
