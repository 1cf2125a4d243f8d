"""Callbacks for messages: irq(), micropython.schedule() (specification, 1.8)."""

import signal
import threading
import time
import unittest

from world import PATIENCE, ChipCase, Script

import espnow
import micropython


class Irq(ChipCase):
    def setUp(self):
        super().setUp()
        self.e = espnow.ESPNow()
        self.e.active(True)
        self.called = []

    def test_once_for_each_message_with_the_object(self):
        e = self.e
        e.irq(self.called.append)
        for i in range(5):
            self.partner.send(self.mac, b"%d" % i)
            self.until(lambda: len(self.called) == i + 1)
        self.assertTrue(all(x is e for x in self.called))
        self.assertEqual(e.recv(0)[1], b"0")

    def test_in_the_main_thread_inside_sleep(self):
        when = []

        def callback(e):
            when.append((time.monotonic(), threading.current_thread()))

        self.e.irq(callback)
        began = time.monotonic()
        self.later(0.1, self.partner.send, self.mac, b"x")
        time.sleep(0.6)
        self.assertTrue(0.59 < time.monotonic() - began)
        self.assertEqual(len(when), 1)
        self.assertLess(when[0][0] - began, 0.5)
        self.assertIs(when[0][1], threading.main_thread())

    def test_inside_recv(self):
        e = self.e
        got = []

        def callback(e):
            while e.any():
                got.append(e.irecv(0)[1][:])

        e.irq(callback)
        self.later(0.1, self.partner.send, self.mac, b"x")
        began = time.monotonic()
        # Who is first has it.
        result = e.recv(400)
        self.assertIn((got, result), (([b"x"], (None, None)), ([], [self.peer, b"x"])))

    def test_reads_all_that_waits(self):
        e = self.e
        got = []

        def callback(e):
            while True:
                mac, msg = e.irecv(0)
                if mac is None:
                    return
                got.append(bytes(msg))

        e.irq(callback)
        for i in range(50):
            self.partner.send(self.mac, b"%d" % i)
        self.until(lambda: len(got) == 50)
        self.assertEqual(got, [b"%d" % i for i in range(50)])

    def test_eight_wait_and_more_are_lost(self):
        e = self.e

        def callback(e):
            self.called.append(e)
            if len(self.called) == 1:
                # While this runs, the others come.
                for i in range(20):
                    self.partner.send(self.mac, b"%d" % i)
                self.until(lambda: e.stats()[3] == 21)

        e.irq(callback)
        self.partner.send(self.mac, b"first")
        self.until(lambda: len(self.called) >= 9)
        time.sleep(0.05)
        self.assertEqual(len(self.called), 9)
        # Their messages are not.
        self.assertEqual(sum(1 for _ in iter(lambda: e.recv(0)[1], None)), 21)

    def test_what_is_dropped_calls_nobody(self):
        e = self.e
        e.active(False)
        e.config(rxbuf=32)
        e.active(True)
        e.irq(self.called.append)
        for _ in range(4):
            self.partner.send(self.mac, b"0123456789")
        self.until(lambda: sum(e.stats()[3:]) == 4)
        time.sleep(0.02)
        self.assertEqual((e.stats()[3:], len(self.called)), ((1, 3), 1))

    def test_what_remains_does_not_call_again(self):
        e = self.e
        self.partner.send(self.mac, b"before")
        self.until(e.any)
        e.irq(self.called.append)
        time.sleep(0.05)
        self.assertEqual(self.called, [])

    def test_none_and_active_false_end_it(self):
        e = self.e
        for end in (lambda: e.irq(None), lambda: (e.active(False), e.active(True))):
            e.irq(self.called.append)
            end()
            self.partner.send(self.mac, b"x")
            self.until(e.any)
            time.sleep(0.02)
            self.assertEqual(self.called, [])
            e.recv(0)

    def test_set_while_inactive(self):
        e = self.e
        e.active(False)
        e.irq(self.called.append)
        e.active(True)
        self.partner.send(self.mac, b"x")
        self.until(lambda: self.called == [e])

    def test_an_exception_is_printed_and_the_program_goes_on(self):
        import contextlib
        import io

        def callback(e):
            self.called.append(e)
            raise ValueError("of the callback")

        self.e.irq(callback)
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            for i in range(2):
                self.partner.send(self.mac, b"x")
                self.until(lambda: len(self.called) == i + 1)
        self.assertEqual(said.getvalue().count("ValueError: of the callback"), 2)

    def test_set_in_another_thread(self):
        e = self.e
        threads = []

        def callback(e):
            self.called.append(e.recv(0)[1])
            threads.append(threading.current_thread())

        setter = threading.Thread(target=e.irq, args=(callback,))
        setter.start()
        setter.join()
        for i in range(20):
            self.partner.send(self.mac, b"%d" % i)
            self.until(lambda: len(self.called) == i + 1)
        self.assertEqual(self.called, [b"%d" % i for i in range(20)])
        self.assertIsNot(threads[0], threading.main_thread())

    def test_a_callback_sends(self):
        e = self.e
        e.add_peer(self.peer)

        def callback(e):
            while e.any():
                e.send(self.peer, b"echo " + e.recv(0)[1])

        e.irq(callback)
        self.partner.send(self.mac, b"x")
        answer = []
        thread = threading.Thread(target=lambda: answer.append(self.partner.receive()))
        thread.start()
        self.until(lambda: answer)
        self.assertEqual(answer, [(self.mac, b"echo x")])

    def test_callback_and_program_both_read(self):
        """Each message is read once and is whole."""
        e = self.e
        got = []

        def callback(e):
            while True:
                mac, msg = e.irecv(0)
                if mac is None:
                    return
                got.append(bytes(msg))

        e.active(False)
        e.config(rxbuf=1 << 20)
        e.active(True)
        e.irq(callback)
        wanted = [b"%d-" % i + b"x" * (i % 200) for i in range(300)]
        sender = threading.Thread(target=lambda: [self.partner.send(self.mac, m) for m in wanted])
        sender.start()
        while len(got) < 300:
            mac, msg = e.recv(PATIENCE * 1000 if sender.is_alive() and not got else 50)
            if mac is not None:
                got.append(msg)
            elif not sender.is_alive():
                break
        sender.join()
        self.assertEqual(sorted(got), sorted(wanted))


class Schedule(unittest.TestCase):
    def test_runs_soon_in_the_main_thread(self):
        called = []
        micropython.schedule(called.append, 1)
        deadline = time.monotonic() + PATIENCE
        while not called and time.monotonic() < deadline:
            time.sleep(0.001)
        self.assertEqual(called, [1])

        where = []
        thread = threading.Thread(
            target=micropython.schedule, args=(lambda x: where.append(threading.current_thread()), 2)
        )
        thread.start()
        thread.join()
        while not where and time.monotonic() < deadline:
            time.sleep(0.001)
        self.assertEqual(where, [threading.main_thread()])

    def test_eight_wait(self):
        results = []

        def first(_):
            for i in range(8):
                micropython.schedule(results.append, i)
            try:
                micropython.schedule(results.append, 8)
            except RuntimeError as e:
                results.append(e.args)

        micropython.schedule(first, None)
        deadline = time.monotonic() + PATIENCE
        while len(results) < 9 and time.monotonic() < deadline:
            time.sleep(0.001)
        self.assertEqual(results, [("schedule queue full",), 0, 1, 2, 3, 4, 5, 6, 7])


class Interrupt(ChipCase):
    def test_ctrl_c_in_waits(self):
        e = espnow.ESPNow()
        e.active(True)
        main = threading.main_thread().ident
        for wait in (lambda: e.recv(-1), e.irecv, lambda: e.recvinto([None, bytearray(9)], -1), lambda: next(e)):
            timer = threading.Timer(0.1, signal.pthread_kill, (main, signal.SIGINT))
            began = time.monotonic()
            timer.start()
            self.assertRaises(KeyboardInterrupt, wait)
            self.assertLess(time.monotonic() - began, 2)

    def test_ctrl_c_ends_a_program(self):
        text = "import network, espnow\nnetwork.WLAN().active(True)\ne = espnow.ESPNow()\ne.active(True)\n"
        for launcher in (True, False):
            script = Script(text + "print('up')\ne.recv(-1)\n", self.air.url(name="c"), launcher=launcher)
            self.assertEqual(script.line(), "up")
            time.sleep(0.1)
            script.process.send_signal(signal.SIGINT)
            status, out, err = script.end()
            self.assertEqual(status, -signal.SIGINT)
            self.assertIn("KeyboardInterrupt", err)


if __name__ == "__main__":
    unittest.main()
