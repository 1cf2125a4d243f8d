"""select, asyncio and signals in the chip's world; airs whose time runs ahead (specification, 2)."""

import signal
import time
import unittest

from script_case import UP, Scripts
from world import PATIENCE, Air, Script


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


if __name__ == "__main__":
    unittest.main()
