"""WLAN interfaces as MicroPython's `network` has them for the ESP32, and Pycom's `network.ESPNOW`.

There is no IP here. connect() finds simulated access points: NOWIRE_ACCESS_POINTS="home=6,office=11" names them and
their channels, where the interface goes when it connects; without that variable any name is found, on the channel the
radio is on. Both take any password.
"""

import _nowire_package

from nowire import _chip
from nowire._abi import lib
from nowire._convert import to_address, to_bytes, to_int
from nowire._pycom import ESPNOW, Peer
from nowire._wlan import access_points, names, wlans

STA_IF = 0
AP_IF = 1

MODE_11B = 1
MODE_11G = 2
MODE_11N = 4
MODE_LR = 8

AUTH_OPEN = 0
AUTH_WEP = 1
AUTH_WPA_PSK = 2
AUTH_WPA2_PSK = 3
AUTH_WPA_WPA2_PSK = 4
AUTH_WPA2_ENTERPRISE = 5
AUTH_WPA3_PSK = 6
AUTH_WPA2_WPA3_PSK = 7
AUTH_WAPI_PSK = 8
AUTH_OWE = 9
AUTH_MAX = 10

PHY_LAN8720 = 0

WIFI_PS_NONE = 0
WIFI_PS_MIN_MODEM = 1
WIFI_PS_MAX_MODEM = 2

STAT_IDLE = 1000
STAT_CONNECTING = 1001
STAT_GOT_IP = 1010
STAT_BEACON_TIMEOUT = 200
STAT_NO_AP_FOUND = 201
STAT_WRONG_PASSWORD = 202
STAT_ASSOC_FAIL = 203
STAT_HANDSHAKE_TIMEOUT = 204

_NOT_STARTED = (-0x3002, "ESP_ERR_WIFI_NOT_STARTED")
_ADDRESSES = (
    ("192.168.4.2", "255.255.255.0", "192.168.4.1", "8.8.8.8"),
    ("192.168.4.1", "255.255.255.0", "192.168.4.1", "0.0.0.0"),
)


def _text(value):
    return value if isinstance(value, str) else to_bytes(value).decode()


class WLAN:
    """One of the chip's interfaces. There is one object for each: WLAN(STA_IF) is WLAN(STA_IF)."""

    IF_STA = 0
    IF_AP = 1
    SEC_OPEN = 0
    SEC_WEP = 1
    SEC_WPA = 2
    SEC_WPA2 = 3
    SEC_WPA_WPA2 = 4
    SEC_WPA2_ENT = 5
    SEC_WPA3 = 6
    SEC_WPA2_WPA3 = 7
    SEC_WAPI = 8
    SEC_OWE = 9
    PM_NONE = 0
    PM_PERFORMANCE = 1
    PM_POWERSAVE = 2
    PROTOCOL_DEFAULT = 7
    PROTOCOL_LR = 8
    # Pycom's names.
    STA = 1
    AP = 2
    STA_AP = 3

    def __new__(cls, interface=STA_IF, **pycom):
        which = to_int(interface)
        if which not in (STA_IF, AP_IF):
            raise ValueError("invalid WLAN interface identifier")
        if which not in wlans:
            wlan = super().__new__(cls)
            wlan._begin(which)
            wlans[which] = wlan
        return wlans[which]

    def __init__(self, interface=STA_IF, **pycom):
        """interface: STA_IF or AP_IF. ValueError: another. Pycom's keywords are taken and do nothing."""

    def _begin(self, which):
        self._which = which
        self._network = None  # (name, bssid, channel) that it is connected to
        self._status = STAT_IDLE
        self._addresses = _ADDRESSES[which]
        self._settings = {
            "ssid": "" if which == STA_IF else "ESP_%s" % "".join(["%02X" % b for b in self._address()[3:]]),
            "hidden": False,
            "security": AUTH_OPEN,
            "max_clients": 4,
            "reconnects": -1,
            "txpower": 20.0,
            "protocol": MODE_11B | MODE_11G | MODE_11N,
            "pm": WLAN.PM_PERFORMANCE,
        }

    def _address(self):
        return _chip.address(self._which)

    def __repr__(self):
        return "<WLAN %s>" % ("STA" if self._which == STA_IF else "AP")

    def active(self, *flag):
        """active([flag]): switches the interface on or off, where `flag` is given. @returns whether it is on.

        Off, it hears and acknowledges nothing. OSError: the radio cannot be had, or another has the address.
        """
        if len(flag) > 1:
            raise TypeError("function expected at most 2 arguments, got %d" % (len(flag) + 1))
        handle = _chip.station()
        if flag:
            if not flag[0]:
                self._leave(STAT_IDLE)
            _chip.check(lib.set_interface(handle, self._which, 1 if flag[0] else 0))
        return bool(_chip.check(lib.interface_is_up(handle, self._which)))

    def _leave(self, status):
        self._network = None
        self._status = status

    def _need_active(self):
        if not self.active():
            raise OSError(*_NOT_STARTED)

    def connect(self, ssid=None, key=None, bssid=None, **more):
        """Connects to an access point, at once where there is one: the chip is on its channel then.

        OSError: the interface is not active. Where no such network is, status() says so.
        """
        if self._which != STA_IF:
            raise OSError(-0x3004, "ESP_ERR_WIFI_IF")
        if ssid is not None:
            self._settings["ssid"] = _text(ssid)
        self._need_active()
        wanted = None if bssid is None else to_address(bssid)
        for point in access_points(self._settings["ssid"]):
            if point[0] == self._settings["ssid"] and wanted in (None, point[1]):
                _chip.check(lib.set_channel(_chip.station(), point[2]))
                self._network = point
                self._status = STAT_GOT_IP
                return
        self._leave(STAT_NO_AP_FOUND)

    def disconnect(self):
        """Leaves the access point; the chip stays on its channel."""
        self._leave(STAT_IDLE)

    def isconnected(self):
        """@returns whether it is connected; of the SoftAP, whether somebody is connected to it: never."""
        return self._network is not None

    def status(self, *what):
        """status(): one of STAT_...; status('rssi'): dBm; status('stations') of the SoftAP: []. ValueError: another."""
        if not what:
            return self._status if self._which == STA_IF else None
        if what[0] == "rssi" and self._which == STA_IF:
            if self._network is None:
                raise OSError(-0x300F, "ESP_ERR_WIFI_NOT_CONNECT")
            return -40
        if what[0] == "stations" and self._which == AP_IF:
            return []
        raise ValueError("unknown status param")

    def scan(self):
        """@returns [(ssid, bssid, channel, RSSI, security, hidden), ...] of NOWIRE_ACCESS_POINTS. OSError: not active."""
        if self._which != STA_IF:
            raise OSError("STA must be active")
        self._need_active()
        return [(name.encode(), bssid, channel, -40, 3, False) for name, bssid, channel in access_points(None)]

    def ifconfig(self, *addresses):
        """ifconfig([(ip, netmask, gateway, dns)]): made up; nothing has an IP address here."""
        if addresses:
            if isinstance(addresses[0], str):
                if addresses[0] != "dhcp":
                    raise ValueError("invalid arguments")
                self._addresses = _ADDRESSES[self._which]
            elif len(addresses[0]) == 4:
                self._addresses = tuple(addresses[0])
            else:
                raise ValueError("requested length 4 but object has length %d" % len(addresses[0]))
            return None
        if self._which == STA_IF and self._network is None:
            return ("0.0.0.0",) * 4
        return self._addresses

    def ipconfig(self, *what, **values):
        """ipconfig('addr4' | 'gw4' | 'dhcp4' | 'has_dhcp4'): made up, as ifconfig(). ValueError: another."""
        if values:
            return None
        ip, mask, gateway, dns = self.ifconfig()
        known = {"addr4": (ip, mask), "gw4": gateway, "dhcp4": True, "has_dhcp4": self.isconnected()}
        if len(what) != 1 or what[0] not in known:
            raise ValueError("unexpected key")
        return known[what[0]]

    def config(self, *args, **kwargs):
        """config('param') gets, config(param=value, ...) sets; also while the interface is inactive.

        mac, channel, ssid (essid), key (password), security (authmode), hidden, hostname (dhcp_hostname), max_clients,
        reconnects, txpower (dBm), protocol, pm (ps_mode). pm=(window, interval) in ms lets the chip hear for a part of
        the time, pm=0 for all of it.
        TypeError: both forms, or neither. ValueError: another name. OSError: a value that cannot be.
        """
        if args and kwargs:
            raise TypeError("either pos or kw args are allowed")
        if kwargs:
            for name in kwargs:
                self._set(_names.get(name, name), kwargs[name])
            return None
        if len(args) != 1:
            raise TypeError("can query only one param")
        return self._get(_names.get(args[0], args[0]))

    def _get(self, name):
        if name == "mac":
            return self._address()
        if name == "channel":
            return _chip.check(lib.channel(_chip.station()))
        if name == "hostname":
            return names["hostname"]
        if name == "ssid" and self._which == STA_IF and self._network is not None:
            return self._network[0]
        if name in self._settings:
            return self._settings[name]
        raise ValueError("unknown config param")

    def _set(self, name, value):
        if name == "mac":
            address = to_address(value)
            if lib.set_address(_chip.station(), self._which, address) < 0:
                raise OSError(-0x102, "ESP_ERR_INVALID_ARG")
        elif name == "channel":
            self._set_channel(to_int(value))
        elif name == "hostname":
            hostname(value)
        elif name == "key":
            to_bytes(value)
        elif name == "pm":
            self._set_power(value)
        elif name == "txpower":
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise TypeError("can't convert %s to float" % type(value).__name__)
            self._settings[name] = float(value)
            _chip.check(lib.set_tx_power(_chip.station(), int(value)))
        elif name == "ssid":
            self._settings[name] = _text(value)
        elif name == "hidden":
            self._settings[name] = bool(value)
        elif name in self._settings:
            self._settings[name] = to_int(value)
        else:
            raise ValueError("unknown config param")

    def _set_channel(self, number):
        station = wlans.get(STA_IF)
        if station is not None and station.isconnected():
            # The SoftAP is where the station is; the station is where its access point is.
            if self._which == STA_IF and number != self._get("channel"):
                raise OSError(-1, "ESP_FAIL")
            return
        if number == 0 and self._which == AP_IF:
            return
        if not 0 < number < 256 or lib.set_channel(_chip.station(), number) < 0:
            raise OSError(-0x102, "ESP_ERR_INVALID_ARG")

    def _set_power(self, value):
        if isinstance(value, tuple):
            window, interval = value
            _chip.check(lib.set_wake(_chip.station(), to_int(window), to_int(interval)))
        else:
            number = to_int(value)
            if number not in (0, 1, 2):
                raise OSError(-0x102, "ESP_ERR_INVALID_ARG")
            if number == 0:
                _chip.check(lib.set_wake(_chip.station(), 1, 1))
        self._settings["pm"] = value

    # Pycom's.

    def mac(self):
        """@returns the address; Pycom's form where both interfaces are asked for is config('mac') of each."""
        return self._address()

    def init(self, *args, **kwargs):
        """Pycom's: does nothing."""


_names = {
    "essid": "ssid",
    "password": "key",
    "authmode": "security",
    "dhcp_hostname": "hostname",
    "ps_mode": "pm",
}


def hostname(*name):
    """hostname([name]): gets or sets it. ValueError: longer than 32 bytes."""
    if name:
        wanted = _text(name[0])
        if len(wanted) > 32:
            raise ValueError()
        names["hostname"] = wanted
        return None
    return names["hostname"]


def country(*code):
    """country([code]): two letters, which change nothing here. ValueError: not two."""
    if code:
        if len(code[0]) != 2:
            raise ValueError()
        names["country"] = code[0]
        return None
    return names["country"]


def phy_mode(*mode):
    """phy_mode([mode]): MODE_11B and the like, which change nothing here."""
    if mode:
        names["phy_mode"] = to_int(mode[0])
        return None
    return names["phy_mode"]


def _power_off():
    for wlan in wlans.values():
        wlan._leave(STAT_IDLE)


_chip.on_power_off.append(_power_off)
