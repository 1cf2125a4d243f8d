"""espnow's peers_table: who was heard, how loud and when."""

from nowire import _abi
from nowire._chip import chip

unpack = _abi.unpacker(_abi.MESSAGE_REST)


class _Table(dict):
    """peers_table: the program may change the values, not the table."""

    def _locked(self, *args, **kwargs):
        raise TypeError()

    __setitem__ = _locked
    __delitem__ = _locked
    __ior__ = _locked
    clear = _locked
    pop = _locked
    popitem = _locked
    setdefault = _locked
    update = _locked

    def _put(self, key, value):
        super().__setitem__(key, value)

    def _empty(self):
        super().clear()


table = _Table()
seen = {}  # address: (the table's key, its value)


def meet(source):
    """Enters somebody new into peers_table."""
    value = [0, 0]
    entry = (source, value)
    seen[source] = entry
    table._put(source, value)
    return entry


def note(meta):
    """Enters a message's sender, RSSI and time into peers_table. @returns its (key, value) there."""
    when, source, destination, rssi = unpack(meta, 8)
    entry = seen.get(source) or meet(source)
    value = entry[1]
    value[0] = rssi
    value[1] = (when - chip.began) // 1000 & 0xFFFFFFFF
    return entry
