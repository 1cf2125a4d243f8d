"""What the package does on MicroPython's unix port, as far as CPython can tell: the layer on ffi, irq by the scheduler.

A real MicroPython runs test_micropython.py where it is on the path; this needs none.
"""

import ast
import glob
import os
import subprocess
import sys
import threading
import time
import unittest

from world import HERE, PATIENCE, ChipCase

import nowire

PACKAGE = os.path.dirname(os.path.abspath(nowire.__file__))

# CPython alone reads these.
NOT_FOR_IT = {
    "_abi_ctypes.py",
    "_aio_cpython.py",
    "_asyncio.py",
    "_native.py",
    "_select.py",
    "_stream.py",
    "_world_cpython.py",
    "chip_modules/micropython.py",
}


def sources():
    for path in sorted(glob.glob(PACKAGE + "/*.py") + glob.glob(PACKAGE + "/chip_modules/*.py")):
        name = os.path.relpath(path, PACKAGE)
        # Those of the helpers of this package: the pytest plug-in and the like are CPython's.
        if name not in NOT_FOR_IT and not name.startswith(("pytest", "_testing", "testing")):
            yield name, path


class Language(unittest.TestCase):
    def test_is_micropythons(self):
        for name, path in sources():
            with open(path) as file:
                tree = ast.parse(file.read())
            for node in ast.walk(tree):
                where = "%s:%s" % (name, getattr(node, "lineno", 0))
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                    self.assertEqual(node.args.posonlyargs, [], where)
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    self.assertIsNone(node.returns, where)
                    for decorator in node.decorator_list:
                        self.assertIn(getattr(decorator, "id", None), ("property", "staticmethod", "classmethod"), where)
                self.assertNotIsInstance(node, ast.Match, where)
                if isinstance(node, ast.ClassDef):
                    self.assertEqual(node.decorator_list, [], where)
                    self.assertEqual(node.keywords, [], where)
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    names = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
                    for module in names:
                        self.assertNotIn(
                            module.split(".")[0], ("typing", "dataclasses", "enum", "functools", "contextlib", "ctypes"), where
                        )


class OnFfi(ChipCase):
    def run_script(self, text):
        path = os.path.join(self.air.folder, "script.py")
        with open(path, "w") as file:
            file.write(text)
        env = dict(os.environ, NOWIRE_RADIO=self.air.url(name="mp"), NOWIRE_LIBRARY=PACKAGE + "/lib/libnowire.so")
        done = subprocess.run(
            [sys.executable, os.path.join(HERE, "micropython_half.py"), path],
            env=env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout.split("\n")[:-1]

    UP = """
import network, espnow
w = network.WLAN(network.STA_IF)
w.active(True)
e = espnow.ESPNow()
"""

    def test_messages_both_ways(self):
        text = (
            self.UP
            + """
try:
    e.recv(0)
except OSError as error:
    print(error.args)
e.active(True)
peer = bytes.fromhex("%s")
e.set_pmk("0123456789abcdef")
e.add_peer(peer)
print(e.get_peer(peer)[1:], e.get_peers() == (e.get_peer(peer),), e.peer_count())
print(e.send(peer, "hello"), e.send(peer, bytearray(b"again"), False))
print(e.recv(0), e.irecv(10), e.stats()[0])
print(e.send(peer, w.config("mac")))
mac, msg = e.recv(10000)
print(mac == peer, msg, mac is list(e.peers_table)[0])
print(e.send(peer, "got it"), [bytes(x) for x in e.irecv(10000)][1])
try:
    e.add_peer(peer)
except OSError as error:
    print(error.args)
print(e.ioctl(3, 5), len(w.config("mac")), w.config("channel"))
import esp, machine
print(machine.unique_id() == w.config("mac"), esp.espnow.ESPNow() is esp.espnow.ESPNow())
"""
            % self.peer.hex()
        )

        def answer():
            for wanted in (b"hello", b"again"):
                self.assertEqual(self.partner.receive()[1], wanted)
            mac = self.partner.receive()[1]
            self.partner.add_peer(mac)
            self.partner.send(mac, b"answer")
            self.assertEqual(self.partner.receive()[1], b"got it")
            self.partner.send(mac, b"another")

        thread = threading.Thread(target=answer)
        thread.start()
        said = self.run_script(text)
        thread.join()
        self.assertEqual(
            said,
            [
                "(-12389, 'ESP_ERR_ESPNOW_NOT_INIT')",
                "(%r, 0, 0, False) True (1, 0)" % bytes(16),
                "True True",
                "(None, None) (None, None) 2",
                "True",
                "True b'answer' True",
                "True b'another'",
                "(-12395, 'ESP_ERR_ESPNOW_EXIST')",
                "4 6 1",
                "True True",
            ],
        )

    def test_irq_inside_waits(self):
        text = (
            self.UP
            + """
import micropython
from nowire import _chip, _time
e.active(True)
called = []
e.irq(called.append)
peer = bytes.fromhex("%s")
e.add_peer(peer)
e.send(peer, w.config("mac"))
t = _time.ticks_ms()
_time.sleep_ms(500)
print(_time.ticks_diff(_time.ticks_ms(), t) >= 500)
micropython.run_scheduled()
print(len(called), called[0] is e, e.recv(0)[1], e.recv(0)[1], e.recv(0)[1])
e.irq(None)
"""
            % self.peer.hex()
        )

        def send():
            mac = self.partner.receive()[1]
            self.partner.add_peer(mac)
            time.sleep(0.1)
            self.partner.send(mac, b"one")
            self.partner.send(mac, b"two")

        thread = threading.Thread(target=send)
        thread.start()
        said = self.run_script(text)
        thread.join()
        self.assertEqual(said, ["True", "2 True b'one' b'two' None"])


if __name__ == "__main__":
    unittest.main()
