"""bench_python [--smoke]: what espnow costs on CPython beside the bare call of the library by ctypes that it makes.

A line each as those of the other benchmarks: rates a second of the calling thread's CPU time, the best of seven rounds.
"""

import ctypes
import os
import struct
import subprocess
import sys
import tempfile
import time

from nowire import _abi, _native
from nowire._chip import chip

ROUNDS = 7
MESSAGES = 200  # in the ring of a round: 64 KiB hold so many of 250 bytes
BATCH = 16  # sends before they are waited for
PAYLOAD = bytes(250)
SENDER = bytes.fromhex("020000000010")
RECEIVER = bytes.fromhex("020000000020")
TARGET = 1 / 3


def library():
    """The library as any program may call it."""
    bare = ctypes.CDLL(_abi.version[0])
    pointer, number = ctypes.c_void_p, ctypes.c_int32
    bare.nowire_receive.argtypes = (pointer, pointer, ctypes.c_uint32, pointer, ctypes.c_int64)
    bare.nowire_receive.restype = number
    bare.nowire_send.argtypes = (pointer, pointer, pointer, ctypes.c_uint32, number)
    bare.nowire_send.restype = number
    bare.nowire_flush.argtypes = (pointer, ctypes.c_int64)
    return bare


def best(prepare, once, count, rounds):
    """Calls `once` `count` times a round. @returns calls a second."""
    rate = 0.0
    for _ in range(rounds):
        prepare()
        start = time.thread_time()
        for _ in range(count):
            once()
        rate = max(rate, count / max(time.thread_time() - start, 1e-9))
    return rate


def in_turns(subject, baseline, rounds):
    """@returns the best rates of both, measured in turns."""
    found = [0.0, 0.0]
    for _ in range(rounds):
        found = [max(rate, measure()) for rate, measure in zip(found, (subject, baseline))]
    return found


def tell(name, subject, baseline, smoke):
    if smoke:
        print(f"{name}: runs")
        return
    ratio = subject / baseline
    verdict = "met" if ratio >= TARGET else "missed"
    target = f"{TARGET:.2g} x"
    print(f"{name:<36} {subject / 1e6:9.3f} {baseline / 1e6:9.3f} M {'calls':<12} {ratio:6.2f}  {target:<16} {verdict}", flush=True)


def measure(folder, smoke):
    rounds = 1 if smoke else ROUNDS
    socket = os.path.join(folder, "air")
    os.environ["NOWIRE_RADIO"] = f"air:{socket}?name=subject&mac={RECEIVER.hex(':')}"
    import espnow
    import network

    other = _native.Station(f"air:{socket}?name=other&mac={SENDER.hex(':')}")
    other.set_interface(True)
    other.start(1 << 20)
    other.add_peer(RECEIVER)
    network.WLAN(network.STA_IF).active(True)
    e = espnow.ESPNow()
    e.config(rxbuf=65535)
    e.active(True)
    e.add_peer(SENDER)
    bare = library()

    def fill():
        while e.any():
            e.recv(0)
        received = e.stats()[3]
        for _ in range(MESSAGES):
            other.send(RECEIVER, PAYLOAD)
            # No more than the device's buffers hold.
            while e.stats()[3] == received:
                time.sleep(0)
            received += 1

    payload, about = ctypes.create_string_buffer(1470), ctypes.create_string_buffer(_abi.MESSAGE_SIZE)
    struct.pack_into("<I", about, 0, _abi.MESSAGE_SIZE)
    room, meta = ctypes.addressof(payload), ctypes.addressof(about)

    def receive():
        mac, _ = e.recv(0)
        if mac is None:
            raise RuntimeError("no message waited")

    def receive_bare():
        if bare.nowire_receive(chip.handle, room, 1470, meta, 0) != len(PAYLOAD):
            raise RuntimeError("no message waited")

    tell("python: recv(0), a message waits", *in_turns(
        lambda: best(fill, receive, MESSAGES, 1), lambda: best(fill, receive_bare, MESSAGES, 1), rounds), smoke)  # fmt: skip

    def end():
        bare.nowire_flush(chip.handle, -1)
        other.take_messages()

    def send():
        e.send(SENDER, PAYLOAD, False)

    def send_bare():
        if bare.nowire_send(chip.handle, SENDER, PAYLOAD, len(PAYLOAD), 0) != 1:
            raise RuntimeError("it was not sent")

    tell("python: send(mac, msg, False)", *in_turns(
        lambda: best(end, send, BATCH, 10), lambda: best(end, send_bare, BATCH, 10), rounds), smoke)  # fmt: skip
    end()
    other.close()


def main():
    if sys.argv[1:] not in ([], ["--smoke"]):
        raise SystemExit(__doc__)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="nowire-bench-") as folder:
        reads, writes = os.pipe()
        words = [_native.hub_program(), "--socket", os.path.join(folder, "air"), "--no-airtime", "--ready-fd", str(writes)]
        with subprocess.Popen(words, pass_fds=[writes], stderr=subprocess.DEVNULL) as hub:
            os.close(writes)
            with os.fdopen(reads, "rb") as ready:
                if ready.read() != b"R":
                    raise SystemExit("bench_python: the hub does not start")
            try:
                measure(folder, bool(sys.argv[1:]))
            finally:
                hub.terminate()


main()
