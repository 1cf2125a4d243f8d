"""Pycom's network.ESPNOW (docs.pycom.io/firmwareapi/pycom/network/espnow)."""

import struct

from nowire import _abi, _chip, _irq
from nowire._abi import lib
from nowire._chip import chip
from nowire._convert import to_bytes
from nowire._wlan import wlans

# Nothing waits here for long: callbacks take all there is.
_RING = 65535
_MAX = 250

_TEXTS = {
    _abi.NOT_INIT: "ESP-Now Not Initialized",
    _abi.ARGUMENT: "ESP-Now Invalid Argument",
    _abi.NO_MEMORY: "ESP-Now Out Of Mem",
    _abi.PEER_LIST_FULL: "ESP-Now Peer List Full",
    _abi.PEER_NOT_FOUND: "ESP-Now Peer Not Found",
    _abi.INTERNAL: "ESP-Now Internal",
    _abi.PEER_EXISTS: "ESP-Now Peer Exists",
    _abi.INTERFACE_DOWN: "ESP-Now Wifi Interface error",
}


def _check(result):
    if result >= 0:
        return result
    if result in _TEXTS:
        raise OSError(_TEXTS[result])
    if _abi.CHANNEL_MISMATCH <= result <= _abi.NOT_INIT:
        raise RuntimeError("ESP-Now Unknown Error 0x%04x" % -result)
    raise _chip.error(result)


def _hex_address(value):
    """6 bytes, or 12 hexadecimal digits. ValueError: neither."""
    try:
        data = to_bytes(value)
        if len(data) == 12:
            data = bytes([int(data[i : i + 2].decode(), 16) for i in range(0, 12, 2)])
        if len(data) == 6:
            return data
    except (TypeError, ValueError, UnicodeError):
        pass
    raise ValueError("Invalid MAC Address")


def _key(value):
    data = to_bytes(value)
    if len(data) != 16:
        raise ValueError("bad len")
    return data


class Peer:
    """A registered peer: what ESPNOW.add_peer() gives."""

    def __init__(self, address):
        self._address = address
        self._lmk = None

    def addr(self):
        """@returns its 6 bytes."""
        return self._address

    def lmk(self, *key):
        """lmk(): the key or None; lmk(key): 16 bytes, which encrypt; lmk(None): no more. ValueError('bad len')."""
        ESPNOW._need()
        if not key:
            return self._lmk
        new = None if key[0] is None else _key(key[0])
        _check(_set_peer(lib.modify_peer, self._address, new))
        self._lmk = new
        return None

    def send(self, msg):
        """Sends up to 250 bytes; on_send's callback is told how it ended. ValueError: no message, or too long."""
        ESPNOW._need()
        if msg is None:
            raise ValueError("Message is invalid")
        data = to_bytes(msg)
        if len(data) > _MAX:
            raise ValueError("Message is too long")
        _check(lib.send(chip.handle, self._address, data, len(data), 0))


def _set_peer(function, address, lmk):
    handle = chip.handle
    # The SoftAP sends only where there is no station.
    via = 0 if lib.interface_is_up(handle, 0) > 0 or lib.interface_is_up(handle, 1) <= 0 else 1
    block = _abi.Block(_abi.PEER_SIZE)
    struct.pack_into(
        _abi.PEER, block.data, 0, _abi.PEER_SIZE, address, 0, via, 1 if lmk else 0, lmk or bytes(16), b"\0\0\0"
    )
    result = function(handle, block.arg)
    for i in range(_abi.PEER_SIZE):
        block.data[i] = 0
    return result


class _Espnow:
    """network.ESPNOW: functions, not a class to be called."""

    def __init__(self):
        self._on = False
        self._peers = {}
        self._on_send = None
        self._on_recv = None
        self._draining = False
        self._message = None

    def _need(self):
        if not self._on:
            raise RuntimeError("ESP-NOW module is not initialized!")

    def init(self):
        """Switches ESP-NOW on. A WLAN object must have been made; where it is not active, the station is switched on,
        since Pycom's WLAN() does that. RuntimeError: no WLAN, or initialised already. OSError: no radio."""
        if self._on:
            raise RuntimeError("ESP-NOW module already initialized!")
        if not wlans:
            raise RuntimeError("ESP-NOW module needs that WLAN is already initialized!")
        handle = _chip.station()
        if _chip.check(lib.interface_is_up(handle, 0)) == 0 and _chip.check(lib.interface_is_up(handle, 1)) == 0:
            _chip.check(lib.set_interface(handle, 0 if 0 in wlans else 1, 1))
        ring = _abi.Block(_abi.RING_SIZE)
        struct.pack_into(_abi.RING, ring.data, 0, _abi.RING_SIZE, _RING, 14, 2)
        _check(lib.start(handle, ring.arg))
        _chip.check(lib.keep_sent(handle, 1))
        self._on = True
        _irq.watch(self._came)

    def deinit(self):
        """Switches it off: its peers are gone, the callbacks stay."""
        if not self._on:
            return
        self._forget()
        _chip.check(lib.keep_sent(chip.handle, 0))
        _chip.check(lib.stop(chip.handle))

    def _forget(self):
        if self._on:
            self._on = False
            self._peers = {}
            _irq.watch(None)

    def version(self):
        """@returns 1."""
        self._need()
        return 1

    def pmk(self, key):
        """Derives the keys of peers that are added from now on with these 16 bytes. ValueError('bad len')."""
        self._need()
        key = _key(key)
        _check(lib.set_pmk(chip.handle, key))

    def on_send(self, *callback):
        """on_send(): the callback; on_send(cb): cb((peer, sent)) is called when a message has ended; None: no more."""
        self._need()
        if not callback:
            return self._on_send
        self._on_send = callback[0]
        return None

    def on_recv(self, *callback):
        """on_recv(): the callback; on_recv(cb): cb((mac, peer, msg)) is called for each message; peer is None for
        somebody who was not added. Without a callback messages are lost."""
        self._need()
        if not callback:
            return self._on_recv
        self._on_recv = callback[0]
        return None

    def add_peer(self, addr, lmk=None):
        """addr: 6 bytes, or 12 hexadecimal digits; lmk: 16 bytes, which encrypt. @returns the Peer.

        ValueError('Invalid MAC Address'), ValueError('bad len'). OSError: 'ESP-Now Peer Exists' and the like.
        """
        self._need()
        address = _hex_address(addr)
        key = None if lmk is None else _key(lmk)
        _check(_set_peer(lib.add_peer, address, key))
        peer = Peer(address)
        peer._lmk = key
        self._peers[address] = peer
        return peer

    def del_peer(self, peer):
        """Removes a Peer, which is of no use then. OSError('ESP-Now Peer Not Found')."""
        self._need()
        _check(lib.remove_peer(chip.handle, peer.addr()))
        self._peers.pop(peer.addr(), None)

    def send(self, addr, msg):
        """Sends up to 250 bytes to the peer with these 6 bytes, or (None) to all; on_send's callback is told the end.

        ValueError('addr invalid'), ValueError('msg too long'). OSError: 'ESP-Now Peer Not Found' and the like.
        """
        self._need()
        address = None
        if addr is not None:
            address = to_bytes(addr)
            if len(address) != 6:
                raise ValueError("addr invalid")
        data = to_bytes(msg)
        if len(data) > _MAX:
            raise ValueError("msg too long")
        _check(lib.send(chip.handle, address, data, len(data), 0))

    def peer_count(self):
        """@returns (number of peers, of those encrypted)."""
        self._need()
        return _check(lib.peers(chip.handle, None, 0)), _check(lib.encrypted_peers(chip.handle))

    # Messages and ends come as on the chip's interrupt task: in the main thread, between its steps.

    def _came(self, count):
        if self._draining:
            return
        # First, since MicroPython may run it at once.
        self._draining = True
        if not _irq.put(self._drain, None):
            self._draining = False

    def _drain(self, _):
        self._draining = False
        while self._on:
            if not (self._next_end() | self._next_message()):
                return

    def _next_end(self):
        block = _abi.Block(_abi.SENT_END_SIZE)
        struct.pack_into("<I", block.data, 0, _abi.SENT_END_SIZE)
        if lib.next_sent(chip.handle, block.arg) <= 0:
            return False
        size, address, delivered, reserved = struct.unpack_from(_abi.SENT_END, block.data, 0)
        callback = self._on_send
        peer = self._peers.get(address)
        if callback is not None and peer is not None:
            self._call(callback, (peer, bool(delivered)))
        return True

    def _next_message(self):
        if self._message is None:
            self._message = _abi.Block(1470), _abi.Block(_abi.MESSAGE_SIZE)
        payload, meta = self._message
        struct.pack_into("<I", meta.data, 0, _abi.MESSAGE_SIZE)
        n = lib.receive_now(chip.handle, payload.arg, 1470, meta.arg, 0)
        if n < 0:
            return False
        address = bytes(meta.data[16:22])
        callback = self._on_recv
        if callback is not None:
            self._call(callback, (address, self._peers.get(address), bytes(payload.data[:n])))
        return True

    def _call(self, callback, argument):
        try:
            callback(argument)
        except Exception as e:
            _irq._print(e)


ESPNOW = _Espnow()


def _power_off():
    # A new start has another program's callbacks.
    ESPNOW._forget()
    ESPNOW._on_send = ESPNOW._on_recv = None
    wlans.clear()


_chip.on_power_off.append(_power_off)
