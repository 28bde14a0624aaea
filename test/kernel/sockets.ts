// Real sockets inside a network namespace. In: what to connect, send, answer or capture. Out: what came of it, as the kernel on both ends saw
// it. Guarantees: one helper process (agent.py) a namespace, started on first use; every wait has a limit; requests run side by side.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TIME_SCALE } from './requirements.ts';

/** Whom the listening end saw: after every translation of addresses on the way. */
export interface Seen {
  readonly address: string;
  readonly port: number;
  /** The address on which the listener was reached. */
  readonly local: string;
}

/** `stalled`: the handshake was done but nothing came back after it. `prohibited`: the own kernel or an ICMP "administratively prohibited". */
export type TcpOutcome = 'connected' | 'refused' | 'reset' | 'timeout' | 'stalled' | 'unreachable' | 'prohibited';

/** What came of a connection. */
export interface TcpResult {
  readonly outcome: TcpOutcome;
  readonly seen?: Seen;
  readonly local?: string;
  readonly handle?: number;
}

/** What came of a datagram sent to an echoing listener. */
export interface UdpResult {
  readonly outcome: 'answered' | 'refused' | 'timeout' | 'unreachable' | 'prohibited';
  readonly seen?: Seen;
  readonly data?: string;
  readonly from?: string;
}

/** What came of an echo request; `code` is that of the ICMP error. */
export interface PingResult {
  readonly outcome: 'answered' | 'timeout' | 'unreachable' | 'prohibited';
  readonly code?: number;
  readonly from?: string;
}

/** What came of DISCOVER, OFFER, REQUEST, ACK. `offered`: the REQUEST was never answered; `refused`: a NAK. */
export interface DhcpResult {
  readonly outcome: 'leased' | 'offered' | 'refused' | 'timeout';
  readonly address?: string;
  readonly server?: string;
  readonly mask?: string;
  readonly routers?: readonly string[];
  readonly nameservers?: readonly string[];
  readonly lease?: number;
  readonly domain?: string | null;
  readonly mtu?: number | null;
}

/** What came of one DNS question. */
export interface DnsResult {
  readonly outcome: 'answered' | 'refused' | 'timeout' | 'unreachable' | 'prohibited' | 'reset' | 'garbled';
  readonly rcode?: number;
  readonly answers?: readonly string[];
}

/** How to send a probe. */
export interface ProbeOptions {
  /** Address to send from; the kernel chooses when it is not given. */
  readonly source?: string;
  readonly sourcePort?: number;
  /** Seconds to wait on an idle machine, 0.5 unless given; multiplied by the tier's time scale. */
  readonly timeout?: number;
  /** Time to live or hop limit. */
  readonly ttl?: number;
}

/** A listening socket in a namespace. */
export interface Listener {
  readonly port: number;
  /** Whom it has seen so far, in order. */
  seen(): Promise<readonly Seen[]>;
  close(): Promise<void>;
}

/** A connection that stays open, to see what happens to it when rules change. */
export interface Stream {
  readonly seen: Seen | undefined;
  /** Sends a line and waits for its echo. */
  exchange(
    timeout?: number,
  ): Promise<'answered' | 'garbled' | 'timeout' | 'reset' | 'refused' | 'unreachable' | 'prohibited'>;
  close(): Promise<void>;
}

/** Frames of one interface as they were on the wire, VLAN tags included. */
export interface Capture {
  /** Waits until every one of `wanted` was seen, or `timeout` seconds; returns all frames so far. Without `wanted` waits the whole time. */
  frames(wanted?: readonly Uint8Array[], timeout?: number, clear?: boolean): Promise<readonly Uint8Array[]>;
  /** Ends the capture and returns all frames. */
  stop(): Promise<readonly Uint8Array[]>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

const AGENT = fileURLToPath(new URL('agent.py', import.meta.url));
/**
 * The Python that runs helpers.
 * WHY: a version manager's shim named python3 costs tenths of a second a start; the system's own interpreter does not.
 */
export const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const DEFAULT_TIMEOUT = 0.5;

const toHex = (frame: Uint8Array): string => Buffer.from(frame).toString('hex');
const fromHex = (frame: string): Uint8Array => new Uint8Array(Buffer.from(frame, 'hex'));
const scaled = (seconds: number | undefined): number => (seconds ?? DEFAULT_TIMEOUT) * TIME_SCALE;

/** The helper process of one namespace. Starts on first use, ends with `close()` or with the test process. */
export class Agent {
  readonly #namespace: string;
  readonly #pending = new Map<number, Pending>();
  #child: ChildProcessWithoutNullStreams | undefined;
  #last = 0;
  #stderr = '';

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** Connects to `port` of `address` (numeric, `fe80::1%eth0` for link-local). `banner: false` for servers other than our listeners. */
  tcp(address: string, port: number, options: ProbeOptions & { readonly banner?: boolean } = {}): Promise<TcpResult> {
    return this.#ask('tcp', { address, port, ...options, timeout: scaled(options.timeout) });
  }

  /** Opens a connection that is kept; throws when it does not come about. */
  async stream(address: string, port: number, options: ProbeOptions = {}): Promise<Stream> {
    const opened = await this.#ask<TcpResult>('tcp', {
      address,
      port,
      ...options,
      hold: true,
      timeout: scaled(options.timeout),
    });
    const { handle } = opened;
    if (handle === undefined) throw new Error(`connection to ${address} port ${port}: ${opened.outcome}`);
    return {
      seen: opened.seen,
      exchange: async (timeout) =>
        (
          await this.#ask<{ outcome: Awaited<ReturnType<Stream['exchange']>> }>('exchange', {
            handle,
            timeout: scaled(timeout),
          })
        ).outcome,
      close: () => this.#ask('close', { handle }),
    };
  }

  /** Sends a datagram to an echoing listener and waits for its answer. */
  udp(
    address: string,
    port: number,
    options: ProbeOptions & { readonly payload?: string; readonly broadcast?: boolean } = {},
  ): Promise<UdpResult> {
    return this.#ask('udp', { address, port, ...options, timeout: scaled(options.timeout) });
  }

  /** One ICMP or ICMPv6 echo request; `words` four-byte words of payload. */
  ping(address: string, options: ProbeOptions & { readonly words?: number } = {}): Promise<PingResult> {
    return this.#ask('ping', { address, ...options, timeout: scaled(options.timeout) });
  }

  /** Accepts connections on `port` (0 for any) of `address` (all unless given), tells each whom it saw, then echoes. */
  listenTcp(port: number, address?: string): Promise<Listener> {
    return this.#listen('listen_tcp', port, address);
  }

  /** Answers datagrams on `port`, from the address that was asked, saying whom it saw. */
  listenUdp(port: number, address?: string): Promise<Listener> {
    return this.#listen('listen_udp', port, address);
  }

  /** Sends frames as they are, in order; `gap` seconds apart. */
  async send(interfaceName: string, frames: readonly Uint8Array[], gap = 0): Promise<void> {
    await this.#ask('send', { interface: interfaceName, frames: frames.map(toHex), gap });
  }

  /** Starts collecting what arrives on an interface (promiscuous); `outgoing` also what leaves. */
  async capture(interfaceName: string, outgoing = false): Promise<Capture> {
    const { handle } = await this.#ask<{ handle: number }>('capture', { interface: interfaceName, outgoing });
    const ask = async (request: object): Promise<readonly Uint8Array[]> =>
      (await this.#ask<{ frames: readonly string[] }>('captured', { handle, ...request })).frames.map(fromHex);
    return {
      frames: (wanted = [], timeout, clear = false) =>
        ask({ frames: wanted.map(toHex), timeout: scaled(timeout), clear }),
      stop: () => ask({ timeout: 0, stop: true }),
    };
  }

  /** A whole DHCPv4 exchange as a client that has no address yet; asks for `address` when one is given. */
  dhcp(
    interfaceName: string,
    mac: string,
    options: { readonly address?: string; readonly hostname?: string; readonly timeout?: number } = {},
  ): Promise<DhcpResult> {
    return this.#ask('dhcp', { interface: interfaceName, mac, ...options, timeout: scaled(options.timeout ?? 3) });
  }

  /** One DNS question to `server`. */
  dns(
    server: string,
    name: string,
    options: ProbeOptions & {
      readonly type?: 'A' | 'AAAA' | 'PTR' | 'TXT';
      readonly tcp?: boolean;
      readonly port?: number;
    } = {},
  ): Promise<DnsResult> {
    return this.#ask('dns', { server, name, ...options, timeout: scaled(options.timeout ?? 1) });
  }

  /** Writes settings under /proc/sys of the namespace; a name with slashes is taken as a path. Returns the names that were written. */
  async sysctl(settings: Readonly<Record<string, string | number>>, optional = false): Promise<readonly string[]> {
    return (await this.#ask<{ written: readonly string[] }>('sysctl', { settings, optional })).written;
  }

  /** Starts the process now rather than with the first request. */
  async start(): Promise<void> {
    await this.#ask('hello', {});
  }

  /** Ends the process and everything that it listens on. Does nothing when it never started. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), 2000 * TIME_SCALE);
    await ended;
    clearTimeout(timer);
  }

  async #listen(operation: string, port: number, address: string | undefined): Promise<Listener> {
    const request = address === undefined ? { port } : { port, address };
    const { handle, port: bound } = await this.#ask<{ handle: number; port: number }>(operation, request);
    return {
      port: bound,
      seen: async () => (await this.#ask<{ seen: readonly Seen[] }>('seen', { handle })).seen,
      close: () => this.#ask('close', { handle }),
    };
  }

  #ask<T>(op: string, request: object): Promise<T> {
    const child = this.#process();
    const id = ++this.#last;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: (value) => resolve(value as T), reject });
      child.stdin.write(`${JSON.stringify({ id, op, ...request })}\n`);
    });
  }

  #process(): ChildProcessWithoutNullStreams {
    if (this.#child !== undefined) return this.#child;
    const child = spawn('ip', ['netns', 'exec', this.#namespace, PYTHON, '-I', '-S', '-u', AGENT]);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    createInterface({ input: child.stdout }).on('line', (line) => this.#answered(line));
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.#fail(error));
    child.on('close', () => this.#fail(new Error(`agent of ${this.#namespace} ended: ${this.#stderr.trim()}`)));
    this.#child = child;
    return child;
  }

  #answered(line: string): void {
    const message = JSON.parse(line) as { readonly id: number; readonly result?: unknown; readonly error?: string };
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.error === undefined) pending?.resolve(message.result);
    else pending?.reject(new Error(`${this.#namespace}: ${message.error}`));
  }

  #fail(error: Error): void {
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}

/** Runs probes side by side and returns only their outcomes, under the names given. */
export async function outcomes<K extends string>(
  probes: Readonly<Record<K, Promise<{ readonly outcome: string }>>>,
): Promise<Record<K, string>> {
  const entries = Object.entries(probes) as [K, Promise<{ readonly outcome: string }>][];
  const results = await Promise.all(entries.map(async ([name, probe]) => [name, (await probe).outcome] as const));
  return Object.fromEntries(results) as Record<K, string>;
}
