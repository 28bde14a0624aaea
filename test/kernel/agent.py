"""The process that acts inside one network namespace on behalf of the tests.

In: one JSON object a line on standard input, `{"id": 7, "op": "tcp", ...}`. Out: one JSON line for each request, in the order in which the
answers come, `{"id": 7, "result": {...}}` or `{"id": 7, "error": "text"}`. Every request runs in its own thread, so that a hundred probes
wait for their timeouts together. Ends when standard input closes. Only the standard library is used, because Node has no AF_PACKET sockets.
"""
import errno
import json
import os
import select
import socket
import struct
import sys
import threading
import time

ETH_P_ALL = 0x0003
SOL_PACKET = 263
PACKET_ADD_MEMBERSHIP = 1
PACKET_AUXDATA = 8
PACKET_MR_PROMISC = 1
PACKET_OUTGOING = 4
TP_STATUS_VLAN_VALID = 1 << 4
TP_STATUS_VLAN_TPID_VALID = 1 << 6
IP_PKTINFO = 8
IPV6_RECVPKTINFO = 49
IPV6_PKTINFO = 50

output_lock = threading.Lock()
state_lock = threading.Lock()
handles = {}
next_handle = [0]


def keep(thing):
    """Stores a thing that outlives its request and returns the number by which later requests name it."""
    with state_lock:
        next_handle[0] += 1
        handles[next_handle[0]] = thing
        return next_handle[0]


def take(number, remove=False):
    with state_lock:
        thing = handles.pop(number, None) if remove else handles.get(number)
    if thing is None:
        raise ValueError("no handle %r" % number)
    return thing


def resolve(address, port, kind):
    """Numeric addresses only; `fe80::1%eth0` keeps its scope."""
    info = socket.getaddrinfo(address, port, type=kind, flags=socket.AI_NUMERICHOST)[0]
    return info[0], info[4]


def outcome_of(error):
    """The word for what the peer or the network said; everything else is a fault of the test and is raised again."""
    if isinstance(error, (socket.timeout, TimeoutError)):
        return "timeout"
    words = {
        errno.ECONNREFUSED: "refused",
        errno.ECONNRESET: "reset",
        errno.EPIPE: "reset",
        errno.ETIMEDOUT: "timeout",
        errno.EHOSTUNREACH: "unreachable",
        errno.ENETUNREACH: "unreachable",
        errno.EACCES: "prohibited",
        errno.EPERM: "prohibited",
        errno.ENOPROTOOPT: "unreachable",
    }
    word = words.get(error.errno)
    if word is None:
        raise error
    return word


def bind_source(sock, family, request):
    source, port = request.get("source"), request.get("sourcePort", 0)
    if source or port:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(resolve(source or ("::" if family == socket.AF_INET6 else "0.0.0.0"), port, socket.SOCK_DGRAM)[1])
    if request.get("ttl"):
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, request["ttl"])
        else:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, request["ttl"])


def plain(address):
    return address[7:] if address.startswith("::ffff:") else address


# ---- TCP -------------------------------------------------------------------------------------------------------------------------------


def listening_socket(request, kind):
    family, name = resolve(request.get("address", "::"), request["port"], kind)
    sock = socket.socket(family, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if request.get("address", "::") == "::" else 1)
    sock.bind(name)
    return sock


def serve_connection(connection, peer, log):
    with connection:
        local = connection.getsockname()
        seen = {"address": plain(peer[0]), "port": peer[1], "local": plain(local[0]), "localPort": local[1]}
        log.append(seen)
        try:
            connection.sendall(json.dumps(seen).encode() + b"\n")
            while True:
                data = connection.recv(4096)
                if not data:
                    return
                connection.sendall(data)
        except OSError:
            return


def accept_all(sock, log):
    while True:
        try:
            connection, peer = sock.accept()
        except OSError:
            return
        threading.Thread(target=serve_connection, args=(connection, peer, log), daemon=True).start()


def op_listen_tcp(request):
    sock = listening_socket(request, socket.SOCK_STREAM)
    sock.listen(256)
    log = []
    threading.Thread(target=accept_all, args=(sock, log), daemon=True).start()
    return {"handle": keep(("listener", sock, log)), "port": sock.getsockname()[1]}


def read_line(sock):
    line = b""
    while not line.endswith(b"\n"):
        data = sock.recv(4096)
        if not data:
            raise ConnectionResetError(errno.ECONNRESET, "closed")
        line += data
    return line


def op_tcp(request):
    """Connects, and waits for the line in which the listener says whom it saw: `connected` means that packets went both ways."""
    family, name = resolve(request["address"], request["port"], socket.SOCK_STREAM)
    sock = socket.socket(family, socket.SOCK_STREAM)
    hold = False
    try:
        bind_source(sock, family, request)
        sock.settimeout(request["timeout"])
        try:
            sock.connect(name)
        except OSError as error:
            return {"outcome": outcome_of(error)}
        local = sock.getsockname()
        result = {"outcome": "connected", "local": plain(local[0]), "localPort": local[1]}
        if request.get("banner", True):
            try:
                result["seen"] = json.loads(read_line(sock))
            except OSError as error:
                return {"outcome": "stalled" if outcome_of(error) == "timeout" else "reset"}
        if request.get("hold"):
            hold = True
            result["handle"] = keep(("stream", sock))
        return result
    finally:
        if not hold:
            sock.close()


def op_exchange(request):
    """Sends a line on a connection held open and waits for its echo."""
    sock = take(request["handle"])[1]
    sock.settimeout(request["timeout"])
    line = (request.get("payload", "weir") + "\n").encode()
    try:
        sock.sendall(line)
        return {"outcome": "answered" if read_line(sock) == line else "garbled"}
    except OSError as error:
        return {"outcome": outcome_of(error)}


# ---- UDP -------------------------------------------------------------------------------------------------------------------------------


def reply_source(ancillary):
    """The control message that makes an answer leave from the address that was asked."""
    for level, kind, data in ancillary:
        if level == socket.IPPROTO_IP and kind == IP_PKTINFO:
            local = data[8:12]
            return socket.inet_ntop(socket.AF_INET, local), [(level, kind, struct.pack("=I4s4s", 0, local, local))]
        if level == socket.IPPROTO_IPV6 and kind == IPV6_PKTINFO:
            address = socket.inet_ntop(socket.AF_INET6, data[:16])
            index = struct.unpack("=I", data[16:20])[0] if address.startswith("fe80") else 0
            return address, [(level, kind, data[:16] + struct.pack("=I", index))]
    return None, []


def echo_datagrams(sock, log):
    while True:
        try:
            data, ancillary, _, peer = sock.recvmsg(65536, 256)
        except OSError:
            return
        local, control = reply_source(ancillary)
        seen = {"address": plain(peer[0]), "port": peer[1], "local": plain(local or "")}
        log.append(seen)
        try:
            sock.sendmsg([json.dumps({"seen": seen, "data": data.decode("latin-1")}).encode()], control, 0, peer)
        except OSError:
            continue


def op_listen_udp(request):
    """Two sockets for the wildcard address: pktinfo of IPv4 does not arrive on an IPv6 socket in a form that works for the answer."""
    address = request.get("address")
    log, sockets, port = [], [], request["port"]
    for wanted in [address] if address else ["0.0.0.0", "::"]:
        family, name = resolve(wanted, port, socket.SOCK_DGRAM)
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
        else:
            sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        sock.bind(name)
        port = sock.getsockname()[1]
        sockets.append(sock)
        threading.Thread(target=echo_datagrams, args=(sock, log), daemon=True).start()
    return {"handle": keep(("listener", sockets, log)), "port": port}


def op_udp(request):
    family, name = resolve(request["address"], request["port"], socket.SOCK_DGRAM)
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        bind_source(sock, family, request)
        sock.settimeout(request["timeout"])
        try:
            if request.get("broadcast"):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                sock.sendto(request.get("payload", "weir").encode("latin-1"), name)
            else:
                sock.connect(name)
                sock.send(request.get("payload", "weir").encode("latin-1"))
            data, peer = sock.recvfrom(65536)
        except OSError as error:
            return {"outcome": outcome_of(error)}
        result = {"outcome": "answered", "from": plain(peer[0]), "local": plain(sock.getsockname()[0])}
        try:
            answer = json.loads(data)
            result.update(seen=answer["seen"], data=answer["data"])
        except (ValueError, KeyError, TypeError):
            result["data"] = data.decode("latin-1")
        return result


def op_seen(request):
    """Whom a listener has seen so far, in order."""
    return {"seen": list(take(request["handle"])[2])}


def op_close(request):
    thing = take(request["handle"], remove=True)
    for sock in thing[1] if isinstance(thing[1], list) else [thing[1]]:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        sock.close()
    return {}


# ---- ICMP ------------------------------------------------------------------------------------------------------------------------------

ping_number = [os.getpid() & 0xFF]


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def read_echo(family, data, ident):
    """What one ICMP message says about our echo request, or None when it speaks of something else."""
    if family == socket.AF_INET:
        data = data[(data[0] & 15) * 4:]
    answer, error = (0, 3) if family == socket.AF_INET else (129, 1)
    if len(data) < 8:
        return None
    if data[0] == answer and data[4:6] == ident:
        return {"outcome": "answered"}
    if data[0] == error:
        inner = data[8:]
        inner = inner[(inner[0] & 15) * 4:] if family == socket.AF_INET and inner else inner[40:]
        if inner[4:6] == ident:
            return {"outcome": "unreachable", "code": data[1]}
    return None


def op_ping(request):
    family, name = resolve(request["address"], 0, socket.SOCK_DGRAM)
    with state_lock:
        ping_number[0] = (ping_number[0] + 1) & 0xFFFF
        ident = struct.pack("!H", (ping_number[0] ^ (os.getpid() << 4)) & 0xFFFF)
    v4 = family == socket.AF_INET
    with socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_ICMP if v4 else socket.IPPROTO_ICMPV6) as sock:
        bind_source(sock, family, request)
        payload = b"weir" * request.get("words", 4)
        message = struct.pack("!BBH", 8 if v4 else 128, 0, 0) + ident + struct.pack("!H", 1) + payload
        if v4:
            message = message[:2] + struct.pack("!H", checksum(message)) + message[4:]
        try:
            sock.sendto(message, name)
            deadline = time.monotonic() + request["timeout"]
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    return {"outcome": "timeout"}
                sock.settimeout(left)
                data, peer = sock.recvfrom(65536)
                result = read_echo(family, data, ident)
                if result:
                    result["from"] = peer[0]
                    return result
        except OSError as error:
            return {"outcome": outcome_of(error)}


# ---- raw frames ------------------------------------------------------------------------------------------------------------------------


def op_send(request):
    """Frames exactly as given, in order; `gap` seconds between them."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sock:
        sock.bind((request["interface"], 0))
        for frame in request["frames"]:
            sock.send(bytes.fromhex(frame))
            if request.get("gap"):
                time.sleep(request["gap"])
    return {"sent": len(request["frames"])}


def packet_socket(interface):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    index = socket.if_nametoindex(interface)
    sock.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, struct.pack("=iHH8s", index, PACKET_MR_PROMISC, 0, b""))
    sock.bind((interface, ETH_P_ALL))
    return sock


def receive_frame(sock, outgoing):
    """The next frame as it was on the wire: the tag that the kernel moved out of the frame is put back from the auxiliary data."""
    data, ancillary, _, address = sock.recvmsg(65536, 128)
    if address[2] == PACKET_OUTGOING and not outgoing:
        return None
    for level, kind, aux in ancillary:
        if level == SOL_PACKET and kind == PACKET_AUXDATA:
            status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", aux[:20])
            if status & TP_STATUS_VLAN_VALID:
                if not status & TP_STATUS_VLAN_TPID_VALID:
                    tpid = 0x8100
                data = data[:12] + struct.pack("!HH", tpid, tci) + data[12:]
    return data


class Capture:
    """Frames of one interface, collected by a thread until it is stopped."""

    def __init__(self, interface, outgoing):
        self.sock = packet_socket(interface)
        self.outgoing = outgoing
        self.frames = []
        self.changed = threading.Condition()
        self.stopped = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopped:
            if not select.select([self.sock], [], [], 0.02)[0]:
                continue
            try:
                frame = receive_frame(self.sock, self.outgoing)
            except OSError:
                return
            if frame is not None:
                with self.changed:
                    self.frames.append(frame.hex())
                    self.changed.notify_all()

    def wait(self, wanted, timeout):
        """Returns as soon as every wanted frame (as often as it is wanted) was seen, or when the time is over."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while True:
                left = deadline - time.monotonic()
                if left <= 0 or (wanted and not missing(wanted, self.frames)):
                    return
                self.changed.wait(left)

    def stop(self):
        self.stopped = True
        self.thread.join(1)
        self.sock.close()


def missing(wanted, frames):
    pool = {}
    for frame in frames:
        pool[frame] = pool.get(frame, 0) + 1
    for frame in wanted:
        if not pool.get(frame):
            return True
        pool[frame] -= 1
    return False


def op_capture(request):
    return {"handle": keep(Capture(request["interface"], request.get("outgoing", False)))}


def op_captured(request):
    """The frames so far, after waiting for `frames` to be among them; `stop` ends the capture."""
    capture = take(request["handle"], remove=request.get("stop", False))
    capture.wait(request.get("frames", []), request["timeout"])
    if request.get("stop"):
        capture.stop()
    with capture.changed:
        frames = list(capture.frames)
        if request.get("clear"):
            capture.frames.clear()
    return {"frames": frames}


# ---- DHCP and DNS ----------------------------------------------------------------------------------------------------------------------


def dhcp_message(kind, mac, transaction, options):
    body = struct.pack("!BBBBIHH", 1, 1, 6, 0, transaction, 0, 0x8000) + bytes(16) + mac + bytes(10) + bytes(192)
    body += b"\x63\x82\x53\x63" + bytes([53, 1, kind])
    for code, value in options:
        body += bytes([code, len(value)]) + value
    body += b"\xff"
    body += bytes(max(0, 300 - len(body)))
    udp = struct.pack("!HHHH", 68, 67, 8 + len(body), 0)
    pseudo = bytes(4) + b"\xff" * 4 + struct.pack("!BBH", 0, 17, 8 + len(body))
    udp = udp[:6] + struct.pack("!H", checksum(pseudo + udp + body) or 0xFFFF)
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(body), 0, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    return b"\xff" * 6 + mac + b"\x08\x00" + header + udp + body


def dhcp_answer(frame, transaction):
    """(message type, offered address, options) of a DHCP answer to us, or None."""
    if frame[12:14] != b"\x08\x00" or frame[23] != 17:
        return None
    start = 14 + (frame[14] & 15) * 4
    if frame[start:start + 4] != struct.pack("!HH", 67, 68):
        return None
    body = frame[start + 8:]
    if len(body) < 241 or body[0] != 2 or body[4:8] != struct.pack("!I", transaction):
        return None
    options, at = {}, 240
    while at < len(body) and body[at] != 255:
        if body[at] == 0:
            at += 1
            continue
        options[body[at]] = body[at + 2:at + 2 + body[at + 1]]
        at += 2 + body[at + 1]
    return options.get(53, b"\0")[0], body[16:20], options


def dhcp_round(sock, frame, transaction, deadline, wanted):
    sock.send(frame)
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([sock], [], [], left)[0]:
            return None
        received = receive_frame(sock, False)
        answer = dhcp_answer(received, transaction) if received else None
        if answer and answer[0] in wanted:
            return answer


def addresses_of(value):
    return [socket.inet_ntoa(value[at:at + 4]) for at in range(0, len(value) - 3, 4)]


def op_dhcp(request):
    """DISCOVER, OFFER, REQUEST, ACK, over AF_PACKET: the interface needs no address and gets none."""
    mac = bytes.fromhex(request["mac"].replace(":", ""))
    transaction = struct.unpack("!I", os.urandom(4))[0]
    deadline = time.monotonic() + request["timeout"]
    extra = [(55, bytes([1, 3, 6, 15, 26, 121]))]
    if request.get("hostname"):
        extra.append((12, request["hostname"].encode()))
    with packet_socket(request["interface"]) as sock:
        wish = [(50, socket.inet_aton(request["address"]))] if request.get("address") else []
        offer = dhcp_round(sock, dhcp_message(1, mac, transaction, wish + extra), transaction, deadline, (2,))
        if not offer:
            return {"outcome": "timeout"}
        chosen = [(50, offer[1]), (54, offer[2].get(54, bytes(4)))]
        answer = dhcp_round(sock, dhcp_message(3, mac, transaction, chosen + extra), transaction, deadline, (5, 6))
    if not answer:
        return {"outcome": "offered", "address": socket.inet_ntoa(offer[1])}
    if answer[0] == 6:
        return {"outcome": "refused", "address": socket.inet_ntoa(offer[1])}
    options = answer[2]
    result = {"outcome": "leased", "address": socket.inet_ntoa(answer[1])}
    result["server"] = addresses_of(options.get(54, b""))[0] if 54 in options else None
    result["mask"] = addresses_of(options.get(1, b""))[0] if 1 in options else None
    result["routers"] = addresses_of(options.get(3, b""))
    result["nameservers"] = addresses_of(options.get(6, b""))
    result["lease"] = struct.unpack("!I", options[51])[0] if 51 in options else None
    result["domain"] = options[15].decode("latin-1") if 15 in options else None
    result["mtu"] = struct.unpack("!H", options[26])[0] if 26 in options else None
    return result


DNS_TYPES = {"A": 1, "PTR": 12, "TXT": 16, "AAAA": 28}


def dns_name(data, at):
    labels, end = [], None
    while True:
        length = data[at]
        if length & 0xC0:
            end = end or at + 2
            at = struct.unpack("!H", data[at:at + 2])[0] & 0x3FFF
        elif length == 0:
            return ".".join(labels), end or at + 1
        else:
            labels.append(data[at + 1:at + 1 + length].decode("latin-1"))
            at += 1 + length


def dns_answers(data):
    answers, at = [], 12
    questions, records = struct.unpack("!HH", data[4:8])
    for _ in range(questions):
        at = dns_name(data, at)[1] + 4
    for _ in range(records):
        at = dns_name(data, at)[1]
        kind, _, _, length = struct.unpack("!HHIH", data[at:at + 10])
        value = data[at + 10:at + 10 + length]
        if kind == 1:
            answers.append(socket.inet_ntop(socket.AF_INET, value))
        elif kind == 28:
            answers.append(socket.inet_ntop(socket.AF_INET6, value))
        elif kind in (5, 12):
            answers.append(dns_name(data, at + 10)[0])
        at += 10 + length
    return answers


def op_dns(request):
    labels = [part.encode() for part in request["name"].rstrip(".").split(".")]
    question = b"".join(bytes([len(part)]) + part for part in labels) + b"\0"
    ident = os.urandom(2)
    query = ident + struct.pack("!HHHHH", 0x0100, 1, 0, 0, 0) + question + struct.pack("!HH", DNS_TYPES[request.get("type", "A")], 1)
    kind = socket.SOCK_STREAM if request.get("tcp") else socket.SOCK_DGRAM
    family, name = resolve(request["server"], request.get("port", 53), kind)
    with socket.socket(family, kind) as sock:
        bind_source(sock, family, request)
        sock.settimeout(request["timeout"])
        try:
            sock.connect(name)
            if request.get("tcp"):
                sock.sendall(struct.pack("!H", len(query)) + query)
                data = sock.recv(65536)[2:]
            else:
                sock.send(query)
                data = sock.recv(65536)
        except OSError as error:
            return {"outcome": outcome_of(error)}
    if data[:2] != ident:
        return {"outcome": "garbled"}
    return {"outcome": "answered", "rcode": data[3] & 15, "answers": dns_answers(data)}


# ---- the namespace itself --------------------------------------------------------------------------------------------------------------


def op_sysctl(request):
    """Writes settings of this namespace; a setting that the kernel does not have is an error unless `optional`."""
    done = []
    for name, value in request["settings"].items():
        path = "/proc/sys/" + name.replace(".", "/") if "/" not in name else "/proc/sys/" + name
        try:
            with open(path, "w") as setting:
                setting.write(str(value))
            done.append(name)
        except FileNotFoundError:
            if not request.get("optional"):
                raise
    return {"written": done}


def op_hello(_request):
    return {"pid": os.getpid()}


OPERATIONS = {name[3:]: function for name, function in list(globals().items()) if name.startswith("op_")}


def answer(message):
    with output_lock:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def run(request):
    try:
        answer({"id": request["id"], "result": OPERATIONS[request["op"]](request)})
    except Exception as error:  # every fault goes back to the test that asked
        answer({"id": request["id"], "error": "%s: %s" % (type(error).__name__, error)})


def main():
    threading.stack_size(512 * 1024)
    for line in sys.stdin:
        request = json.loads(line)
        threading.Thread(target=run, args=(request,), daemon=True).start()
    os._exit(0)


main()
