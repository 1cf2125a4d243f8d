"""What tests of the Python package share: an air of their own, partners on it, scripts in other processes."""

import ctypes
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

# Airs are slower than real time, so that 100 ms for a response are enough on a machine that is busy with other tests.
SLOW = ("--speed", "0.2")

# Seconds that anything may take that must happen.
PATIENCE = 20

HERE = os.path.dirname(os.path.abspath(__file__))


def end_with_parent():
    """In a child before exec: a test that is killed leaves no process behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Air:
    """A hub of its own in a temporary folder. NOWIRE_AIR names its program."""

    def __init__(self, *options):
        self.folder = tempfile.mkdtemp(prefix="nowire-python-")
        self.socket = os.path.join(self.folder, "air")
        self.start(*options)

    def start(self, *options):
        ready, told = os.pipe()
        program = os.environ.get("NOWIRE_AIR")
        if not program:
            raise RuntimeError("NOWIRE_AIR must name the hub's program; ctest sets it")
        self.process = subprocess.Popen(
            [program, "--socket", self.socket, "--ready-fd", str(told), *options],
            pass_fds=[told],
            stderr=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
        )
        os.close(told)
        said = os.read(ready, 1)
        os.close(ready)
        if said != b"R":
            raise RuntimeError("the hub does not listen")

    def url(self, **parameters):
        query = "&".join("%s=%s" % item for item in parameters.items())
        return "air:" + self.socket + ("?" + query if query else "")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


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
        deadline = time.monotonic() + seconds
        while True:
            left = max(0, int((deadline - time.monotonic()) * 1e6))
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


class ChipCase(unittest.TestCase):
    """A test with an air, a fresh chip whose station is up, and a partner that has the chip as its peer."""

    air_options = SLOW

    @classmethod
    def setUpClass(cls):
        cls.air = Air(*cls.air_options)
        os.environ["NOWIRE_RADIO"] = cls.air.url(name="chip")

    @classmethod
    def tearDownClass(cls):
        cls.air.close()

    def setUp(self):
        import network

        fresh()
        self.timers = []
        self.wlan = network.WLAN(network.STA_IF)
        self.wlan.active(True)
        self.mac = self.wlan.config("mac")
        self.partner = Partner(self.air.url(name="partner"))
        self.peer = self.partner.address
        self.partner.add_peer(self.mac)

    def tearDown(self):
        from nowire import _chip

        for timer in self.timers:
            timer.join()
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

    def later(self, seconds, function, *arguments):
        """Calls it in another thread, so much later."""
        self.timers.append(threading.Timer(seconds, function, arguments))
        self.timers[-1].start()

    def until(self, condition):
        """Waits until it is so."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline, "this never was so")
            time.sleep(0.002)


NOT_INIT = (-12389, "ESP_ERR_ESPNOW_NOT_INIT")
ARG = (-12390, "ESP_ERR_ESPNOW_ARG")
FULL = (-12392, "ESP_ERR_ESPNOW_FULL")
NOT_FOUND = (-12393, "ESP_ERR_ESPNOW_NOT_FOUND")
EXIST = (-12395, "ESP_ERR_ESPNOW_EXIST")
IF = (-12396, "ESP_ERR_ESPNOW_IF")
CHAN = (-12397, "ESP_ERR_ESPNOW_CHAN")
NOBODY = b"\x02\x00\x00\x00\x00\x70"


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
        dict.clear(espnow._table)
        espnow._seen.clear()


class Script:
    """A script in another process: by the launcher, or by python with the chip's modules on its path."""

    def __init__(self, text, url, *words, launcher=True, name="script", environment=None, python=None, options=()):
        self.folder = tempfile.mkdtemp(prefix="nowire-script-")
        path = os.path.join(self.folder, name + ".py")
        with open(path, "w") as file:
            file.write(text)
        import nowire

        package = os.path.dirname(os.path.abspath(nowire.__file__))
        env = dict(os.environ)
        env.update(environment or {})
        env["NOWIRE_RADIO"] = url
        python = python or sys.executable
        if launcher:
            env["PYTHONPATH"] = os.path.dirname(package)
            command = [python, *options, "-m", "nowire.micropython", path, *words]
        else:
            env["PYTHONPATH"] = os.path.join(package, "chip_modules")
            command = [python, *options, "-u", path, *words]
        self.process = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=end_with_parent,
        )

    def line(self):
        return self.process.stdout.readline().rstrip("\n")

    def end(self, seconds=PATIENCE):
        """(status, stdout, stderr) after its end."""
        try:
            out, err = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            raise AssertionError("the script does not end; it said %r and %r" % (out, err))
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        return self.process.returncode, out, err
