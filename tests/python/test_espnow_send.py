"""MicroPython's espnow: send, its counters and its errors (specification, 1.4 and 1.6)."""

import unittest

from world import ARG, IF, NOBODY, NOT_FOUND, ChipCase, now

import espnow

BROADCAST = b"\xff" * 6


class Send(ChipCase):
    def setUp(self):
        super().setUp()
        self.e = espnow.ESPNow()
        self.e.active(True)
        self.e.add_peer(self.peer)

    def test_forms(self):
        e = self.e
        for args in (
            (self.peer, b"m"),
            (self.peer, "m"),
            (self.peer, bytearray(b"m")),
            (self.peer, memoryview(b"m")),
            (bytearray(self.peer), "m"),
            (self.peer, "m", True),
            (self.peer, "m", None),
            (self.peer, "m", 1),
            (None, "m"),
            ("m",),
        ):
            self.assertIs(e.send(*args), True, args)
            self.assertEqual(self.partner.receive(), (self.mac, b"m"), args)
        for sync in (False, 0, "", []):
            self.assertIs(e.send(self.peer, "m", sync), True)
            self.assertEqual(self.partner.receive(), (self.mac, b"m"))

    def test_str_is_utf_8(self):
        self.e.send(self.peer, "grüß")
        self.assertEqual(self.partner.receive()[1], "grüß".encode())

    def test_what_is_wrong(self):
        e = self.e
        self.raises(TypeError, ("function doesn't take keyword arguments",), e.send, self.peer, msg="x")
        self.raises(TypeError, ("function doesn't take keyword arguments",), e.send, self.peer, "x", sync=False)
        self.raises(TypeError, ("function missing 1 required positional arguments",), e.send)
        self.raises(ValueError, ("invalid buffer length",), e.send, b"short", "x")
        self.raises(ValueError, ("invalid buffer length",), e.send, b"", "x")
        self.raises(TypeError, ("object with buffer protocol required",), e.send, 0, "x")
        self.raises(TypeError, ("object with buffer protocol required",), e.send, False, "x")
        self.raises(TypeError, ("object with buffer protocol required",), e.send, self.peer, 5)
        self.raises(TypeError, ("object with buffer protocol required",), e.send, self.peer, None)
        # The address is looked at before the message.
        self.raises(ValueError, ("invalid buffer length",), e.send, b"short", 5)

    def test_lengths(self):
        e = self.e
        self.raises(OSError, ARG, e.send, self.peer, b"")
        self.raises(OSError, ARG, e.send, self.peer, "")
        self.raises(OSError, ARG, e.send, self.peer, bytes(1471))
        self.raises(OSError, ARG, e.send, self.peer, bytes(1471), False)
        self.assertTrue(e.send(self.peer, bytes(1470)))
        self.assertEqual(len(self.partner.receive()[1]), 1470)
        self.assertEqual(e.stats()[:3], (1, 1, 0))

    def test_no_such_peer(self):
        self.raises(OSError, NOT_FOUND, self.e.send, NOBODY, "x")
        self.raises(OSError, NOT_FOUND, self.e.send, NOBODY, "x", False)
        self.e.del_peer(self.peer)
        self.raises(OSError, NOT_FOUND, self.e.send, None, "x")
        self.assertEqual(self.e.stats()[:3], (0, 0, 0))

    def test_interface_that_is_down(self):
        self.wlan.active(False)
        self.raises(OSError, IF, self.e.send, self.peer, "x")
        self.wlan.active(True)
        self.e.mod_peer(self.peer, ifidx=1)
        self.raises(OSError, IF, self.e.send, self.peer, "x")

    def test_broadcast_is_always_true(self):
        e = self.e
        e.add_peer(BROADCAST)
        self.assertIs(e.send(BROADCAST, "hello"), True)
        self.assertEqual(self.partner.receive(), (self.mac, b"hello"))
        self.partner.up(False)
        self.assertIs(e.send(BROADCAST, "nobody hears it"), True)
        # What a radio that is down gets is thrown away when its thread looks at it.
        self.assertIsNone(self.partner.receive(0.1))
        self.partner.up(True)
        # To all is not to groups.
        self.assertIs(e.send("all"), True)
        self.assertEqual(self.partner.receive(), (self.mac, b"all"))
        self.assertIsNone(self.partner.receive(0.05))

    def test_only_groups_as_peers(self):
        self.e.del_peer(self.peer)
        self.e.add_peer(BROADCAST)
        self.assertIs(self.e.send("to nobody"), True)

    def test_failure_is_false_and_within_100_ms(self):
        e = self.e
        e.add_peer(NOBODY)
        from nowire import _chip

        before = _chip.now()
        self.assertIs(e.send(NOBODY, bytes(250)), False)
        self.assertLess(_chip.now() - before, 100000 + 15000)
        self.assertEqual(e.stats()[:3], (1, 1, 1))
        self.assertIs(e.send(NOBODY, "x", False), True)
        # To all: one of them does not answer.
        self.assertIs(e.send("x"), False)
        self.assertEqual(self.partner.receive()[1], b"x")

    def test_other_channel_is_false_and_not_heard(self):
        self.partner.channel(6)
        self.assertIs(self.e.send(self.peer, "x"), False)
        self.assertIsNone(self.partner.receive(0.02))
        self.wlan.config(channel=6)
        self.assertIs(self.e.send(self.peer, "x"), True)

    def test_acknowledged_though_nobody_reads(self):
        self.partner.lib.stop(self.partner.handle)
        self.assertIs(self.e.send(self.peer, "x"), True)

    def test_a_long_message_to_nobody_is_a_timeout_until_it_has_ended(self):
        e = self.e
        e.add_peer(NOBODY)
        error = self.raises(OSError, (110,), e.send, NOBODY, bytes(1470))
        self.assertEqual(error.errno, 110)
        # What is sent next waits for it first.
        self.raises(OSError, (110,), e.send, self.peer, "x")
        e.active(False)
        self.assertEqual(e.stats()[0], e.stats()[1])
        e.active(True)
        e.add_peer(self.peer)

        def sent():
            try:
                return e.send(self.peer, "x")
            except OSError:
                # The radio is busy with the long one still.
                return False

        self.until(sent)

    def test_counts_one_for_each_peer(self):
        e = self.e
        e.add_peer(NOBODY)
        e.add_peer(BROADCAST)
        e.send("x")
        self.assertEqual(e.stats()[:3], (2, 2, 1))
        e.send(self.peer, "y")
        self.assertEqual(e.stats()[:3], (3, 3, 1))

    def test_async_ends_are_counted_later(self):
        e = self.e
        for _ in range(5):
            self.assertIs(e.send(self.peer, bytes(250), False), True)
        self.assertEqual(e.stats()[0], 5)
        self.until(lambda: e.stats()[1] == 5)
        self.assertEqual(e.stats()[2], 0)

    def test_what_was_sent_before_is_waited_for_and_not_counted(self):
        e = self.e
        e.add_peer(NOBODY)
        e.send(NOBODY, "x", False)
        self.assertIs(e.send(self.peer, "y"), True)
        self.assertEqual(e.stats()[:3], (2, 2, 1))

    def test_no_buffers_wait_up_to_two_seconds(self):
        e = self.e
        began = now()
        for i in range(200):
            self.assertIs(e.send(self.peer, bytes(250), False), True)
        self.assertGreater(now() - began, 0.2)
        self.until(lambda: e.stats()[1] == 200)


class ActiveFalse(ChipCase):
    def test_what_is_gone_and_what_stays(self):
        e = espnow.ESPNow()
        e.config(rxbuf=1000, timeout_ms=10)
        e.active(True)
        e.add_peer(self.peer)
        e.send(self.peer, "x")
        called = []
        e.irq(called.append)
        self.partner.send(self.mac, b"one")
        self.until(lambda: len(called) == 1)
        e.recv(0)
        self.partner.send(self.mac, b"two")
        self.until(e.any)
        self.assertIs(e.active(False), False)
        self.assertEqual(e.stats(), (1, 1, 0, 2, 0))
        self.assertEqual((e.config("rxbuf"), e.config("timeout_ms")), (1000, 10))
        self.assertEqual(list(e.peers_table), [self.peer])
        # The radio still acknowledges; nobody is told.
        del called[:]
        self.assertTrue(self.partner.send(self.mac, b"three"))
        e.active(True)
        self.assertEqual(e.peer_count(), (0, 0))
        self.assertFalse(e.any())
        self.assertEqual(e.recv(0), (None, None))
        self.partner.send(self.mac, b"four")
        self.assertEqual(e.recv(5000), [self.peer, b"four"])
        self.assertEqual(called, [])


if __name__ == "__main__":
    unittest.main()
