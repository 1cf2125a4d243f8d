"""Pycom's network.ESPNOW (specification, 1.11)."""

import unittest

from world import NOBODY, ChipCase, Partner

import espnow
import network
from network import ESPNOW, WLAN

KEY = b"0123456789abcdef"
UNINITIALISED = ("ESP-NOW module is not initialized!",)


class PycomCase(ChipCase):
    def setUp(self):
        super().setUp()
        self.sent = []
        self.got = []

    def begin(self):
        ESPNOW.init()
        ESPNOW.on_send(self.sent.append)
        ESPNOW.on_recv(self.got.append)


class Module(PycomCase):
    def test_init_needs_a_wlan(self):
        from nowire import _wlan

        _wlan.wlans.clear()
        self.raises(
            RuntimeError, ("ESP-NOW module needs that WLAN is already initialized!",), ESPNOW.init
        )
        WLAN()
        self.assertIsNone(ESPNOW.init())
        self.raises(RuntimeError, ("ESP-NOW module already initialized!",), ESPNOW.init)
        self.assertIsNone(ESPNOW.deinit())
        self.assertIsNone(ESPNOW.deinit())
        ESPNOW.init()

    def test_init_switches_the_interface_on(self):
        self.wlan.active(False)
        ESPNOW.init()
        self.assertTrue(self.wlan.active())

    def test_uninitialised(self):
        peer = network.Peer(self.peer)
        for call in (
            lambda: ESPNOW.version(),
            lambda: ESPNOW.pmk(KEY),
            lambda: ESPNOW.on_send(),
            lambda: ESPNOW.on_recv(None),
            lambda: ESPNOW.add_peer(self.peer),
            lambda: ESPNOW.del_peer(peer),
            lambda: ESPNOW.send(None, "x"),
            lambda: ESPNOW.peer_count(),
            lambda: peer.send("x"),
            lambda: peer.lmk(),
        ):
            self.raises(RuntimeError, UNINITIALISED, call)

    def test_deinit_removes_peers_and_keeps_callbacks(self):
        self.begin()
        ESPNOW.add_peer(self.peer)
        on_send, on_recv = ESPNOW.on_send(), ESPNOW.on_recv()
        ESPNOW.deinit()
        ESPNOW.init()
        self.assertEqual(ESPNOW.peer_count(), (0, 0))
        self.assertEqual((ESPNOW.on_send(), ESPNOW.on_recv()), (on_send, on_recv))
        self.partner.send(self.mac, b"x")
        self.until(lambda: self.got)

    def test_pmk_and_version(self):
        ESPNOW.init()
        self.assertIsNone(ESPNOW.pmk(KEY))
        self.assertIsNone(ESPNOW.pmk(KEY.decode()))
        self.raises(ValueError, ("bad len",), ESPNOW.pmk, b"short")
        self.assertIsInstance(ESPNOW.version(), int)

    def test_callbacks_are_got_and_disabled(self):
        ESPNOW.init()
        for which in (ESPNOW.on_send, ESPNOW.on_recv):
            which(None)
            self.assertIsNone(which())
            self.assertIsNone(which(len))
            self.assertIs(which(), len)
            which(None)


class Peers(PycomCase):
    def setUp(self):
        super().setUp()
        self.begin()

    def test_addresses(self):
        for form in (b"feedee", "feedee", bytearray(b"feedee"), "666565646565", b"666565646565"):
            peer = ESPNOW.add_peer(form)
            self.assertIsInstance(peer, network.Peer)
            self.assertEqual(peer.addr(), b"feedee")
            self.assertIsInstance(peer.addr(), bytes)
            self.assertIsNone(ESPNOW.del_peer(peer))
        for wrong in ("66:65:65:64:65:65", b"short", "66656564656g", None, 5):
            self.raises(ValueError, ("Invalid MAC Address",), ESPNOW.add_peer, wrong)

    def test_keys(self):
        peer = ESPNOW.add_peer(NOBODY)
        self.assertIsNone(peer.lmk())
        self.assertEqual(ESPNOW.peer_count(), (1, 0))
        self.assertIsNone(peer.lmk(KEY))
        self.assertEqual(peer.lmk(), KEY)
        self.assertEqual(ESPNOW.peer_count(), (1, 1))
        self.raises(ValueError, ("bad len",), peer.lmk, b"short")
        peer.lmk(None)
        self.assertIsNone(peer.lmk())
        self.assertEqual(ESPNOW.peer_count(), (1, 0))
        ESPNOW.del_peer(peer)
        self.assertIsNone(ESPNOW.add_peer(NOBODY, None).lmk())
        self.assertEqual(ESPNOW.add_peer(self.peer, KEY.decode()).lmk(), KEY)
        self.raises(ValueError, ("bad len",), ESPNOW.add_peer, b"feedee", b"short")

    def test_errors_of_esp_now(self):
        peer = ESPNOW.add_peer(NOBODY)
        self.raises(OSError, ("ESP-Now Peer Exists",), ESPNOW.add_peer, NOBODY)
        self.raises(OSError, ("ESP-Now Peer Not Found",), ESPNOW.send, self.peer, "x")
        self.raises(OSError, ("ESP-Now Invalid Argument",), ESPNOW.send, NOBODY, "")
        ESPNOW.del_peer(peer)
        self.raises(OSError, ("ESP-Now Peer Not Found",), ESPNOW.del_peer, peer)
        self.raises(OSError, ("ESP-Now Peer Not Found",), peer.send, "x")
        self.raises(OSError, ("ESP-Now Peer Not Found",), ESPNOW.send, None, "x")
        for i in range(20):
            ESPNOW.add_peer(bytes((2, 0, 0, 0, 1, i)))
        self.raises(OSError, ("ESP-Now Peer List Full",), ESPNOW.add_peer, NOBODY)
        self.wlan.active(False)
        self.raises(OSError, ("ESP-Now Wifi Interface error",), ESPNOW.send, bytes((2, 0, 0, 0, 1, 1)), "x")


class Messages(PycomCase):
    def setUp(self):
        super().setUp()
        self.begin()
        self.other = ESPNOW.add_peer(self.peer)

    def test_send_tells_its_end(self):
        nobody = ESPNOW.add_peer(NOBODY)
        self.assertIsNone(self.other.send("one"))
        self.until(lambda: len(self.sent) == 1)
        self.assertIsNone(nobody.send(b"two"))
        self.until(lambda: len(self.sent) == 2)
        self.assertIsNone(ESPNOW.send(self.peer, "three"))
        self.until(lambda: len(self.sent) == 3)
        self.assertEqual(self.sent, [(self.other, True), (nobody, False), (self.other, True)])
        self.assertIs(self.sent[0][0], self.other)
        self.assertIs(type(self.sent[0]), tuple)
        self.assertIsNone(ESPNOW.send(None, "all"))
        self.until(lambda: len(self.sent) == 5)
        self.assertEqual(set(self.sent[3:]), {(self.other, True), (nobody, False)})
        self.assertEqual([self.partner.receive()[1] for _ in range(3)], [b"one", b"three", b"all"])

    def test_what_is_wrong(self):
        self.raises(ValueError, ("addr invalid",), ESPNOW.send, "020000000070", "x")
        self.raises(ValueError, ("addr invalid",), ESPNOW.send, b"short", "x")
        self.raises(ValueError, ("msg too long",), ESPNOW.send, None, bytes(251))
        self.raises(ValueError, ("Message is invalid",), self.other.send, None)
        self.raises(ValueError, ("Message is too long",), self.other.send, bytes(251))
        self.assertIsNone(self.other.send(bytes(250)))

    def test_messages_of_peers_and_strangers(self):
        self.partner.send(self.mac, b"one")
        self.until(lambda: len(self.got) == 1)
        stranger = Partner(self.air.url(name="stranger"))
        try:
            stranger.add_peer(self.mac)
            stranger.send(self.mac, b"two")
            self.until(lambda: len(self.got) == 2)
        finally:
            stranger.close()
        self.assertEqual(self.got, [(self.peer, self.other, b"one"), (stranger.address, None, b"two")])
        self.assertIs(self.got[0][1], self.other)
        self.assertEqual([type(x) for x in self.got[0]], [bytes, network.Peer, bytes])

    def test_without_a_callback_messages_are_lost(self):
        ESPNOW.on_recv(None)
        self.partner.send(self.mac, b"one")
        e = espnow.ESPNow()
        self.until(lambda: e.stats()[3] == 1 and not e.any())
        ESPNOW.on_recv(self.got.append)
        self.partner.send(self.mac, b"two")
        self.until(lambda: self.got)
        self.assertEqual([m for _, _, m in self.got], [b"two"])

    def test_in_order_and_all(self):
        for i in range(100):
            self.partner.send(self.mac, b"%d" % i)
        self.until(lambda: len(self.got) == 100)
        self.assertEqual([m for _, _, m in self.got], [b"%d" % i for i in range(100)])

    def test_callbacks_answer(self):
        ESPNOW.on_recv(lambda result: result[1].send(b"Message received: " + result[2]))
        self.partner.send(self.mac, b"x")
        # Callbacks come between Python's steps, not inside the partner's wait in C.
        got = []
        self.until(lambda: got.append(self.partner.receive(0)) or got[-1])
        self.assertEqual(got[-1], (self.mac, b"Message received: x"))
        self.until(lambda: self.sent == [(self.other, True)])

    def test_encrypted(self):
        ESPNOW.pmk(KEY)
        self.other.lmk(b"f" * 16)
        self.partner.lib.remove_peer(self.partner.handle, self.mac)
        self.partner.set_pmk(KEY)
        self.partner.add_peer(self.mac, b"f" * 16)
        self.other.send("secret")
        self.assertEqual(self.partner.receive(), (self.mac, b"secret"))
        self.partner.send(self.mac, b"answer")
        self.until(lambda: [m for _, _, m in self.got] == [b"answer"])


if __name__ == "__main__":
    unittest.main()
