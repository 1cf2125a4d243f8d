"""The older class, `from esp import espnow` (specification, 1.10)."""

import asyncio
import select
import unittest

from world import ARG, EXIST, FULL, IF, NOBODY, NOT_FOUND, NOT_INIT, ChipCase, now, sleep

import esp
import uasyncio
from esp import espnow

BROADCAST = b"\xff" * 6
KEY = b"0123456789abcdef"


class OlderCase(ChipCase):
    def setUp(self):
        super().setUp()
        del esp._only[:]
        self.e = espnow.ESPNow()

    def came(self, *messages):
        before = sum(self.e.stats()[3:])
        for message in messages:
            self.partner.send(self.mac, message)
        self.until(lambda: sum(self.e.stats()[3:]) == before + len(messages))


class Object(OlderCase):
    def test_there_is_one(self):
        self.assertIs(espnow.ESPNow(), self.e)
        self.assertEqual(repr(self.e), "ESPNow(rxbuf=516, timeout=300000)")
        import espnow as newer

        self.assertFalse(isinstance(self.e, newer.ESPNowBase))
        self.assertEqual((espnow.MAX_DATA_LEN, espnow.KEY_LEN), (250, 16))
        self.assertEqual((espnow.MAX_TOTAL_PEER_NUM, espnow.MAX_ENCRYPT_PEER_NUM), (20, 6))
        self.assertEqual(self.e.version(), 1)

    def test_init_and_deinit(self):
        e = self.e
        for _ in range(2):
            self.assertIsNone(e.init())
        e.add_peer(self.peer)
        handler = lambda e: None
        e.config(on_recv=handler)
        for _ in range(2):
            self.assertIsNone(e.deinit())
        self.raises(OSError, NOT_INIT, e.send, "x")
        self.raises(OSError, NOT_INIT, e.recv, 0)
        self.raises(OSError, NOT_INIT, e.irecv, 0)
        self.raises(OSError, NOT_INIT, e.poll)
        self.raises(OSError, NOT_INIT, e.read)
        self.raises(OSError, NOT_INIT, e.write, b"")
        self.raises(OSError, NOT_INIT, e.clear, True)
        self.assertEqual(list(e), [])
        self.assertIs(e.config("on_recv"), handler)
        e.init()
        self.assertEqual(e.peer_count(), (0, 0))
        e.deinit()
        # The ESP8266's form.
        e.init(1000)
        self.assertEqual(e.config("rxbuf"), 1000)

    def test_config(self):
        e = self.e
        self.assertEqual((e.config("rxbuf"), e.config("timeout"), e.config("on_recv")), (516, 300000, None))
        self.assertIsNone(e.config(rxbuf=1000, timeout=5))
        self.assertEqual((e.config("rxbuf"), e.config("timeout")), (1000, 5))
        e.config(timeout=-1)
        self.assertEqual(e.config("timeout"), 5)
        # No look at what it is.
        e.config(on_recv=5)
        self.assertEqual(e.config("on_recv"), 5)
        e.config(on_recv=None)
        self.raises(ValueError, ("unknown config param",), e.config, "timeout_ms")
        self.raises(ValueError, ("unknown config param",), e.config, timeout_ms=5)

    def test_clear(self):
        e = self.e
        e.init()
        self.came(b"x")
        for wrong in ((), (1,), ("True",), (False,)):
            self.raises(ValueError, ("arg must be True",), e.clear, *wrong)
        self.assertTrue(e.poll())
        self.assertIsNone(e.clear(True))
        self.assertIs(e.poll(), False)


class Messages(OlderCase):
    def setUp(self):
        super().setUp()
        self.e.init()
        self.e.add_peer(self.peer)

    def test_recv(self):
        e = self.e
        self.came(b"one")
        self.assertIs(e.poll(), True)
        result = e.recv()
        self.assertEqual(result, (self.peer, b"one"))
        self.assertEqual([type(x) for x in result], [bytes, bytes])
        self.assertEqual(e.recv(0), (None, None))
        began = now()
        self.assertEqual(e.recv(50), (None, None))
        self.assertGreater(now() - began, 0.045)

    def test_irecv_gives_the_same_tuple(self):
        e = self.e
        self.came(b"one", b"three")
        first = e.irecv()
        self.assertIs(type(first), tuple)
        self.assertEqual([type(x) for x in first], [bytearray, bytearray])
        self.assertEqual(first, (self.peer, b"one"))
        self.assertIs(e.irecv(0), first)
        self.assertEqual(first, (self.peer, b"three"))
        self.assertEqual(e.irecv(0), (None, None))
        self.assertEqual(first[1], b"")

    def test_iteration(self):
        e = self.e
        e.config(timeout=10)
        self.came(b"one")
        got = []
        for mac, msg in e:
            if mac is None:
                break
            got.append((bytes(mac), bytes(msg)))
        self.assertEqual(got, [(self.peer, b"one")])
        e.deinit()
        self.assertRaises(StopIteration, next, e)

    def test_send(self):
        e = self.e
        for args in ((self.peer, "m"), (self.peer, b"m", True), ("m",), (None, "m"), (b"", "m"), (False, "m")):
            self.assertIs(e.send(*args), True, args)
            self.assertEqual(self.partner.receive(), (self.mac, b"m"))
        for args in ((self.peer, "m", False), (self.peer, "m", None)):
            self.assertIs(e.send(*args), True)
            self.assertEqual(self.partner.receive(), (self.mac, b"m"))
        self.raises(ValueError, ("wrong length",), e.send, b"short", "m")
        self.raises(OSError, NOT_FOUND, e.send, NOBODY, "m")
        self.raises(OSError, ARG, e.send, self.peer, b"")
        self.raises(OSError, ARG, e.send, self.peer, bytes(251))
        e.add_peer(NOBODY)
        self.assertIs(e.send(NOBODY, "m"), False)
        self.assertIs(e.send("m"), False)
        self.assertIs(e.send(NOBODY, "m", None), True)
        self.wlan.active(False)
        self.raises(OSError, IF, e.send, self.peer, "m")

    def test_stats(self):
        e = self.e
        e.send(self.peer, "x")
        self.came(b"y")
        self.assertEqual(e.stats(), (1, 1, 0, 1, 0))

    def test_ring(self):
        # 8 + length each; the ring of 516 holds one of 250 and one of 249 bytes.
        self.came(bytes(250), bytes(250))
        self.assertEqual(self.e.stats()[3:], (1, 1))
        self.came(bytes(249))
        self.assertEqual(self.e.stats()[3:], (2, 1))

    def test_messages_that_are_too_long_for_it(self):
        e = self.e
        e.deinit()
        e.config(rxbuf=5000)
        e.init()
        self.came(bytes(300), b"x")
        self.raises(ValueError, ("Buffer error",), e.recv, 0)
        self.assertEqual(e.recv(0), (None, None))

    def test_on_recv(self):
        e = self.e
        called = []
        e.config(on_recv=called.append)
        self.came(b"x")
        self.until(lambda: called == [e])
        e.deinit()
        e.init()
        self.came(b"x")
        self.until(lambda: called == [e, e])
        e.config(on_recv=None)
        self.came(b"x")
        sleep(0.02)
        self.assertEqual(len(called), 2)

    def test_poll_object(self):
        poll = select.poll()
        poll.register(self.e, select.POLLIN)
        self.assertEqual(poll.poll(0), [])
        self.came(b"x")
        self.assertEqual([flags for _, flags in poll.poll(0)], [select.POLLIN])
        self.assertEqual(self.e.ioctl(3, 5), 5)
        self.e.deinit()
        # CPython asks for a descriptor at once, MicroPython for what there is later.
        self.raises(OSError, NOT_INIT, lambda: (poll.register(self.e), poll.poll(0)))
        self.raises(OSError, NOT_INIT, self.e.ioctl, 3, 5)


class Peers(OlderCase):
    def setUp(self):
        super().setUp()
        self.e.init()

    def test_forms(self):
        e = self.e
        # As example 2 of document 001.
        e.add_peer(NOBODY, None, None, 1)
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, bytes(16), 0, 1, False))
        e.mod_peer(NOBODY, KEY)
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, KEY, 0, 1, True))
        e.mod_peer(NOBODY, encrypt=False, channel=3, ifidx=0)
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, KEY, 3, 0, False))
        e.add_peer(self.peer, lmk=KEY.decode())
        e.add_peer(BROADCAST)
        self.assertEqual(e.peer_count(), (3, 1))
        self.assertEqual(e.get_peers(), (e.get_peer(NOBODY), e.get_peer(self.peer)))
        self.assertIsNone(e.del_peer(NOBODY))

    def test_errors(self):
        e = self.e
        e.add_peer(NOBODY)
        self.raises(OSError, EXIST, e.add_peer, NOBODY)
        self.raises(OSError, NOT_FOUND, e.del_peer, self.peer)
        self.raises(OSError, NOT_FOUND, e.get_peer, self.peer)
        self.raises(OSError, NOT_FOUND, e.mod_peer, self.peer)
        self.raises(ValueError, ("wrong length",), e.add_peer, b"short")
        self.raises(ValueError, ("wrong length",), e.add_peer, self.peer, b"short")
        self.raises(ValueError, ("wrong length",), e.set_pmk, b"short")
        self.assertIsNone(e.set_pmk(KEY))
        for i in range(19):
            e.add_peer(bytes((2, 0, 0, 0, 1, i)))
        self.raises(OSError, FULL, e.add_peer, self.peer)


class Stream(OlderCase):
    def setUp(self):
        super().setUp()
        self.e.init()
        self.e.add_peer(self.peer)

    def packet(self, message, address=None):
        return bytes((0x99, len(message))) + (address or self.peer) + message

    def test_read(self):
        e = self.e
        self.assertIsNone(e.read())
        self.assertIsNone(e.read(100))
        self.assertIsNone(e.read1())
        both = self.packet(b"one") + self.packet(b"three")
        for read, wanted in (
            (lambda: e.read(), both),
            (lambda: e.read(-1), both),
            (lambda: e.read1(), both),
            (lambda: e.read(100), both),
            (lambda: e.read(23), self.packet(b"one")),
            (lambda: e.read1(100), self.packet(b"one")),
        ):
            e.clear(True)
            self.came(b"one", b"three")
            self.assertEqual(read(), wanted)
        self.assertEqual(e.read(13), self.packet(b"three"))

    def test_readinto(self):
        e = self.e
        buffer = bytearray(100)
        self.assertIsNone(e.readinto(buffer))
        self.assertIsNone(e.readinto1(buffer))
        self.came(b"one", b"three", b"x")
        self.assertEqual(e.readinto1(buffer), 11)
        self.assertEqual(buffer[:11], self.packet(b"one"))
        self.assertEqual(len(buffer), 100)
        self.assertEqual(e.readinto(memoryview(buffer)), 22)
        self.assertEqual(buffer[:22], self.packet(b"three") + self.packet(b"x"))

    def test_a_small_buffer_is_refused_and_nothing_is_lost(self):
        e = self.e
        self.came(b"one")
        for read in (lambda: e.read(10), lambda: e.read1(5), lambda: e.readinto(bytearray(10)), lambda: e.read(0)):
            self.raises(ValueError, ("ESP-Now: Buffer too small",), read)
        self.assertEqual(e.recv(0), (self.peer, b"one"))

    def test_write(self):
        e = self.e
        data = self.packet(b"one") + self.packet(b"three")
        self.assertEqual(e.write(data), len(data))
        self.assertEqual([self.partner.receive()[1] for _ in range(2)], [b"one", b"three"])
        self.assertEqual(e.write(bytearray(self.packet(b"x"))), 9)
        self.assertEqual(e.write(b""), 0)
        self.raises(ValueError, ("ESP-Now: Bad packet",), e.write, b"\x98" + data[1:])
        self.raises(ValueError, ("ESP-Now: Buffer too small for packet",), e.write, data[:-1])
        self.raises(ValueError, ("ESP-Now: Buffer too small for packet",), e.write, b"\x99\x01")
        self.raises(OSError, NOT_FOUND, e.write, self.packet(b"x", NOBODY))

    def test_stream_reader(self):
        e = self.e

        async def main():
            s = uasyncio.StreamReader(e)
            self.later(0.05, self.partner.send, self.mac, b"pong\n")
            self.assertEqual(await s.read(100), self.packet(b"pong\n"))
            self.came(b"one", b"two\n", b"three")
            self.assertEqual(await s.readexactly(8), self.packet(b"one")[:8])
            self.assertEqual(await s.readexactly(3), b"one")
            self.assertEqual(await s.readline(), self.packet(b"two\n"))
            buffer = bytearray(50)
            self.assertEqual(await s.readinto(buffer), 13)
            self.came(b"x")
            self.assertEqual(await s.read1(), self.packet(b"x"))
            w = uasyncio.StreamWriter(e, {})
            w.write(self.packet(b"written"))
            await w.drain()
            w.close()
            await w.wait_closed()

        if not hasattr(asyncio, "run"):
            self.skipTest("this MicroPython has no asyncio.run()")
        asyncio.run(asyncio.wait_for(main(), 20))
        self.assertEqual(self.partner.receive(), (self.mac, b"written"))


if __name__ == "__main__":
    unittest.main()
