"""Sends each frame (a line of hex on standard input) into one device and says on standard output which came out of another.

Usage: send-frames.py IN OUT. One line a frame: `same`, or `nothing`. Only the standard library is needed.
"""
import socket
import sys

ETH_P_ALL = 3


def opened(device: str) -> socket.socket:
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    raw.bind((device, 0))
    raw.settimeout(0.15)
    return raw


sender, receiver = opened(sys.argv[1]), opened(sys.argv[2])
for line in sys.stdin:
    frame = bytes.fromhex(line.strip())
    sender.send(frame)
    try:
        while receiver.recv(2048) != frame:
            pass
        print("same")
    except TimeoutError:
        print("nothing")
