"""MicroPython's espnow: peers (specification, 1.7)."""

import unittest

from world import ARG, CHAN, EXIST, FULL, NOBODY, NOT_FOUND, ChipCase

import espnow
import network

ZERO = bytes(16)
KEY = b"0123456789abcdef"
BROADCAST = b"\xff" * 6


class Peers(ChipCase):
    def setUp(self):
        super().setUp()
        self.e = espnow.ESPNow()
        self.e.active(True)

    def test_defaults(self):
        self.assertIsNone(self.e.add_peer(self.peer))
        self.assertEqual(self.e.get_peer(self.peer), (self.peer, ZERO, 0, 0, False))
        self.assertIsInstance(self.e.get_peer(self.peer), tuple)
        self.assertIs(self.e.get_peer(self.peer)[4], False)

    def test_positional_and_keywords(self):
        e = self.e
        e.add_peer(NOBODY, KEY, 1, network.AP_IF, False)
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, KEY, 1, 1, False))
        e.del_peer(NOBODY)
        e.add_peer(NOBODY, lmk=KEY, ifidx=0, channel=1, encrypt=True)
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, KEY, 1, 0, True))
        e.del_peer(NOBODY)
        e.add_peer(NOBODY, None, None, network.AP_IF)
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, ZERO, 0, 1, False))

    def test_lmk_forms(self):
        e = self.e
        for lmk, stored, encrypt in (
            (None, ZERO, False),
            (b"", ZERO, False),
            ("", ZERO, False),
            (False, ZERO, False),
            (0, ZERO, False),
            (KEY, KEY, True),
            (KEY.decode(), KEY, True),
            (bytearray(KEY), KEY, True),
        ):
            e.add_peer(NOBODY, lmk)
            self.assertEqual(e.get_peer(NOBODY), (NOBODY, stored, 0, 0, encrypt), lmk)
            e.del_peer(NOBODY)
        self.raises(TypeError, ("object with buffer protocol required",), e.add_peer, NOBODY, 1)
        self.raises(TypeError, ("object with buffer protocol required",), e.add_peer, NOBODY, True)
        self.raises(ValueError, ("invalid buffer length",), e.add_peer, NOBODY, b"short")

    def test_encrypt_comes_last(self):
        e = self.e
        e.add_peer(NOBODY, KEY, encrypt=False)
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, KEY, 0, 0, False))
        e.mod_peer(NOBODY, encrypt=True)
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, KEY, 0, 0, True))
        e.del_peer(NOBODY)
        e.add_peer(NOBODY, encrypt=True)
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, ZERO, 0, 0, True))

    def test_mod_peer_changes_what_is_given(self):
        e = self.e
        e.add_peer(NOBODY, KEY, 1, 1)
        self.assertIsNone(e.mod_peer(NOBODY))
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, KEY, 1, 1, True))
        e.mod_peer(NOBODY, b"")
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, KEY, 1, 1, False))
        e.mod_peer(NOBODY, None, 0, 0)
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, KEY, 0, 0, False))
        e.mod_peer(NOBODY, lmk=b"f" * 16)
        self.assertEqual(e.get_peer(NOBODY), (NOBODY, b"f" * 16, 0, 0, True))

    def test_mac_forms(self):
        e = self.e
        for mac in ("feedee", b"feedee", bytearray(b"feedee"), memoryview(b"feedee")):
            e.add_peer(mac)
            self.assertEqual(e.get_peer(mac)[0], b"feedee")
            self.assertIsNone(e.del_peer(mac))
        self.raises(ValueError, ("invalid buffer length",), e.add_peer, b"feedeee")
        self.raises(ValueError, ("invalid buffer length",), e.add_peer, "")
        self.raises(TypeError, ("object with buffer protocol required",), e.add_peer, None)
        self.raises(TypeError, ("object with buffer protocol required",), e.add_peer, 5)

    def test_channel_is_of_256_and_the_rest_is_refused(self):
        e = self.e
        e.add_peer(NOBODY, None, 300)
        self.assertEqual(e.get_peer(NOBODY)[2], 44)
        e.del_peer(NOBODY)
        self.raises(OSError, ARG, e.add_peer, NOBODY, None, 15)
        e.add_peer(NOBODY, None, 256)
        self.assertEqual(e.get_peer(NOBODY)[2], 0)
        e.mod_peer(NOBODY, None, True)
        self.assertEqual(e.get_peer(NOBODY)[2], 1)
        self.raises(TypeError, ("can't convert str to int",), e.mod_peer, NOBODY, None, "1")
        self.raises(OSError, ARG, e.mod_peer, NOBODY, None, None, 7)

    def test_extra_and_missing_arguments(self):
        e = self.e
        self.raises(TypeError, ("extra keyword arguments given",), e.add_peer, NOBODY, key=KEY)
        self.raises(TypeError, ("extra positional arguments given",), e.add_peer, NOBODY, None, 0, 0, False, 1)
        self.raises(TypeError, ("function missing 1 required positional arguments",), e.add_peer)
        self.raises(TypeError, ("function missing 1 required positional arguments",), e.add_peer, mac=NOBODY)
        self.raises(TypeError, ("function missing 1 required positional arguments",), e.mod_peer)

    def test_errors(self):
        e = self.e
        e.add_peer(NOBODY)
        self.raises(OSError, EXIST, e.add_peer, NOBODY)
        self.raises(OSError, NOT_FOUND, e.del_peer, self.peer)
        self.raises(OSError, NOT_FOUND, e.get_peer, self.peer)
        self.raises(OSError, NOT_FOUND, e.mod_peer, self.peer)
        # The peer is looked for before what it shall be is looked at.
        self.raises(OSError, NOT_FOUND, e.mod_peer, self.peer, b"short")
        self.raises(OSError, ARG, e.add_peer, BROADCAST, KEY)

    def test_full_at_the_21st(self):
        e = self.e
        for i in range(20):
            e.add_peer(bytes((2, 0, 0, 0, 1, i)))
        self.raises(OSError, FULL, e.add_peer, NOBODY)
        self.assertEqual(e.peer_count(), (20, 0))

    def test_groups_count_and_are_not_listed(self):
        e = self.e
        e.add_peer(BROADCAST)
        e.add_peer(b"\x01\x00\x5e\x00\x00\x01")
        e.add_peer(self.peer)
        e.add_peer(NOBODY, KEY)
        self.assertEqual(e.peer_count(), (4, 1))
        peers = e.get_peers()
        self.assertIsInstance(peers, tuple)
        self.assertEqual(peers, (e.get_peer(self.peer), e.get_peer(NOBODY)))
        self.assertEqual(e.get_peer(BROADCAST), (BROADCAST, ZERO, 0, 0, False))

    def test_they_are_in_the_order_of_their_coming(self):
        addresses = [bytes((2, 0, 0, 0, 1, i)) for i in (5, 3, 9, 1)]
        for address in addresses:
            self.e.add_peer(address)
        self.e.del_peer(addresses[1])
        self.e.add_peer(addresses[1])
        self.assertEqual([p[0] for p in self.e.get_peers()], [addresses[i] for i in (0, 2, 3, 1)])

    def test_another_channel_than_the_own_one(self):
        self.e.add_peer(self.peer, None, 6)
        self.raises(OSError, CHAN, self.e.send, self.peer, "x")

    def test_encrypted_messages(self):
        e = self.e
        e.set_pmk(b"pmk1234567890123")
        self.partner.set_pmk(b"pmk1234567890123")
        self.partner.lib.remove_peer(self.partner.handle, self.mac)
        self.partner.add_peer(self.mac, b"lmk1234567890123")
        e.add_peer(self.peer, "lmk1234567890123")
        self.assertTrue(e.send(self.peer, "secret"))
        self.assertEqual(self.partner.receive(), (self.mac, b"secret"))
        self.assertTrue(self.partner.send(self.mac, b"answer"))
        self.assertEqual(e.recv(5000), [self.peer, b"answer"])
        # Another key: the radio acknowledges, the message is nobody's.
        e.mod_peer(self.peer, b"another key 1234")
        self.assertTrue(self.partner.send(self.mac, b"lost"))
        self.assertEqual(e.recv(50), (None, None))


class Table(ChipCase):
    def setUp(self):
        super().setUp()
        self.e = espnow.ESPNow()
        self.e.active(True)

    def test_is_filled_when_messages_are_read(self):
        e = self.e
        self.partner.send(self.mac, b"x")
        self.until(e.any)
        self.assertEqual(e.peers_table, {})
        mac, msg = e.recv(0)
        self.assertEqual(list(e.peers_table), [self.peer])
        self.assertIs(mac, list(e.peers_table)[0])
        self.assertIsInstance(mac, bytes)
        rssi, when = e.peers_table[self.peer]
        self.assertIsInstance(e.peers_table[self.peer], list)
        self.assertTrue(-127 <= rssi <= 0, rssi)
        from nowire import _time

        self.assertTrue(0 <= _time.ticks_diff(_time.ticks_ms(), when) < 5000, when)

    def test_its_lists_stay_and_may_be_changed(self):
        e = self.e
        self.partner.send(self.mac, b"x")
        e.recv(5000)
        value = e.peers_table[self.peer]
        value[0] = 7
        self.assertEqual(e.peers_table[self.peer][0], 7)
        self.partner.send(self.mac, b"x")
        e.recv(5000)
        self.assertIs(e.peers_table[self.peer], value)
        self.assertLess(value[0], 0)

    def test_is_locked(self):
        table = self.e.peers_table
        self.assertIsInstance(table, dict)
        self.raises(TypeError, (), table.clear)
        self.raises(TypeError, (), table.__setitem__, b"x", 1)
        self.raises(TypeError, (), table.__delitem__, b"x")
        self.raises(TypeError, (), table.pop, b"x")
        self.raises(TypeError, (), table.popitem)
        self.raises(TypeError, (), table.setdefault, b"x")
        self.raises(TypeError, (), table.update, {})

    def test_survives_active_false(self):
        e = self.e
        self.partner.send(self.mac, b"x")
        e.recv(5000)
        e.active(False)
        self.assertEqual(list(e.peers_table), [self.peer])

    def test_an_assignment_shadows_it(self):
        self.e.peers_table = 3
        self.assertEqual(self.e.peers_table, 3)
        self.assertEqual(espnow.ESPNow().peers_table, {})


if __name__ == "__main__":
    unittest.main()
