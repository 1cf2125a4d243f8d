"""network.WLAN (specification, 3.2)."""

import unittest

from world import ChipCase, set_variable

import espnow
import network
from network import WLAN


class Wlan(ChipCase):
    def setUp(self):
        super().setUp()
        self.ap = WLAN(network.AP_IF)
        self.ap.active(False)

    def tearDown(self):
        set_variable("NOWIRE_ACCESS_POINTS", None)
        self.wlan.disconnect()
        super().tearDown()

    def test_constants(self):
        self.assertEqual((network.STA_IF, network.AP_IF, WLAN.IF_STA, WLAN.IF_AP), (0, 1, 0, 1))
        self.assertEqual((WLAN.PM_NONE, WLAN.PM_PERFORMANCE, WLAN.PM_POWERSAVE), (0, 1, 2))
        self.assertEqual((network.WIFI_PS_NONE, network.WIFI_PS_MIN_MODEM, network.WIFI_PS_MAX_MODEM), (0, 1, 2))
        self.assertEqual(
            (network.MODE_11B, network.MODE_11G, network.MODE_11N, network.MODE_LR), (1, 2, 4, 8)
        )
        self.assertEqual((network.STAT_IDLE, network.STAT_GOT_IP), (1000, 1010))

    def test_one_object_for_each_interface(self):
        self.assertIs(WLAN(), WLAN(network.STA_IF))
        self.assertIs(WLAN(WLAN.IF_AP), self.ap)
        self.assertIsNot(WLAN(), self.ap)
        self.raises(ValueError, ("invalid WLAN interface identifier",), WLAN, 2)

    def test_active(self):
        self.assertIs(self.wlan.active(), True)
        self.assertIs(self.wlan.active(False), False)
        self.assertIs(self.wlan.active(), False)
        self.assertIs(self.wlan.active(1), True)

    def test_addresses_are_known_while_inactive(self):
        self.wlan.active(False)
        mac, other = self.wlan.config("mac"), self.ap.config("mac")
        self.assertEqual((type(mac), len(mac)), (bytes, 6))
        self.assertEqual(int.from_bytes(other, "big"), int.from_bytes(mac, "big") + 1)

    def test_messages_come_from_the_interface_that_sends(self):
        e = espnow.ESPNow()
        e.active(True)
        e.add_peer(self.peer)
        e.send(self.peer, "x")
        self.assertEqual(self.partner.receive()[0], self.wlan.config("mac"))
        self.ap.active(True)
        e.mod_peer(self.peer, ifidx=network.AP_IF)
        e.send(self.peer, "x")
        self.assertEqual(self.partner.receive()[0], self.ap.config("mac"))

    def test_another_address(self):
        mine = b"\x02\x00\x00\x00\x05\x00"
        self.wlan.config(mac=mine)
        self.assertEqual(self.wlan.config("mac"), mine)
        e = espnow.ESPNow()
        e.active(True)
        e.add_peer(self.peer)
        e.send(self.peer, "x")
        self.assertEqual(self.partner.receive()[0], mine)
        self.raises(ValueError, ("invalid buffer length",), self.wlan.config, mac=b"short")
        self.raises(OSError, (-258, "ESP_ERR_INVALID_ARG"), self.wlan.config, mac=b"\xff" * 6)

    def test_channel(self):
        for active in (True, False):
            self.wlan.active(active)
            self.assertIsNone(self.wlan.config(channel=11))
            self.assertEqual(self.wlan.config("channel"), 11)
            self.wlan.config(channel=1)
        for wrong in (0, 15, -1, 1000):
            self.raises(OSError, (-258, "ESP_ERR_INVALID_ARG"), self.wlan.config, channel=wrong)
        self.raises(TypeError, ("can't convert str to int",), self.wlan.config, channel="6")

    def test_config_forms(self):
        w = self.wlan
        w.config(ssid="name", hidden=True, ps_mode=network.WIFI_PS_NONE, reconnects=3, protocol=network.MODE_LR)
        self.assertEqual(w.config("essid"), "name")
        self.assertEqual(w.config("ssid"), "name")
        self.assertIs(w.config("hidden"), True)
        self.assertEqual((w.config("pm"), w.config("ps_mode")), (0, 0))
        self.assertEqual((w.config("reconnects"), w.config("protocol")), (3, 8))
        w.config(pm=WLAN.PM_POWERSAVE)
        self.assertEqual(w.config("pm"), 2)
        w.config(pm=(75, 200))
        self.assertEqual(w.config("pm"), (75, 200))
        w.config(pm=WLAN.PM_NONE)
        w.config(txpower=8.5)
        self.assertEqual(w.config("txpower"), 8.5)
        w.config(hostname="shed")
        self.assertEqual((w.config("dhcp_hostname"), network.hostname()), ("shed", "shed"))
        self.ap.config(essid="mine", password="12345678", authmode=network.AUTH_WPA2_PSK, max_clients=2)
        self.assertEqual((self.ap.config("ssid"), self.ap.config("security"), self.ap.config("max_clients")), ("mine", 3, 2))

    def test_config_that_is_wrong(self):
        w = self.wlan
        self.raises(TypeError, ("either pos or kw args are allowed",), w.config, "mac", channel=1)
        self.raises(TypeError, ("can query only one param",), w.config)
        self.raises(TypeError, ("can query only one param",), w.config, "mac", "channel")
        self.raises(ValueError, ("unknown config param",), w.config, "nothing")
        self.raises(ValueError, ("unknown config param",), w.config, nothing=1)
        self.raises(OSError, (-258, "ESP_ERR_INVALID_ARG"), w.config, pm=7)

    def test_connect_to_any_name(self):
        w = self.wlan
        self.assertEqual((w.isconnected(), w.status()), (False, network.STAT_IDLE))
        w.config(channel=9)
        self.assertIsNone(w.connect("any", "password"))
        self.assertIs(w.isconnected(), True)
        self.assertEqual((w.status(), w.config("channel"), w.config("ssid")), (network.STAT_GOT_IP, 9, "any"))
        self.assertEqual(len(w.ifconfig()), 4)
        self.assertEqual(w.status("rssi"), -40)
        w.disconnect()
        self.assertIs(w.isconnected(), False)
        w.connect("any")
        w.active(False)
        self.assertIs(w.isconnected(), False)
        self.raises(OSError, (-0x3002, "ESP_ERR_WIFI_NOT_STARTED"), w.connect, "any")

    def test_connect_fixes_the_channel(self):
        set_variable("NOWIRE_ACCESS_POINTS", "home=6,office=11")
        w = self.wlan
        w.connect("office", "x")
        self.assertTrue(w.isconnected())
        self.assertEqual(w.config("channel"), 11)
        # It is the access point's now, for the SoftAP too.
        self.raises(OSError, (-1, "ESP_FAIL"), w.config, channel=6)
        self.ap.config(channel=3)
        self.assertEqual(self.ap.config("channel"), 11)
        w.disconnect()
        w.config(channel=3)
        w.connect("nowhere")
        self.assertIs(w.isconnected(), False)
        self.assertEqual((w.status(), w.config("channel")), (network.STAT_NO_AP_FOUND, 3))
        names = [(name, channel) for name, bssid, channel, rssi, security, hidden in w.scan()]
        self.assertEqual(names, [(b"home", 6), (b"office", 11)])
        set_variable("NOWIRE_ACCESS_POINTS", "home")
        with self.assertRaises(OSError) as caught:
            w.scan()
        self.assertIn('"home" is not of the form name=channel', str(caught.exception))

    def test_an_address_that_another_has(self):
        with self.assertRaises(OSError) as caught:
            self.wlan.config(mac=self.peer)
        self.assertEqual(caught.exception.args, (-258, "ESP_ERR_INVALID_ARG"))
        self.assertTrue(self.wlan.active())


if __name__ == "__main__":
    unittest.main()
