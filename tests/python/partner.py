"""What tests of the Python package share on CPython and on MicroPython: a partner on the air, and the numbers of errors."""

import struct
import sys
import time
import unittest

# Seconds that anything may take that must happen.
PATIENCE = 20

NOT_INIT = (-12389, "ESP_ERR_ESPNOW_NOT_INIT")
ARG = (-12390, "ESP_ERR_ESPNOW_ARG")
FULL = (-12392, "ESP_ERR_ESPNOW_FULL")
NOT_FOUND = (-12393, "ESP_ERR_ESPNOW_NOT_FOUND")
EXIST = (-12395, "ESP_ERR_ESPNOW_EXIST")
IF = (-12396, "ESP_ERR_ESPNOW_IF")
CHAN = (-12397, "ESP_ERR_ESPNOW_CHAN")
NOBODY = b"\x02\x00\x00\x00\x00\x70"


if hasattr(time, "monotonic"):
    now = time.monotonic
else:

    def now():
        """Seconds, of which only differences mean something."""
        return time.ticks_ms() / 1000


def sleep(seconds):
    """As a chip's time.sleep(): what came meanwhile interrupts, on MicroPython too."""
    from nowire import _chip

    if _chip.on_micropython:
        _chip.sleep(int(seconds * 1e6))
    else:
        time.sleep(seconds)


class Partner:
    """Another device of the test's process, through the C interface. ESP-NOW is on, its station is up."""

    def __init__(self, url, ring=1 << 20, header=14, spare=2):
        from nowire import _abi, _chip

        self.abi, self.lib, self.check = _abi, _abi.lib, _chip.check
        out = _abi.Block(8)
        self.check(self.lib.open(url.encode() + b"\0", None, out.arg))
        self.handle = struct.unpack("<Q", out.data)[0]
        own = _abi.Block(6)
        self.lib.address(self.handle, 0, own.arg)
        self.address = bytes(own.data)
        self.up(True)
        self.start(ring, header, spare)

    def start(self, ring=1 << 20, header=14, spare=2):
        block = self.abi.Block(16)
        struct.pack_into("<IIII", block.data, 0, 16, ring, header, spare)
        self.check(self.lib.start(self.handle, block.arg))

    def up(self, up):
        self.check(self.lib.set_interface(self.handle, 0, 1 if up else 0))

    def channel(self, number):
        self.check(self.lib.set_channel(self.handle, number))

    def set_pmk(self, pmk):
        self.check(self.lib.set_pmk(self.handle, pmk))

    def add_peer(self, address, lmk=None, channel=0):
        block = self.abi.Block(self.abi.PEER_SIZE)
        struct.pack_into(
            self.abi.PEER, block.data, 0, 32, address, channel, 0, 1 if lmk else 0, lmk or bytes(16), b"\0\0\0"
        )
        self.check(self.lib.add_peer(self.handle, block.arg))

    def failures(self):
        block = self.abi.Block(self.abi.COUNTERS_SIZE)
        struct.pack_into("<I", block.data, 0, self.abi.COUNTERS_SIZE)
        self.check(self.lib.get_counters(self.handle, block.arg))
        return struct.unpack_from(self.abi.COUNTERS, block.data)[4]

    def send(self, address, payload, wait=True):
        """Whether it was acknowledged, however long that takes; True at once without `wait`."""
        before = self.failures()
        self.check(self.lib.send(self.handle, address, payload, len(payload), 0))
        if not wait:
            return True
        self.check(self.lib.flush(self.handle, PATIENCE * 1000000))
        return self.failures() == before

    def receive(self, seconds=PATIENCE):
        """(source, payload), or None where none came."""
        payload, meta = self.abi.Block(1470), self.abi.Block(32)
        struct.pack_into("<I", meta.data, 0, 32)
        deadline = now() + seconds
        while True:
            left = max(0, int((deadline - now()) * 1e6))
            n = self.lib.receive(self.handle, payload.arg, 1470, meta.arg, left)
            if n >= 0:
                return bytes(meta.data[16:22]), bytes(payload.data[:n])
            if n == self.abi.TIMEOUT:
                return None
            if n != self.abi.INTERRUPTED:
                self.check(n)

    def close(self):
        if self.handle is not None:
            self.lib.close(self.handle)
            self.handle = None


class PartnerCase(unittest.TestCase):
    """A test with a fresh chip whose station is up, and a partner that has the chip as its peer.

    `air.url(name=...)` is a radio's URL; NOWIRE_RADIO names that of the chip.
    """

    def setUp(self):
        import network

        fresh()
        self.wlan = network.WLAN(network.STA_IF)
        self.wlan.active(True)
        self.mac = self.wlan.config("mac")
        self.partner = Partner(self.air.url(name="partner"))
        self.peer = self.partner.address
        self.partner.add_peer(self.mac)

    def tearDown(self):
        from nowire import _chip

        self.partner.close()
        _chip.close()

    def raises(self, kind, arguments, function, *args, **kwargs):
        """The exception's type and its arguments are exactly these."""
        with self.assertRaises(kind) as caught:
            function(*args, **kwargs)
        self.assertEqual(caught.exception.args, arguments)
        if issubclass(kind, OSError) and arguments and isinstance(arguments[0], int):
            self.assertEqual(caught.exception.errno, arguments[0])
        return caught.exception

    def until(self, condition):
        """Waits until it is so."""
        deadline = now() + PATIENCE
        while not condition():
            self.assertLess(now(), deadline, "this never was so")
            sleep(0.002)


def fresh():
    """The chip as after power on, with another station."""
    from nowire import _chip

    _chip.close()
    espnow = sys.modules.get("espnow")
    if espnow is not None:
        espnow._State.rxbuf = 2968
        espnow._State.timeout_ms = 300000
        espnow._State.irq = None
        espnow._State.counted = (0, 0, 0, 0, 0)
        espnow._table._empty()
        espnow._seen.clear()
