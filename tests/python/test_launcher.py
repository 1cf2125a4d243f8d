"""python3 -m nowire.micropython: a script in the chip's world; machine (specification, 2 and 3.2)."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from world import PATIENCE, SLOW, Air, Script

from nowire.micropython import radio_url

UP = """
import network, espnow
w = network.WLAN(network.STA_IF)
w.active(True)
e = espnow.ESPNow()
e.active(True)
"""


class Scripts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.air = Air(*SLOW)

    @classmethod
    def tearDownClass(cls):
        cls.air.close()

    def run_script(self, text, *words, url=None, **options):
        return Script(text, url or self.air.url(), *words, **options).end()

    def says(self, text, *lines, **options):
        status, out, err = self.run_script(text, **options)
        self.assertEqual((status, out.split("\n")[:-1], err), (0, [str(line) for line in lines], ""))


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


class Waiting(Scripts):
    def test_select_gives_objects(self):
        self.says(
            UP
            + """
import select, os, time
r, x = os.pipe()
p = select.poll()
p.register(e, select.POLLIN)
p.register(r, select.POLLIN)
t = time.ticks_ms()
print(p.poll(50), 45 <= time.ticks_diff(time.ticks_ms(), t) < 1000, p.poll(0), list(p.ipoll(1)))
p.modify(e, select.POLLOUT)
print([(o is e, f) for o, f in p.poll(1000)])
p.unregister(e)
os.write(x, b"x")
print(p.poll(1000) == [(r, 1)], select.select([r], [e], [], 1) == ([r], [e], []))
try:
    p.modify(e, 1)
except OSError as err:
    print(err.errno)
""",
            "[] True [] []",
            "[(True, 4)]",
            "True True",
            "2",
        )

    def test_asyncio_has_micropythons_additions(self):
        self.says(
            """
import asyncio, time
async def other(n):
    for i in range(3):
        await asyncio.sleep_ms(10)
    print("other", n)
async def main():
    t = time.ticks_ms()
    task = asyncio.create_task(other(1))
    await asyncio.sleep_ms(100)
    print(99 <= time.ticks_diff(time.ticks_ms(), t) < 1000)
    try:
        await asyncio.wait_for_ms(asyncio.sleep(10), 20)
    except asyncio.TimeoutError:
        print("timeout")
    flag = asyncio.ThreadSafeFlag()
    flag.set()
    await flag.wait()
    asyncio.create_task(asyncio.sleep(100))
    return "done"
asyncio.create_task(other(0))
print(asyncio.run(main()))
loop = asyncio.get_event_loop()
loop.create_task(other(2))
loop.run_until_complete(asyncio.sleep_ms(50))
""",
            "other 0",
            "other 1",
            "True",
            "timeout",
            "done",
            "other 2",
        )

    def test_aioespnow_in_the_launcher(self):
        server = Script(
            """
import network, aioespnow, asyncio
network.WLAN().active(True)
e = aioespnow.AIOESPNow()
e.active(True)
print(network.WLAN().config('mac').hex())
async def beat():
    while True:
        await asyncio.sleep(0.01)
async def echo():
    async for mac, msg in e:
        try:
            e.add_peer(mac)
        except OSError as err:
            if err.args[1] != 'ESP_ERR_ESPNOW_EXIST': raise
        await e.asend(mac, msg)
        if msg == b'halt':
            return
async def main():
    asyncio.create_task(beat())
    await echo()
asyncio.run(main())
print("ended")
""",
            self.air.url(name="server"),
        )
        mac = server.line()
        text = UP + (
            "p = bytes.fromhex('%s')\ne.add_peer(p)\n"
            "for m in (b'one', b'halt'):\n    print(e.send(p, m), e.recv(5000)[1])\n" % mac
        )
        self.assertEqual(self.run_script(text, url=self.air.url(name="c"))[1], "True b'one'\nTrue b'halt'\n")
        self.assertEqual(server.end(), (0, "ended\n", ""))

    def test_ctrl_c_in_each_wait(self):
        for wait in ("time.sleep(60)", "time.sleep_ms(60000)", "select.poll().poll(60000)", "asyncio.run(asyncio.sleep(60))",
                     "machine.lightsleep(60000)", "machine.deepsleep(60000)"):
            script = Script("import time, select, asyncio, machine\nprint('up')\n" + wait, self.air.url(name="w"))
            self.assertEqual(script.line(), "up")
            time.sleep(0.1)
            script.process.send_signal(signal.SIGINT)
            status, out, err = script.end()
            self.assertEqual(status, -signal.SIGINT, wait)


class Machine(Scripts):
    SLEEPER = UP + """
import machine, time
rtc = machine.RTC()
n = len(rtc.memory())
print(n, machine.reset_cause(), machine.wake_reason(), e.peer_count(), len(e.peers_table), time.ticks_ms() < 2000)
print(w.config('channel'), machine.unique_id() == w.config('mac'))
if n == 2:
    raise SystemExit(9)
rtc.memory(rtc.memory() + b'x')
w.config(channel=6)
e.add_peer(b'feedee')
e.active(False)
w.active(False)
print('sleep')
machine.deepsleep(100)
print('never')
"""

    def test_deepsleep_begins_anew(self):
        said = ["0 1 0 (0, 0) 0 True", "1 True", "sleep"]
        again = ["%d 4 4 (0, 0) 0 True", "1 True", "sleep"]
        wanted = said + [again[0] % 1] + again[1:] + [again[0] % 2] + again[1:2]
        for launcher in (True, False):
            text = self.SLEEPER if launcher else self.SLEEPER.replace("time.ticks_ms() < 2000", "True")
            status, out, err = self.run_script(text, launcher=launcher, url=self.air.url(name="sleeper"))
            self.assertEqual((status, out.split("\n")[:-1], err), (9, wanted, ""), launcher)

    def test_reset_and_soft_reset(self):
        text = """
import machine
rtc = machine.RTC()
print(machine.reset_cause())
memory = rtc.memory()
rtc.memory(memory + b'.')
if len(memory) == 0:
    try:
        machine.reset()
    except Exception:
        print('never')
if len(memory) == 1:
    machine.soft_reset()
"""
        self.says(text, 1, 2, 5)

    def test_modules_of_the_program_are_new_and_pythons_are_not(self):
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/helper.py", "w") as file:
                file.write("print('helper')\n")
            with open(folder + "/main.py", "w") as file:
                file.write(
                    "import helper, machine, decimal, espnow\nprint(hasattr(decimal, 'mark'), hasattr(espnow, 'mark'))\n"
                    "decimal.mark = espnow.mark = 1\n"
                    "if machine.reset_cause() == 1: machine.reset()\n"
                )
            env = dict(os.environ, NOWIRE_RADIO=self.air.url())
            done = subprocess.run(
                [sys.executable, "-m", "nowire.micropython", folder + "/main.py"], env=env, capture_output=True, text=True
            )
            self.assertEqual((done.stdout, done.stderr), ("helper\nFalse False\nhelper\nTrue False\n", ""))

    def test_deepsleep_in_a_task_a_callback_and_a_thread(self):
        for body in (
            "import asyncio\nasync def f(): machine.deepsleep(10)\n"
            "async def main():\n    asyncio.create_task(f())\n    await asyncio.sleep(30)\nasyncio.run(main())\n",
            "import micropython\nmicropython.schedule(machine.deepsleep, 10)\nimport time\ntime.sleep(30)\n",
            "import _thread, time\n_thread.start_new_thread(machine.deepsleep, (10,))\ntime.sleep(30)\n",
        ):
            text = "import machine\nprint(machine.reset_cause())\nif machine.reset_cause() == 4: raise SystemExit\n" + body
            self.says(text, 1, 4)

    def test_deep_sleep_hears_nothing(self):
        sleeper = Script(
            UP
            + """
import machine
print(w.config('mac').hex())
if machine.reset_cause() == 4:
    print(e.recv(10000)[1])
    raise SystemExit
machine.deepsleep(500)
""",
            self.air.url(name="deep"),
        )
        mac = sleeper.line()
        text = UP + (
            "import time\np = bytes.fromhex('%s')\ne.add_peer(p)\ntime.sleep(0.1)\nprint(e.send(p, 'asleep'))\n"
            # What comes before it has switched ESP-NOW on is acknowledged and lost.
            "for i in range(40):\n    e.send(p, 'awake')\n    time.sleep(0.02)\n" % mac
        )
        self.assertEqual(self.run_script(text, url=self.air.url(name="waker"))[1], "False\n")
        self.assertEqual(sleeper.end()[:2], (0, mac + "\nb'awake'\n"))

    def test_lightsleep_goes_on(self):
        self.says(
            """
import machine, time
t = time.ticks_ms()
machine.lightsleep(100)
print(100 <= time.ticks_diff(time.ticks_ms(), t) < 1000)
""",
            "True",
        )

    def test_rtc_memory(self):
        self.says(
            """
import machine
rtc = machine.RTC()
print(rtc.memory())
rtc.memory(bytearray(b'abc')); print(machine.RTC().memory())
rtc.memory("text"); print(rtc.memory(), len(rtc.datetime()))
try:
    rtc.memory(bytes(2049))
except ValueError as e:
    print(e)
""",
            "b''",
            "b'abc'",
            "b'text' 8",
            "buffer too long",
        )

    def test_pins(self):
        self.says(
            """
from machine import Pin
p = Pin(2, Pin.OUT)
print(p.value(), p())
p.on(); print(p.value(), Pin(2) is p, Pin(2).value())
p.off(); p.toggle(); print(p())
p(0); print(p.value(), Pin(3, Pin.IN, Pin.PULL_UP).value(), Pin(4, Pin.OUT, value=1).value())
p.irq(lambda pin: print("irq", pin.value()), Pin.IRQ_RISING)
p.value(1); p.value(1); p.value(0)
""",
            "0 0",
            "1 True 1",
            "1",
            "0 1 1",
            "irq 1",
        )


class Lockstep(unittest.TestCase):
    """Airs whose time passes as fast as the programs can: hours in a moment."""

    def pair(self, one, two):
        air = Air("--speed", "max", "--radios", "2")
        try:
            began = time.monotonic()
            scripts = [Script(text, air.url(name=name)) for name, text in (("one", one), ("two", two))]
            ends = [script.end() for script in scripts]
            self.assertLess(time.monotonic() - began, PATIENCE)
            return ends
        finally:
            air.close()

    # From the name, as the library makes it.
    FIND = UP + "e.add_peer(b'\\xff'*6)\nimport time\n"

    def test_sleep_recv_and_deepsleep(self):
        one = self.FIND + """
import machine
n = len(machine.RTC().memory())
machine.RTC().memory(b'x' * (n + 1))
e.send(b'\\xff'*6, str(n))
if n == 3:
    raise SystemExit
machine.deepsleep(3600000)
"""
        two = self.FIND + """
last = time.ticks_ms()
for i in range(4):
    mac, msg = e.recv(8000000)
    now = time.ticks_ms()
    print(msg, round(time.ticks_diff(now, last) / 3600000, 2))
    last = now
time.sleep(86400)
print("a day")
"""
        ends = self.pair(one, two)
        self.assertEqual(ends[0][0::2], (0, ""))
        self.assertEqual(ends[1], (0, "b'0' 0.0\nb'1' 1.0\nb'2' 1.0\nb'3' 1.0\na day\n", ""))

    def test_asyncio_and_poll(self):
        one = self.FIND + """
import asyncio
async def main():
    for i in range(3):
        await asyncio.sleep(1000)
        e.send(b'\\xff'*6, str(i))
asyncio.run(main())
"""
        two = self.FIND + """
import aioespnow, asyncio, select
a = aioespnow.AIOESPNow()
async def main():
    t = time.ticks_ms()
    print((await a.arecv())[1], round(time.ticks_diff(time.ticks_ms(), t) / 1000000, 2))
    t = time.ticks_ms()
    try:
        await asyncio.wait_for(a.arecv(), 500)
    except asyncio.TimeoutError:
        print("timeout", round(time.ticks_diff(time.ticks_ms(), t) / 1000))
asyncio.run(main())
p = select.poll()
p.register(e, select.POLLIN)
print(p.poll(400000) == [], p.poll(200000) == [(e, 1)], e.recv(0)[1])
got = []
e.irq(lambda e: got.append(e.recv(0)[1]))
time.sleep(2000)
print(got)
e.irq(None)
"""
        ends = self.pair(one, two)
        self.assertEqual(ends[0], (0, "", ""))
        self.assertEqual(ends[1], (0, "b'0' 1.0\ntimeout 500\nTrue True b'1'\n[b'2']\n", ""))


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
