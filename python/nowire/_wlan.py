"""What network's WLAN and ESPNOW share: the interfaces, and the access points of NOWIRE_ACCESS_POINTS."""

from nowire import _chip
from nowire._abi import lib

# 0 and 1: the WLAN objects that were made. A Pycom's ESPNOW needs one.
wlans = {}

names = {"hostname": "mpy-esp32", "country": "XX", "phy_mode": 7}


def _bssid(name):
    """An address that is made of a name: the same each time."""
    total = 0
    for byte in name.encode():
        total = (total * 31 + byte) & 0xFFFFFF
    return bytes((0x02, 0x4E, 0x41, total >> 16, total >> 8 & 0xFF, total & 0xFF))


def access_points(name):
    """[(name, bssid, channel)]: those there are; without NOWIRE_ACCESS_POINTS the one with `name`, on our channel."""
    listed = _chip._getenv("NOWIRE_ACCESS_POINTS")
    if not listed:
        return [(name, _bssid(name), _chip.check(lib.channel(_chip.station())))] if name else []
    found = []
    for entry in listed.split(","):
        parts = entry.strip().split("=")
        if not parts[0]:
            continue
        if len(parts) != 2 or not parts[1].strip().isdigit():
            raise OSError(_chip.EINVAL, 'NOWIRE_ACCESS_POINTS: "%s" is not of the form name=channel' % entry)
        found.append((parts[0], _bssid(parts[0]), int(parts[1])))
    return found
