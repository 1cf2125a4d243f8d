"""ESP-NOW as MicroPython's `espnow` for the ESP32 has it (docs.micropython.org/en/latest/library/espnow.html).

    import network, espnow

    network.WLAN(network.WLAN.IF_STA).active(True)
    e = espnow.ESPNow()
    e.active(True)
    e.add_peer(peer)
    e.send(peer, "hello")
    mac, msg = e.recv()

Errors of ESP-NOW are OSError(-code, name), such as OSError(-12389, 'ESP_ERR_ESPNOW_NOT_INIT'). Where the radio is lost
it is OSError(100, text), in a child that was forked OSError(10, text). Times are in milliseconds on the air's clock.
"""

import _nowire_package
import struct

from nowire import _abi, _chip, _irq
from nowire._abi import lib
from nowire._chip import chip
from nowire._convert import to_address, to_bytes, to_bytes_of, to_int
from nowire._peer_entries import (
    KEY_LEN,
    get_peer as _get_peer,
    peer_arguments as _peer_arguments,
    peer_block as _peer_block,
    peers as _peers,
    wipe as _wipe,
)
from nowire._peers_table import (
    meet as _meet,
    note as _note,
    seen as _seen,
    table as _table,
    unpack as _unpack,
)
from nowire._receive_buffers import (
    MAX_DATA_LEN,
    capacity as _capacity,
    grow as _grow,
    new_slot as _new_slot,
    remember as _remember,
    slots as _slots,
    take_slot as _take_slot,
    writable as _writable,
)

ADDR_LEN = 6
MAX_TOTAL_PEER_NUM = 20
MAX_ENCRYPT_PEER_NUM = 6
RATE_1M = 0
RATE_2M = 1
RATE_5M = 2
RATE_11M = 3
RATE_24M = 9
RATE_12M = 10
RATE_6M = 11
RATE_54M = 12
RATE_LORA_250K = 0x29
RATE_LORA_500K = 0x2A

_HEADER = 14  # of a message in the ring
_SPARE = 2  # bytes of the ring that stay empty
_NOTHING = (None, None)
_ENDED = _abi.TIMEOUT  # what waits give when their time is over

if _chip.on_micropython:
    import io

    _Base = io.IOBase
else:
    _Base = object


class _State:
    """What is the chip's, not an object's."""

    rxbuf = 2 * (_HEADER + MAX_DATA_LEN)
    timeout_ms = 300000
    irq = None  # (callback, argument)
    counted = (0, 0, 0, 0, 0)  # stats() after the end


_receive_now = lib.receive_now
_send = lib.send


def _failure(code):
    """The exception for a failed receive."""
    if chip.handle is None:
        return _chip.esp_error(_abi.NOT_INIT)
    if code == _abi.BUFFER_TOO_SMALL:
        return ValueError("ESPNow.recv(): buffer error")
    return _chip.error(code)


def _timeout_of(timeout_ms):
    """An argument for a timeout in milliseconds, whose errors come after that of an ESP-NOW that is off."""
    if timeout_ms is None:
        return _State.timeout_ms
    if type(timeout_ms) is int:
        return timeout_ms
    _chip.need_active()
    return to_int(timeout_ms)


def _receive(slot, room, timeout):
    """Waits for a message. @returns its length, or _ENDED. `timeout` is in milliseconds."""
    if timeout == 0:
        n = _receive_now(chip.handle, slot[0], room, slot[1], 0)
        if n >= 0 or n == _ENDED:
            return n
        raise _failure(n)
    handle = _chip.need_active()
    deadline = _chip.deadline_of(timeout * 1000)
    left = timeout * 1000 if deadline is not None else -1
    while True:
        n = lib.receive(handle, slot[0], room, slot[1], left)
        if n >= 0 or n == _ENDED:
            return n
        if n != _abi.INTERRUPTED:
            raise _failure(n)
        _chip.interrupted()
        left = _chip.left_until(deadline)


def _called(count):
    """That many messages came."""
    call = _State.irq
    if call is not None:
        for _ in range(min(count, _irq.DEPTH)):
            _irq.put(call[0], call[1])


class ESPNowBase(_Base):
    """What MicroPython's module _espnow has; ESPNow is the class to use. All objects share the chip's one ESP-NOW."""

    # {address: [RSSI in dBm, time_ms of its last message]}; filled when messages are read.
    peers_table = _table

    def __init__(self):
        # MicroPython looks at no arguments where there is none of these.
        pass

    def active(self, *flag):
        """active([flag]): switches ESP-NOW on or off, where `flag` is given. @returns whether it is on.

        Off, its peers, its irq() and all unread messages are gone. OSError: the radio cannot be had.
        """
        if len(flag) > 1:
            raise TypeError("function expected at most 2 arguments, got %d" % (len(flag) + 1))
        if not flag:
            return _chip.is_active()
        if flag[0]:
            handle = _chip.station()
            if not _chip.is_active():
                ring = _abi.Block(_abi.RING_SIZE)
                struct.pack_into(_abi.RING, ring.data, 0, _abi.RING_SIZE, _State.rxbuf, _HEADER, _SPARE)
                _chip.check(lib.start(handle, ring.arg))
            if _State.irq is not None:
                _irq.watch(_called)
            return True
        if _chip.is_active():
            _State.irq = None
            _irq.watch(None)
            _chip.check(lib.stop(chip.handle))
        return False

    def config(self, *args, **kwargs):
        """config('rxbuf' | 'timeout_ms') gets, config(rxbuf=, timeout_ms=, rate=) sets.

        rxbuf: bytes of the ring, from the next active(True) on. timeout_ms: of recv() and the like; negative: for ever.
        rate: one of RATE_..., for all that is sent from now on; it cannot be read.
        ValueError, TypeError: other names, other types. OSError(2): a rate, and no WLAN is active.
        """
        rxbuf = to_int(kwargs["rxbuf"]) if "rxbuf" in kwargs else -1
        timeout_ms = to_int(kwargs["timeout_ms"]) if "timeout_ms" in kwargs else None
        rate = to_int(kwargs["rate"]) if "rate" in kwargs else -1
        if len(args) > 1:
            raise TypeError("extra positional arguments given")
        if len(kwargs) > ("rxbuf" in kwargs) + ("timeout_ms" in kwargs) + ("rate" in kwargs):
            raise TypeError("extra keyword arguments given")
        if rxbuf >= 0:
            _State.rxbuf = rxbuf
        if timeout_ms is not None:
            _State.timeout_ms = timeout_ms
        if rate >= 0:
            handle = chip.handle
            if handle is None or not (
                _chip.check(lib.interface_is_up(handle, 0)) or _chip.check(lib.interface_is_up(handle, 1))
            ):
                raise _chip.os_error(_chip.ENOENT)
            if lib.set_rate(handle, min(rate, 0x7FFFFFFF)) < 0:
                raise OSError(-0x102, "ESP_ERR_INVALID_ARG")
        if not args:
            return None
        if args[0] == "rxbuf":
            return _State.rxbuf
        if args[0] == "timeout_ms":
            return _State.timeout_ms
        raise ValueError("unknown config param")

    def set_pmk(self, key):
        """Derives the keys of peers that are added from now on with these 16 bytes (or str).

        ValueError, TypeError: another length or type. OSError: not active.
        """
        key = to_bytes_of(key, KEY_LEN)
        _chip.check(lib.set_pmk(_chip.need_active(), key))

    def add_peer(self, *args, **kwargs):
        """add_peer(mac, lmk=None, channel=None, ifidx=None, encrypt=None): registers a peer.

        lmk: 16 bytes, which encrypt; channel: 0 is the own one; ifidx: network.STA_IF or AP_IF, which sends to it.
        OSError: not active; ESP_ERR_ESPNOW_EXIST; ESP_ERR_ESPNOW_FULL; ESP_ERR_ESPNOW_ARG. ValueError; TypeError.
        """
        if not args:
            raise TypeError("function missing 1 required positional arguments")
        address = to_address(args[0])
        info = [bytes(KEY_LEN), 0, 0, False]
        _peer_arguments(info, args[1:], kwargs)
        handle = _chip.need_active()
        block = _peer_block(address, info[0], info[1], info[2], info[3])
        result = lib.add_peer(handle, block.arg)
        _wipe(block)
        _chip.check(result)

    def mod_peer(self, *args, **kwargs):
        """mod_peer(mac, ...): changes what add_peer() said; None leaves a value as it is.

        OSError: not active; ESP_ERR_ESPNOW_NOT_FOUND; as add_peer(). ValueError; TypeError.
        """
        if not args:
            raise TypeError("function missing 1 required positional arguments")
        address = to_address(args[0])
        mac, lmk, channel, ifidx, encrypt = _get_peer(address)
        info = [lmk, channel, ifidx, encrypt]
        _peer_arguments(info, args[1:], kwargs)
        block = _peer_block(address, info[0], info[1], info[2], info[3])
        result = lib.modify_peer(chip.handle, block.arg)
        _wipe(block)
        _chip.check(result)

    def del_peer(self, mac):
        """Removes a peer. OSError: not active; ESP_ERR_ESPNOW_NOT_FOUND. ValueError; TypeError."""
        address = to_address(mac)
        _chip.check(lib.remove_peer(_chip.need_active(), address))

    def get_peer(self, mac):
        """@returns (mac, lmk, channel, ifidx, encrypt). OSError: not active; ESP_ERR_ESPNOW_NOT_FOUND. ValueError."""
        return _get_peer(to_address(mac))

    def get_peers(self):
        """@returns a tuple of what get_peer() gives, for all but groups, in their order. OSError: not active."""
        found = []
        for address in _peers():
            if not address[0] & 1:
                try:
                    found.append(_get_peer(address))
                except OSError as e:
                    # Another thread has removed it meanwhile.
                    if e.args[0] != _abi.PEER_NOT_FOUND:
                        raise
        return tuple(found)

    def peer_count(self):
        """@returns (number of peers, of those encrypted), groups included. OSError: not active."""
        handle = _chip.need_active()
        return _chip.check(lib.peers(handle, None, 0)), _chip.check(lib.encrypted_peers(handle))

    def send(self, *args, **kwargs):
        """send(mac, msg[, sync]) or send(msg): sends 1 to 1470 bytes to a peer; mac None: to all that are no groups.

        sync (None is True): waits until all that was sent has ended. @returns False where it did and somebody has not
        acknowledged, else True.
        OSError: not active; ESP_ERR_ESPNOW_NOT_FOUND, _ARG, _IF, _CHAN, _NO_MEM; OSError(110): the response did not
        come within 100 ms, as happens with long messages that nobody acknowledges. ValueError; TypeError.
        """
        if kwargs:
            raise TypeError("function doesn't take keyword arguments")
        count = len(args)
        sync = 1
        if count == 3:
            mac, msg, sync = args
            sync = 1 if sync is None or sync else 0
        elif count == 2:
            mac, msg = args
        elif count == 1:
            mac = None
            msg = args[0]
        elif count == 0:
            raise TypeError("function missing 1 required positional arguments")
        else:
            raise TypeError("function expected at most 4 arguments, got %d" % (count + 1))
        if type(msg) is not bytes or (mac is not None and (type(mac) is not bytes or len(mac) != 6)):
            _chip.need_active()
            if mac is not None:
                mac = to_address(mac)
            msg = to_bytes(msg)
        result = _send(chip.handle, mac, msg, len(msg), sync)
        if result > 0:
            return True
        if result == 0:
            return False
        if chip.handle is None:
            raise _chip.esp_error(_abi.NOT_INIT)
        raise _chip.error(result)

    def recvinto(self, data, timeout_ms=None):
        """Reads a message into the list `data`: [1] is a buffer for it, [0] becomes the sender's address.

        Where the list has 4 elements or more, [2] becomes the RSSI in dBm and [3] the time it came, in ms.
        @returns the message's length; 0: none came in time (in milliseconds; None: as configured, negative: for ever).
        OSError: not active. TypeError, ValueError: no such list or buffer. ValueError('ESPNow.recv(): buffer error'):
        the message is longer than the buffer, and all that waited is lost.
        """
        timeout = _timeout_of(timeout_ms)
        if not isinstance(data, list):
            _chip.need_active()
            raise TypeError()
        if len(data) < 2:
            _chip.need_active()
            raise ValueError()
        buffer = data[1]
        if buffer is _received:
            room = MAX_DATA_LEN
        elif isinstance(buffer, bytearray):
            room = _capacity(buffer)
        else:
            _chip.need_active()
            view = _writable(buffer)
            room = len(view)
        slot = _take_slot()
        n = _receive(slot, min(room, MAX_DATA_LEN), timeout)
        if n < 0:
            if buffer is _received:
                _stale[: len(buffer)] = buffer
                buffer[:] = _stale
            elif isinstance(buffer, bytearray):
                _grow(buffer, room)
            _slots.append(slot)
            return 0
        entry = _note(slot[3])
        if buffer is _received:
            _stale[:n] = slot[2][:n]
            buffer[:] = slot[2][:n]
        elif isinstance(buffer, bytearray):
            if n < room:
                _remember(buffer, room)
            buffer[:] = slot[2][:n]
        else:
            view[:n] = slot[2][:n]
        data[0] = entry[0]
        if len(data) >= 4:
            data[2] = entry[1][0]
            data[3] = entry[1][1]
        _slots.append(slot)
        return n

    def any(self):
        """@returns whether a message waits. OSError: not active."""
        handle = chip.handle
        if handle is None:
            raise _chip.esp_error(_abi.NOT_INIT)
        if lib.next_size(handle) > 0:
            return True
        _chip.need_active()
        return False

    def irq(self, callback, argument=None):
        """Has callback(argument) called in the main thread, also while that sleeps, once for each message that comes.

        8 calls may wait; more are lost, their messages are not. None: no more calls. ValueError: it is no callable.
        """
        if callback is not None and not callable(callback):
            raise ValueError("invalid handler")
        if callback is None:
            _State.irq = None
            _irq.watch(None)
            return
        _State.irq = (callback, argument)
        if _chip.is_active():
            _irq.watch(_called)

    def stats(self):
        """@returns (tx_pkts, tx_responses, tx_failures, rx_pkts, rx_dropped), counted since the program began."""
        if chip.handle is not None:
            block = _abi.Block(_abi.COUNTERS_SIZE)
            struct.pack_into("<I", block.data, 0, _abi.COUNTERS_SIZE)
            if lib.get_counters(chip.handle, block.arg) >= 0:
                _State.counted = tuple(struct.unpack_from(_abi.COUNTERS, block.data, 0)[2:])
        return _State.counted

    def fileno(self):
        """For select.poll() and selectors: readable exactly while a message waits, writable while all that was sent
        has ended. Nothing is to be read from it or written to it. OSError: the radio cannot be had."""
        return _chip.check(lib.message_descriptor(_chip.station()))

    def _is_on(self):
        return _chip.is_active()

    def ioctl(self, request, argument):
        """MicroPython's polling: request 3 gives those of the flags `argument` (1 readable, 4 writable) that are so."""
        if request != 3:
            return 0 if request == 4 else -22
        if not _chip.is_active():
            return 0
        found = lib.wait(chip.handle, _abi.MESSAGE | _abi.WRITABLE, -1, 0)
        if found == _abi.INTERRUPTED:
            _chip.interrupted()
            found = lib.wait(chip.handle, _abi.MESSAGE | _abi.WRITABLE, -1, 0)
        flags = 0
        if found > 0:
            flags = (1 if found & _abi.MESSAGE else 0) | (4 if found & _abi.WRITABLE else 0)
        return flags & argument


# The buffer of irecv(), and what is beyond its length, as a chip's memory would keep it.
_received = bytearray(MAX_DATA_LEN)
_stale = bytearray(MAX_DATA_LEN)


class ESPNow(ESPNowBase):
    """ESP-NOW of this process's chip. Each call makes an object; all of them are the same ESP-NOW."""

    _data = [None, _received]
    _none_tuple = _NOTHING

    def recv(self, timeout_ms=None):
        """Waits for a message. @returns [mac, msg], both bytes; (None, None) where none came in time.

        timeout_ms: 0 only looks, negative waits for ever, None: as configured. OSError: not active. TypeError.
        """
        # Without a helper's calls: programs that poll spend their time here.
        if timeout_ms is not None and type(timeout_ms) is not int:
            timeout_ms = _timeout_of(timeout_ms)
        try:
            slot = _slots.pop()
        except IndexError:
            slot = _new_slot()
        n = _receive_now(chip.handle, slot[0], 1470, slot[1], 0)
        if n <= 0:
            if n != _ENDED:
                if n != 0:
                    raise _failure(n)
                _note(slot[3])
            elif timeout_ms != 0:
                n = _receive(slot, MAX_DATA_LEN, _State.timeout_ms if timeout_ms is None else timeout_ms)
            if n <= 0:
                _slots.append(slot)
                return _NOTHING
        when, source, destination, rssi = _unpack(slot[3], 8)
        entry = _seen.get(source) or _meet(source)
        value = entry[1]
        value[0] = rssi
        value[1] = (when - chip.began) // 1000 & 0xFFFFFFFF
        result = [entry[0], bytes(slot[2][:n])]
        _slots.append(slot)
        return result

    def irecv(self, timeout_ms=None):
        """The same without new objects: always this list with this bytearray, or (None, None)."""
        return self._data if self.recvinto(self._data, timeout_ms) else _NOTHING

    def irq(self, callback):
        """Has callback(e) called in the main thread, also while that sleeps, once for each message that comes.

        8 calls may wait; more are lost, their messages are not. None: no more calls. ValueError: it is no callable.
        """
        super().irq(callback, self)

    def __iter__(self):
        return self

    def __next__(self):
        return self.irecv()


def _power_off():
    _State.irq = None


_chip.on_power_off.append(_power_off)


def __getattr__(name):
    # asyncio is large: it is imported by who needs it.
    if name == "AIOESPNow":
        from aioespnow import AIOESPNow

        return AIOESPNow
    raise AttributeError("module 'espnow' has no attribute '%s'" % name)
