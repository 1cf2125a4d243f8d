"""What goes wrong around the Python package: threads, fork, the end of the interpreter, the hub that dies."""

import os
import threading
import time
import unittest

from world import PATIENCE, SLOW, Air, ChipCase, Partner, Script, fresh

import espnow

UP = "import network, espnow, time\nw = network.WLAN()\nw.active(True)\ne = espnow.ESPNow()\ne.active(True)\n"


class Threads(ChipCase):
    def test_several_receive_and_send(self):
        e = espnow.ESPNow()
        e.config(rxbuf=1 << 20)
        e.active(True)
        e.add_peer(self.peer)
        wanted = sorted(b"%d-" % i + b"x" * (i % 240) for i in range(250))
        got, sent, failures = [], [], []

        def reader(receive):
            try:
                while True:
                    mac, msg = receive()
                    if msg == b"end":
                        return
                    if mac is not None:
                        got.append(bytes(msg))
            except Exception as error:
                failures.append(error)

        def writer():
            try:
                for i in range(40):
                    sent.append(e.send(self.peer, b"y" * (1 + i)))
            except OSError as error:
                # Another's send may take longer than 100 ms.
                if error.args != (110,):
                    failures.append(error)

        threads = [threading.Thread(target=reader, args=(lambda: e.recv(-1),)) for _ in range(3)]
        threads += [threading.Thread(target=writer) for _ in range(2)]
        for thread in threads:
            thread.start()
        for message in wanted:
            self.assertTrue(self.partner.send(self.mac, message))
        for _ in range(3):
            self.partner.send(self.mac, b"end")
        for thread in threads:
            thread.join(PATIENCE)
            self.assertFalse(thread.is_alive())
        self.assertEqual(failures, [])
        self.assertEqual(sorted(got), wanted)
        self.assertTrue(all(sent))

    def test_active_false_ends_a_wait(self):
        e = espnow.ESPNow()
        e.active(True)
        ends = []

        def wait():
            try:
                e.recv(-1)
            except OSError as error:
                ends.append(error.args)

        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.1)
        e.active(False)
        thread.join(PATIENCE)
        self.assertEqual(ends, [(-12389, "ESP_ERR_ESPNOW_NOT_INIT")])

    def test_closing_ends_a_wait(self):
        from nowire import _chip

        e = espnow.ESPNow()
        e.active(True)
        ends = []

        def wait():
            try:
                e.recv(-1)
            except OSError as error:
                ends.append(error.args[0])

        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.1)
        _chip.close()
        thread.join(PATIENCE)
        self.assertFalse(thread.is_alive())
        self.assertEqual(len(ends), 1)
        self.assertIn(ends[0], (9, -12389))

    def test_on_and_off_from_threads(self):
        e = espnow.ESPNow()
        stop = time.monotonic() + 1
        failures = []

        def work(i):
            while time.monotonic() < stop:
                try:
                    e.active(True)
                    e.recv(0)
                    e.irq(lambda e: None)
                    e.add_peer(bytes((2, 0, 0, 0, 3, i)))
                    e.get_peers()
                    e.stats()
                    e.peer_count()
                    e.active(False)
                except OSError as error:
                    if not -12397 <= error.args[0] <= -12389:
                        failures.append(error)

        threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        while time.monotonic() < stop:
            self.partner.send(self.mac, b"x")
        for thread in threads:
            thread.join(PATIENCE)
            self.assertFalse(thread.is_alive())
        self.assertEqual(failures, [])


class Closing(ChipCase):
    air_options = ("--no-airtime", *SLOW)

    def test_closing_while_messages_end(self):
        for i in range(300):
            other = Partner(self.air.url(name="other"))
            other.add_peer(self.peer)
            other.check(other.lib.keep_sent(other.handle, 1))
            other.check(other.lib.notify(other.handle, 0))
            for _ in range(i % 10):
                other.send(self.peer, b"y", False)
            # It returns when the last has ended, just before the handler of that is called.
            other.lib.flush(other.handle, 1000000)
            other.close()
            self.partner.check(self.partner.lib.clear(self.partner.handle))


class Fork(ChipCase):
    def test_a_forked_child_is_told(self):
        e = espnow.ESPNow()
        e.active(True)
        e.add_peer(self.peer)
        e.irq(lambda e: None)
        said, told = os.pipe()
        child = os.fork()
        if child == 0:
            results = []
            for call in (
                lambda: e.send(self.peer, "x"),
                lambda: e.send(self.peer, "x", False),
                lambda: e.recv(0),
                lambda: e.recv(-1),
                lambda: e.any(),
                lambda: e.active(),
                lambda: e.active(True),
                lambda: self.wlan.config("mac"),
                lambda: e.get_peers(),
                lambda: e.fileno(),
            ):
                try:
                    call()
                    results.append("nothing")
                except OSError as error:
                    results.append("%s %s" % error.args)
                except BaseException as error:
                    results.append(repr(error))
            os.write(told, "\n".join(results).encode())
            os._exit(0)
        os.close(told)
        with os.fdopen(said) as file:
            lines = file.read().split("\n")
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(
            lines, ["10 the station belongs to the parent of this process: open another one"] * 10
        )
        # The parent's goes on.
        self.assertTrue(e.send(self.peer, "x"))

    def test_a_child_that_ends_as_usual_leaves_the_parents_alone(self):
        script = Script(
            UP
            + """
import os, sys, warnings
warnings.simplefilter('ignore')
e.irq(lambda e: None)
child = os.fork()
if child == 0:
    sys.exit(0)
print(os.waitpid(child, 0)[1])
e.add_peer(b'feedee')
print(e.send(b'feedee', 'x'))
""",
            self.air.url(name="forks"),
            launcher=False,
        )
        self.assertEqual(script.end(), (0, "0\nFalse\n", ""))

    def test_subprocesses_and_multiprocessing(self):
        script = Script(
            UP
            + """
import multiprocessing, subprocess
def f(x):
    return x * x
e.irq(lambda e: None)
if __name__ == '__main__':
    with multiprocessing.get_context('fork').Pool(2) as pool:
        print(pool.map(f, [1, 2, 3]))
    print(subprocess.run(['true']).returncode, e.recv(0))
""",
            self.air.url(name="subprocesses"),
            launcher=False,
        )
        self.assertEqual(script.end(), (0, "[1, 4, 9]\n0 (None, None)\n", ""))


class End(ChipCase):
    def run_script(self, text, **options):
        return Script(UP + text, self.air.url(name="end"), **options).end()

    def test_messages_in_flight_are_sent(self):
        for launcher in (True, False):
            status, out, err = self.run_script(
                "p = bytes.fromhex('%s')\ne.add_peer(p)\n"
                "for i in range(5): e.send(p, str(i), False)\n" % self.peer.hex(),
                launcher=launcher,
            )
            self.assertEqual((status, out, err), (0, "", ""))
            self.assertEqual([self.partner.receive()[1] for _ in range(5)], [b"%d" % i for i in range(5)])

    def test_but_not_waited_for_longer_than_100_ms(self):
        began = time.monotonic()
        status, out, err = self.run_script(
            "p = b'feedee'\ne.add_peer(p)\nfor i in range(30): e.send(p, bytes(1470), False)\n", launcher=False
        )
        self.assertEqual((status, out, err), (0, "", ""))
        self.assertLess(time.monotonic() - began, 10)

    def test_with_messages_coming_and_an_irq(self):
        stop = threading.Event()

        def flood():
            while not stop.is_set():
                self.partner.send(mac, b"x" * 200, False)

        thread = threading.Thread(target=flood)
        for ending in ("", "raise ValueError", "import sys; sys.exit(3)", "import os; os._exit(4)", "e = None"):
            script = Script(
                UP
                + "print(w.config('mac').hex(), flush=True)\n"
                + "n = 0\ndef cb(e):\n    global n\n    n += 1\n    e.irecv(0)\n"
                + "e.irq(cb)\nt = time.time()\nwhile n < 50 and time.time() - t < 10: time.sleep(0.01)\n"
                + "if n < 50: raise SystemExit(5)\n"
                + ending,
                self.air.url(name="flooded"),
                launcher=False,
            )
            mac = bytes.fromhex(script.line())
            try:
                self.partner.add_peer(mac)
            except OSError:
                pass
            if not thread.is_alive():
                thread.start()
            status, out, err = script.end()
            self.assertIn(status, (0, 1, 3, 4), (ending, err))
            self.assertNotIn("Fatal", err)
        stop.set()
        thread.join()

    def test_with_threads_that_wait(self):
        for wait in ("e.recv(-1)", "e.irecv(-1)", "next(e)", "[e.recv(1) for _ in iter(int, 1)]"):
            text = "import threading\nthreading.Thread(target=lambda: %s, daemon=True).start()\ntime.sleep(0.1)\n" % wait
            for _ in range(3):
                status, out, err = self.run_script(text, launcher=False)
                self.assertEqual((status, out), (0, ""), err)

    def test_use_in_atexit_is_told(self):
        status, out, err = self.run_script(
            """
import atexit
from nowire import _chip
def late():
    try:
        e.active(True)
    except OSError as error:
        print(error.args[0])
# Called after the package's own.
atexit._clear()
atexit.register(late)
atexit.register(_chip._end)
""",
            launcher=False,
        )
        self.assertEqual((status, out, err), (0, "9\n", ""))

    def test_objects_that_are_used_by_a_finalizer(self):
        status, out, err = self.run_script(
            """
class Late:
    def __del__(self):
        try:
            e.recv(0)
        except OSError as error:
            print(error.args[0])
late = Late()
""",
            launcher=False,
        )
        self.assertEqual((status, out, err), (0, "-12389\n", ""))


class Lost(unittest.TestCase):
    def test_a_hub_that_is_killed(self):
        air = Air()
        other = None
        try:
            os.environ["NOWIRE_RADIO"] = air.url(name="chip")
            fresh()
            import network

            wlan = network.WLAN()
            wlan.active(True)
            e = espnow.ESPNow()
            e.active(True)
            e.add_peer(b"feedee")
            called = []
            e.irq(called.append)
            air.kill()
            began = time.monotonic()
            with self.assertRaises(OSError) as caught:
                e.recv(-1)
            self.assertEqual(caught.exception.args[0], 100)
            self.assertIn("the radio is gone", caught.exception.args[1])
            self.assertLess(time.monotonic() - began, PATIENCE)
            for call in (
                lambda: e.send(b"feedee", "x"),
                lambda: e.send(b"feedee", "x", False),
                lambda: e.recv(0),
                lambda: e.irecv(10),
            ):
                with self.assertRaises(OSError) as caught:
                    call()
                self.assertIn(caught.exception.args[0], (100, 110))
            # What needs no radio goes on, and the end hangs nobody.
            self.assertEqual(e.peer_count(), (1, 0))
            self.assertIs(e.any(), False)
            # Another hub at the same place: the chip joins it.
            air.start()
            deadline = time.monotonic() + PATIENCE
            while True:
                try:
                    self.assertEqual(e.recv(10), (None, None))
                    break
                except OSError:
                    self.assertLess(time.monotonic(), deadline)
        finally:
            from nowire import _chip

            began = time.monotonic()
            _chip.close()
            self.assertLess(time.monotonic() - began, PATIENCE)
            air.close()

    def test_no_air_at_all(self):
        script = Script(UP, "air:/nowhere/at/all", launcher=False)
        status, out, err = script.end()
        self.assertEqual(status, 1)
        self.assertIn("OSError: [Errno 100]", err)
        self.assertIn("/nowhere/at/all", err)

    def test_no_library(self):
        script = Script("import espnow", "air:", launcher=False, environment={"NOWIRE_LIBRARY": "/nowhere/libnowire.so"})
        status, out, err = script.end()
        self.assertEqual(status, 1)
        self.assertIn("there is no libnowire.so (NOWIRE_LIBRARY may name it): /nowhere/libnowire.so", err)


if __name__ == "__main__":
    unittest.main()
