"""machine: deep sleep, resets, the RTC's memory and pins in the chip's world (specification, 3.2)."""

import os
import subprocess
import sys
import tempfile
import unittest

from script_case import UP, Scripts
from world import Script


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


if __name__ == "__main__":
    unittest.main()
