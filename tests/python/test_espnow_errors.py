"""MicroPython's espnow: module, object, arguments and errors (specification of the chip's behaviour, 1.1 to 1.3)."""

import unittest

from world import NOT_INIT, ChipCase

import espnow


class Constants(unittest.TestCase):
    def test_the_package_is_of_the_librarys_version(self):
        import nowire
        from nowire import _abi

        self.assertEqual(nowire.__version__, _abi.text(_abi.lib.version()))

    def test_they_have_the_chips_values(self):
        for name, value in {
            "MAX_DATA_LEN": 1470,
            "ADDR_LEN": 6,
            "KEY_LEN": 16,
            "MAX_TOTAL_PEER_NUM": 20,
            "MAX_ENCRYPT_PEER_NUM": 6,
            "RATE_1M": 0,
            "RATE_2M": 1,
            "RATE_5M": 2,
            "RATE_11M": 3,
            "RATE_24M": 9,
            "RATE_12M": 10,
            "RATE_6M": 11,
            "RATE_54M": 12,
            "RATE_LORA_250K": 0x29,
            "RATE_LORA_500K": 0x2A,
        }.items():
            self.assertEqual(getattr(espnow, name), value, name)

    def test_the_module_has_the_classes(self):
        self.assertTrue(issubclass(espnow.ESPNow, espnow.ESPNowBase))
        # Document 000 has the class of aioespnow here.
        import aioespnow

        self.assertIs(espnow.AIOESPNow, aioespnow.AIOESPNow)
        self.assertIsInstance(espnow.AIOESPNow(), aioespnow.AIOESPNow)


class Objects(ChipCase):
    def test_all_share_one_state(self):
        a, b = espnow.ESPNow(), espnow.ESPNow()
        self.assertFalse(b.active())
        a.active(True)
        self.assertTrue(b.active())
        a.add_peer(self.peer)
        self.assertEqual(b.peer_count(), (1, 0))
        self.assertIs(a.peers_table, b.peers_table)
        self.assertIs(a._data, b._data)

    def test_active_takes_anything_and_tells_the_state(self):
        e = espnow.ESPNow()
        self.assertIs(e.active(), False)
        self.assertIs(e.active("yes"), True)
        self.assertIs(e.active(1), True)
        self.assertIs(e.active([]), False)
        self.assertIs(e.active(0), False)
        self.assertIs(e.active(None), False)

    def test_active_again_changes_nothing(self):
        e = espnow.ESPNow()
        e.active(True)
        e.add_peer(self.peer)
        self.partner.send(self.mac, b"x")
        self.until(e.any)
        self.assertIs(e.active(True), True)
        self.assertEqual((e.peer_count(), e.any()), ((1, 0), True))

    def test_takes_no_arguments(self):
        self.assertRaises(TypeError, espnow.ESPNow, 1)

    def test_works_before_the_interface_is_up(self):
        self.wlan.active(False)
        e = espnow.ESPNow()
        e.active(True)
        e.set_pmk(b"0123456789abcdef")
        e.add_peer(self.peer)
        self.raises(OSError, (-12396, "ESP_ERR_ESPNOW_IF"), e.send, self.peer, "x")
        self.wlan.active(True)
        self.assertTrue(e.send(self.peer, "x"))


class Inactive(ChipCase):
    def test_everything_that_needs_it_says_so(self):
        e = espnow.ESPNow()
        self.raises(OSError, NOT_INIT, e.recv)
        self.raises(OSError, NOT_INIT, e.recv, 0)
        self.raises(OSError, NOT_INIT, e.recv, 10)
        self.raises(OSError, NOT_INIT, e.irecv, 0)
        self.raises(OSError, NOT_INIT, e.recvinto, [None, bytearray(10)])
        self.raises(OSError, NOT_INIT, e.any)
        self.raises(OSError, NOT_INIT, e.send, self.peer, "x")
        self.raises(OSError, NOT_INIT, e.send, "x")
        self.raises(OSError, NOT_INIT, e.add_peer, self.peer)
        self.raises(OSError, NOT_INIT, e.mod_peer, self.peer)
        self.raises(OSError, NOT_INIT, e.del_peer, self.peer)
        self.raises(OSError, NOT_INIT, e.get_peer, self.peer)
        self.raises(OSError, NOT_INIT, e.get_peers)
        self.raises(OSError, NOT_INIT, e.peer_count)
        self.raises(OSError, NOT_INIT, e.set_pmk, bytes(16))
        self.raises(OSError, NOT_INIT, next, e)

    def test_some_works_all_the_same(self):
        e = espnow.ESPNow()
        self.assertEqual(e.stats(), (0, 0, 0, 0, 0))
        self.assertEqual(e.config("rxbuf"), 2968)
        self.assertIsNone(e.config(timeout_ms=5))
        self.assertIsNone(e.irq(lambda e: None))
        self.assertEqual(e.peers_table, {})
        self.assertIs(iter(e), e)

    def test_it_comes_before_or_after_what_is_wrong_with_arguments_as_on_the_chip(self):
        e = espnow.ESPNow()
        # send and recv look at their arguments afterwards,
        self.raises(OSError, NOT_INIT, e.send, b"short", "x")
        self.raises(OSError, NOT_INIT, e.send, 1, 2)
        self.raises(OSError, NOT_INIT, e.recv, "x")
        self.raises(OSError, NOT_INIT, e.recvinto, 5)
        # peers and keys before.
        self.raises(ValueError, ("invalid buffer length",), e.set_pmk, b"short")
        self.raises(ValueError, ("invalid buffer length",), e.del_peer, b"short")
        self.raises(ValueError, ("invalid buffer length",), e.get_peer, b"short")
        self.raises(ValueError, ("invalid buffer length",), e.add_peer, b"short")
        self.raises(TypeError, ("object with buffer protocol required",), e.del_peer, 5)

    def test_also_after_it_was_active(self):
        e = espnow.ESPNow()
        e.active(True)
        e.active(False)
        self.raises(OSError, NOT_INIT, e.recv, 0)
        self.raises(OSError, NOT_INIT, e.send, self.peer, "x", False)
        self.raises(OSError, NOT_INIT, e.any)


class Config(ChipCase):
    def setUp(self):
        super().setUp()
        self.e = espnow.ESPNow()

    def test_gets_and_sets(self):
        e = self.e
        self.assertEqual(e.config("rxbuf"), 2968)
        self.assertEqual(e.config("timeout_ms"), 300000)
        self.assertIsNone(e.config(rxbuf=528, timeout_ms=100))
        self.assertEqual((e.config("rxbuf"), e.config("timeout_ms")), (528, 100))
        self.assertIsNone(e.config())

    def test_sets_before_it_gets(self):
        self.assertEqual(self.e.config("timeout_ms", timeout_ms=77), 77)

    def test_a_negative_size_is_ignored_and_a_negative_timeout_is_not(self):
        e = self.e
        e.config(rxbuf=-5, timeout_ms=-5)
        self.assertEqual((e.config("rxbuf"), e.config("timeout_ms")), (2968, -5))

    def test_what_is_wrong(self):
        e = self.e
        self.raises(ValueError, ("unknown config param",), e.config, "rate")
        self.raises(ValueError, ("unknown config param",), e.config, "timeout")
        self.raises(TypeError, ("extra keyword arguments given",), e.config, timeout=5)
        self.raises(TypeError, ("extra positional arguments given",), e.config, "rxbuf", "rxbuf")
        self.raises(TypeError, ("can't convert str to int",), e.config, rxbuf="5")
        self.raises(TypeError, ("can't convert float to int",), e.config, timeout_ms=5.0)
        self.raises(TypeError, ("can't convert NoneType to int",), e.config, rate=None)

    def test_a_rate_needs_an_interface(self):
        e = self.e
        self.assertIsNone(e.config(rate=espnow.RATE_LORA_250K))
        self.assertIsNone(e.config(rate=-1))
        self.raises(OSError, (-258, "ESP_ERR_INVALID_ARG"), e.config, rate=200)
        self.wlan.active(False)
        self.raises(OSError, (2,), e.config, rate=espnow.RATE_24M)

    def test_a_rate_is_that_of_what_is_sent(self):
        e = self.e
        e.active(True)
        e.add_peer(self.peer)
        for rate in (espnow.RATE_1M, espnow.RATE_54M, espnow.RATE_LORA_500K):
            e.config(rate=rate)
            self.assertTrue(e.send(self.peer, "x"))

    def test_the_ring_is_made_by_active(self):
        e = self.e
        e.active(True)
        e.config(rxbuf=60)
        for _ in range(10):
            self.partner.send(self.mac, b"a message")
        self.until(lambda: e.stats()[3] == 10)
        e.active(False)
        e.active(True)
        self.partner.send(self.mac, b"a message")
        self.partner.send(self.mac, b"a message")
        self.partner.send(self.mac, b"a message")
        self.until(lambda: e.stats()[3:] == (12, 1))


class Keys(ChipCase):
    def test_set_pmk(self):
        e = espnow.ESPNow()
        e.active(True)
        for key in (b"0123456789abcdef", "0123456789abcdef", bytearray(16), memoryview(bytes(16))):
            self.assertIsNone(e.set_pmk(key))
        self.raises(ValueError, ("invalid buffer length",), e.set_pmk, b"0123456789abcde")
        self.raises(TypeError, ("object with buffer protocol required",), e.set_pmk, 16)
        self.raises(TypeError, ("object with buffer protocol required",), e.set_pmk, None)


class Irq(ChipCase):
    def test_takes_callables_and_none(self):
        e = espnow.ESPNow()
        for active in (False, True):
            e.active(active)
            self.assertIsNone(e.irq(lambda e: None))
            self.assertIsNone(e.irq(None))
            self.raises(ValueError, ("invalid handler",), e.irq, 5)
            self.assertRaises(TypeError, e.irq, None, 5)

    def test_the_base_takes_an_argument_for_it(self):
        called = []
        base = espnow.ESPNowBase()
        base.active(True)
        base.irq(called.append, 5)
        self.partner.send(self.mac, b"x")
        self.until(lambda: called == [5])


if __name__ == "__main__":
    unittest.main()
