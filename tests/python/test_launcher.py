"""python3 -m nowire.micropython: a script in the chip's world (specification, 2)."""

import os
import signal
import subprocess
import sys
import tempfile
import unittest

from script_case import UP, Scripts
from world import PATIENCE, Script

from nowire.micropython import radio_url


class World(Scripts):
    def test_names_that_scripts_expect(self):
        self.says(
            """
import sys, time, os
a = gc.mem_alloc()
print(a > 0, gc.mem_free() > 0, gc.collect() is not None)
print(sys.implementation._machine)
print(__name__, __file__.endswith("script.py"), sys.argv[1:])
print(sys.path[0].endswith("chip_modules"))
import uasyncio, uselect, usys, utime, ubinascii, ustruct, uos, uerrno, ujson, ucollections, uhashlib, uio, urandom, ure
import usocket, uzlib, uheapq
from micropython import const
X = const(5)
print(X, usys is sys, uos is os, utime.ticks_ms() >= 0, ubinascii.hexlify(b"a"), uerrno.ENOENT)
import asyncio
print(asyncio.sleep_ms == uasyncio.sleep_ms, uasyncio.run is asyncio.run)
""",
            "True True True",
            "nowire with ESP32",
            "__main__ True []",
            "True",
            "5 True True True b'61' 2",
            "True True",
        )

    def test_arguments(self):
        text = "import sys; print(sys.argv[1:])"
        status, out, err = self.run_script(text, "one", "--node", "x", "--", "--node", "y")
        self.assertEqual((status, out), (0, "['one', '--node', 'y']\n"))

    def test_ticks(self):
        self.says(
            """
import time
print(time.ticks_add(2**30 - 1, 2), time.ticks_add(0, -1) == 2**30 - 1)
print(time.ticks_diff(1, 2**30 - 1), time.ticks_diff(2**30 - 1, 1), time.ticks_diff(5, 3))
try:
    time.ticks_add(0, 2**29)
except OverflowError as e:
    print(e)
a, b, c = time.ticks_ms(), time.ticks_us(), time.ticks_cpu()
time.sleep(0.05); time.sleep_ms(50); time.sleep_us(1000); time.sleep_ms(-1); time.sleep_us(0)
print(100 <= time.ticks_diff(time.ticks_ms(), a) < 1500, time.ticks_diff(time.ticks_us(), b) >= 101000)
try:
    time.sleep(-1)
except ValueError:
    print("negative")
import datetime
print(abs(time.time() - datetime.datetime.now().timestamp()) < 5)
""",
            "1 True",
            "2 -2 2",
            "ticks interval overflow",
            "True True",
            "negative",
            "True",
        )

    def test_exit_status(self):
        for text, status in (
            ("pass", 0),
            ("import sys; sys.exit()", 0),
            ("import sys; sys.exit(7)", 7),
            ("raise SystemExit(3)", 3),
            ("import sys; sys.exit('text')", 1),
            ("1 / 0", 1),
            ("def f(:", 1),
        ):
            self.assertEqual(self.run_script(text)[0], status, text)

    def test_a_traceback_is_the_scripts(self):
        status, out, err = self.run_script("def f():\n    raise ValueError('what')\n\nf()\n")
        self.assertIn('script.py", line 4, in <module>\n    f()\n', err)
        self.assertIn("ValueError: what\n", err)
        self.assertNotIn("nowire/micropython.py", err)
        err = self.run_script("x = (\n")[2]
        self.assertIn("SyntaxError", err)
        self.assertNotIn("nowire/micropython.py", err)

    def test_usage(self):
        def run(*words, **more):
            env = dict(os.environ, **more)
            return subprocess.run(
                [sys.executable, "-m", "nowire.micropython", *words], env=env, capture_output=True, text=True
            )

        self.assertEqual(run("--help").returncode, 0)
        for words in ((), ("--nothing", "x.py"), ("x.py", "--node")):
            done = run(*words)
            self.assertEqual(done.returncode, 2, done)
            self.assertIn("--help", done.stderr)
        done = run("x.py", "--radio", "air:?chanel=6")
        self.assertEqual(done.returncode, 1)
        self.assertIn('did you mean "channel"?', done.stderr)
        done = run("/nowhere/x.py", "--radio", self.air.url())
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nowhere/x.py", done.stderr)

    def test_the_name_makes_the_address(self):
        text = UP + "print(w.config('mac').hex())"
        first = self.run_script(text, "--node", "kitchen table")[1]
        self.assertEqual(self.run_script(text, "--node=kitchen table")[1], first)
        self.assertEqual(self.run_script(text, "--radio", self.air.url(name="kitchen%20table"))[1], first)
        self.assertNotEqual(self.run_script(text, "--node", "other")[1], first)

    def test_urls(self):
        os.environ.pop("NOWIRE_RADIO", None)
        self.assertEqual(radio_url(None, None), "air:")
        self.assertEqual(radio_url("air:/x?channel=6", None), "air:/x?channel=6")
        self.assertEqual(radio_url("air:/x?name=a&channel=6", "b&c"), "air:/x?name=b%26c&channel=6")
        self.assertEqual(radio_url(None, "b"), "air:?name=b")

    def test_output_is_seen_before_the_program_waits(self):
        script = Script("import time\nprint('up', end='!\\n')\ntime.sleep(60)\n", self.air.url())
        self.assertEqual(script.line(), "up!")
        script.process.kill()
        script.end()

    def test_modules_beside_the_script(self):
        script = Script("import helper, helper2\nprint(helper.X)\n", self.air.url())
        script.process.kill()
        script.end()
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/helper.py", "w") as file:
                file.write("import espnow\nX = espnow.KEY_LEN\n")
            with open(folder + "/main.py", "w") as file:
                file.write("import helper\nprint(helper.X)\n")
            env = dict(os.environ, NOWIRE_RADIO=self.air.url())
            for where, path in ((folder, "main.py"), ("/", folder + "/main.py")):
                done = subprocess.run(
                    [sys.executable, "-m", "nowire.micropython", path], cwd=where, env=env, capture_output=True, text=True
                )
                self.assertEqual((done.stdout, done.stderr), ("16\n", ""))

    def test_importing_espnow_changes_nothing(self):
        self.says(
            """
import sys, time, select, asyncio, gc, builtins
before = [dict(vars(m)) for m in (time, select, asyncio, gc, builtins)], vars(sys.implementation).copy()
import espnow, aioespnow, network, machine, esp, micropython
e = espnow.ESPNow(); e.active(True)
after = [dict(vars(m)) for m in (time, select, asyncio, gc, builtins)], vars(sys.implementation).copy()
print(before == after)
""",
            "True",
            launcher=False,
        )


class Two(Scripts):
    def test_two_programs_on_one_air(self):
        receiver = Script(
            UP
            + """
print(w.config('mac').hex())
while True:
    mac, msg = e.recv(20000)
    print(mac.hex(), msg.decode())
    if msg == b'end':
        break
""",
            self.air.url(name="receiver"),
        )
        mac = receiver.line()
        status, out, err = self.run_script(
            UP
            + """
print(w.config('mac').hex())
peer = bytes.fromhex("%s")
e.add_peer(peer)
e.send("Starting...")
for i in range(5):
    print(e.send(peer, str(i)*3, True))
e.send(b'end')
"""
            % mac,
            url=self.air.url(name="sender"),
        )
        sender = out.split("\n")[0]
        self.assertEqual((status, out.split("\n")[1:], err), (0, ["True"] * 5 + [""], ""))
        status, out, err = receiver.end()
        wanted = ["Starting..."] + [str(i) * 3 for i in range(5)] + ["end"]
        self.assertEqual(out, "".join("%s %s\n" % (sender, word) for word in wanted))
        self.assertEqual((status, err), (0, ""))

    def test_callbacks_go_on_after_the_script(self):
        receiver = Script(
            UP + "print(w.config('mac').hex())\ne.irq(lambda e: print(e.recv(0)[1]))\n", self.air.url(name="stays")
        )
        mac = receiver.line()
        send = UP + "p = bytes.fromhex('%s')\ne.add_peer(p)\nprint(e.send(p, 'hello'))" % mac
        self.assertEqual(self.run_script(send, url=self.air.url(name="s"))[1], "True\n")
        self.assertEqual(receiver.line(), "b'hello'")
        self.assertIsNone(receiver.process.poll())
        receiver.process.send_signal(signal.SIGTERM)
        self.assertEqual(receiver.end(), (0, "", ""))

    def test_pycom_stays_too(self):
        receiver = Script(
            """
from network import WLAN, ESPNOW
w = WLAN()
ESPNOW.init()
def rx(result):
    mac, peer, msg = result
    print(msg)
    ESPNOW.add_peer(mac).send("Message received: %s" % msg)
ESPNOW.on_recv(rx)
print(w.config('mac').hex())
""",
            self.air.url(name="pycom"),
        )
        mac = receiver.line()
        text = UP + "p = bytes.fromhex('%s')\ne.add_peer(p)\ne.send(p, 'hello')\nprint(e.recv(5000)[1])" % mac
        self.assertEqual(self.run_script(text, url=self.air.url(name="s2"))[1], "b\"Message received: b'hello'\"\n")
        receiver.process.send_signal(signal.SIGINT)
        self.assertEqual(receiver.end(), (0, "b'hello'\n", ""))


class Path(unittest.TestCase):
    def test_a_folder_of_the_packages_name_beside_the_script_is_not_the_package(self):
        import nowire

        modules = os.path.join(os.path.dirname(os.path.abspath(nowire.__file__)), "chip_modules")
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "nowire"))
            script = os.path.join(folder, "script.py")
            with open(script, "w") as file:
                file.write("import network, espnow\nprint(espnow.MAX_DATA_LEN)\n")
            env = dict(os.environ, PYTHONPATH=modules)
            done = subprocess.run([sys.executable, script], env=env, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual((done.returncode, done.stdout), (0, "1470\n"), done.stderr)


if __name__ == "__main__":
    unittest.main()
