"""The package on MicroPython's unix port, where one is on the path (or NOWIRE_MICROPYTHON names it)."""

import os
import shutil
import socket
import subprocess
import threading
import unittest

from world import HERE, PATIENCE, Air, ChipCase

import nowire

PACKAGE = os.path.dirname(os.path.abspath(nowire.__file__))
MICROPYTHON = os.environ.get("NOWIRE_MICROPYTHON") or shutil.which("micropython")

ROWS = ("test_espnow_errors", "test_espnow_peers", "test_espnow_send", "test_espnow_receive", "test_esp_older",
        "test_network", "test_pycom")

UP = """
import network, espnow
w = network.WLAN(network.STA_IF)
w.active(True)
e = espnow.ESPNow()
e.active(True)
peer = bytes(int("%s"[i:i+2], 16) for i in range(0, 12, 2))
e.add_peer(peer)
"""


SOCKETS = """
import asyncio, select, socket, time
async def serve(reader, writer):
    writer.write(await reader.readline())
    await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", %(first)d)
    reader, writer = await asyncio.open_connection("127.0.0.1", %(first)d)
    writer.write(b"over a socket\\n")
    await writer.drain()
    print(await reader.readline())
    server.close()
asyncio.run(main())
listener = socket.socket()
listener.bind(socket.getaddrinfo("127.0.0.1", %(second)d)[0][-1])
listener.listen(1)
p = select.poll()
p.register(listener, select.POLLIN)
p.register(e, select.POLLIN)
before = time.ticks_ms()
print(p.poll(500), 500 <= time.ticks_diff(time.ticks_ms(), before) < 600)
e.send(peer, "come")
before = time.ticks_ms()
print([what is listener for what, _ in p.poll(10000)], time.ticks_diff(time.ticks_ms(), before) < 9000)
p.modify(listener, select.POLLOUT)
print(p.poll(20))
p.unregister(listener)
try:
    p.modify(listener, 1)
except OSError as error:
    print(error.args)
"""


@unittest.skipUnless(MICROPYTHON, "there is no micropython on the path")
class MicroPython(ChipCase):
    def run_script(self, text, launcher):
        path = os.path.join(self.air.folder, "script.py")
        with open(path, "w") as file:
            file.write(UP % self.peer.hex() + text)
        env = dict(os.environ, NOWIRE_RADIO=self.air.url(name="mp"), NOWIRE_LIBRARY=PACKAGE + "/lib/libnowire.so")
        command = [MICROPYTHON, path]
        env["MICROPYPATH"] = ".frozen:" + PACKAGE + "/chip_modules"
        if launcher:
            env["MICROPYPATH"] = ".frozen:" + os.path.dirname(PACKAGE)
            command[1:1] = ["-m", "nowire.micropython"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout.split("\n")[:-1]

    def test_messages_both_ways(self):
        text = """
print(e.get_peer(peer)[1:], e.peer_count(), e.stats())
print(e.send(peer, "hello"), e.recv(0), e.irecv(10))
e.send(peer, w.config("mac"))
mac, msg = e.recv(10000)
print(mac == peer, msg, list(e.peers_table)[0] is mac)
try:
    e.peers_table.clear()
except TypeError:
    print("locked")
try:
    e.add_peer(peer)
except OSError as error:
    print(error.args)
import select
p = select.poll()
p.register(e, select.POLLIN)
print(p.poll(10))
"""
        for launcher in (False, True):

            def answer():
                self.assertEqual(self.partner.receive()[1], b"hello")
                mac = self.partner.receive()[1]
                if not launcher:
                    self.partner.add_peer(mac)
                self.partner.send(mac, b"answer")

            thread = threading.Thread(target=answer)
            thread.start()
            said = self.run_script(text, launcher)
            thread.join()
            self.assertEqual(
                said,
                [
                    "(%r, 0, 0, False) (1, 0) (0, 0, 0, 0, 0)" % bytes(16),
                    "True (None, None) (None, None)",
                    "True b'answer' True",
                    "locked",
                    "(-12395, 'ESP_ERR_ESPNOW_EXIST')",
                    "[]",
                ],
            )

    def test_rows_of_the_specification(self):
        """Those of CPython's tests that need no other process and no thread, by MicroPython itself."""
        self.partner.close()  # theirs has its name
        env = dict(os.environ, NOWIRE_RADIO=self.air.url(name="mp"), NOWIRE_LIBRARY=PACKAGE + "/lib/libnowire.so")
        here = os.path.join(HERE, "on_micropython")
        env["MICROPYPATH"] = ":".join((".frozen", here, PACKAGE + "/chip_modules", HERE))
        for name in ROWS:
            done = subprocess.run(
                [MICROPYTHON, here + "/run_rows.py", name], env=env, capture_output=True, text=True, timeout=120
            )
            said = done.stdout.split("\n")[:-1]
            self.assertEqual((done.returncode, done.stderr), (0, ""), (name, said))
            self.assertRegex(said[-1], r"^[0-9]{2,} passed, 0 failed, ", (name, said))

    def test_tasks_are_as_its_own(self):
        script = os.path.join(HERE, "on_micropython", "tasks.py")
        path = {"MICROPYPATH": ".frozen:" + os.path.dirname(PACKAGE)}
        env = dict(os.environ, NOWIRE_LIBRARY=PACKAGE + "/lib/libnowire.so", **path)
        said = []
        # Its own, in real time; then on an air that runs ahead.
        air = Air("--speed", "max")
        self.addCleanup(air.close)
        env["NOWIRE_RADIO"] = air.url(name="mp")
        for command in ([script], ["-m", "nowire.micropython", script]):
            done = subprocess.run([MICROPYTHON, *command], env=env, capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
            said.append(done.stdout.split("\n"))
        self.assertGreater(len(said[0]), 35)
        self.assertEqual(said[1], said[0])

    def test_sockets_on_the_airs_clock(self):
        ports = []
        for _ in range(2):
            with socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))
                ports.append(taken.getsockname()[1])

        def come():
            self.assertEqual(self.partner.receive()[1], b"come")
            socket.create_connection(("127.0.0.1", ports[1])).close()

        thread = threading.Thread(target=come)
        thread.start()
        said = self.run_script(SOCKETS % {"first": ports[0], "second": ports[1]}, True)
        thread.join()
        self.assertEqual(said, ["b'over a socket\\n'", "[] True", "[True] True", "[]", "(2,)"])

    def test_irq_and_asyncio(self):
        text = """
import time, aioespnow, asyncio
called = []
e.irq(lambda e: called.append(1))
e.send(peer, w.config("mac"))
a = aioespnow.AIOESPNow()
async def main():
    print((await a.arecv())[1])
    print(await a.asend(peer, "again"))
    print((await a.airecv())[1])
asyncio.run(main())
time.sleep_ms(100)
print(len(called) > 0)
e.irq(None)
"""

        def answer():
            mac = self.partner.receive()[1]
            self.partner.add_peer(mac)
            self.partner.send(mac, b"one")
            self.assertEqual(self.partner.receive()[1], b"again")
            self.partner.send(mac, b"two")

        thread = threading.Thread(target=answer)
        thread.start()
        said = self.run_script(text, True)
        thread.join()
        self.assertEqual(said, ["b'one'", "True", "bytearray(b'two')", "True"])


if __name__ == "__main__":
    unittest.main()
