"""A guest's side of DHCP and DNS, with sockets of its own. In: a command and its arguments. Out: one JSON line.

`dhcp DEVICE MAC` takes a lease (discover, offer, request, ack); `dns SERVER NAME TYPE` asks one question over UDP. Both give up after eight seconds.
"""
import json
import socket
import struct
import sys

sock = socket.socket(socket.AF_INET6 if ":" in sys.argv[2] and sys.argv[1] == "dns" else socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(0.5)


def ask(message, where):
    """Sends, again every half second (a link that has just come up loses frames), and yields what comes back."""
    for _ in range(16):
        sock.sendto(message, where)
        try:
            while True:
                yield sock.recv(2048)
        except TimeoutError:
            continue
    raise TimeoutError("no answer")


def options(data):
    found, at = {}, 240
    while at < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        found[data[at]] = data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    return found


def exchange(mac, wanted, extra):
    hardware = bytes.fromhex(mac.replace(":", ""))
    head = struct.pack("!BBBBIHH", 1, 1, 6, 0, 0x57454952, 0, 0x8000) + bytes(16) + hardware + bytes(10 + 64 + 128)
    for data in ask(head + b"\x63\x82\x53\x63" + extra + b"\xff", ("255.255.255.255", 67)):
        if data[4:8] == b"WEIR" and options(data).get(53) == bytes([wanted]):
            return data


def dhcp(device, mac):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    sock.bind(("", 68))
    ask = b"\x37\x04\x01\x03\x06\x0f\x0c\x04evil"
    offer = exchange(mac, 2, b"\x35\x01\x01" + ask)
    server = options(offer)[54]
    ack = exchange(mac, 5, b"\x35\x01\x03\x32\x04" + offer[16:20] + b"\x36\x04" + server + ask)
    found = options(ack)
    text = {1: "mask", 3: "router", 6: "dns", 54: "server"}
    result = {name: socket.inet_ntoa(found[code][:4]) for code, name in text.items() if code in found}
    return {**result, "address": socket.inet_ntoa(ack[16:20]), "domain": found.get(15, b"").decode()}


def dns(server, name, kind):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    number = {"A": 1, "AAAA": 28}[kind]
    question = struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", number, 1)
    data = next(ask(question, (server, 53)))
    _, flags, _, count = struct.unpack("!HHHH", data[:8])
    answer = data[-16:] if kind == "AAAA" else data[-4:]
    family = socket.AF_INET6 if kind == "AAAA" else socket.AF_INET
    return {"code": flags & 15, "answer": socket.inet_ntop(family, answer) if count else None}


print(json.dumps({"dhcp": dhcp, "dns": dns}[sys.argv[1]](*sys.argv[2:])))
