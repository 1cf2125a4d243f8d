"""The peers of espnow as the library has them, and as programs say them."""

import struct

from nowire import _abi, _chip
from nowire._abi import lib
from nowire._convert import to_bytes_of, to_int

KEY_LEN = 16


def peer_block(address, lmk, channel, ifidx, encrypt):
    """A peer as the library takes it. It holds a key: wipe() it."""
    block = _abi.Block(_abi.PEER_SIZE)
    # Interfaces that do not fit are for the library to refuse, whatever their low bits are.
    via = ifidx if 0 <= ifidx < 255 else 255
    struct.pack_into(
        _abi.PEER, block.data, 0, _abi.PEER_SIZE, address, channel & 0xFF, via, 1 if encrypt else 0, lmk, b"\0\0\0"
    )
    return block


def wipe(block):
    """Overwrites what a block holds."""
    for i in range(len(block.data)):
        block.data[i] = 0


def peer_arguments(info, args, kwargs):
    """Changes `info`, [lmk, channel, ifidx, encrypt], as the arguments of add_peer() and mod_peer() say."""
    given = [None] * 4
    used = 0
    for i, name in enumerate(("lmk", "channel", "ifidx", "encrypt")):
        if i < len(args):
            given[i] = args[i]
        elif name in kwargs:
            given[i] = kwargs[name]
            used += 1
    if len(args) > 4:
        raise TypeError("extra positional arguments given")
    if used < len(kwargs):
        raise TypeError("extra keyword arguments given")
    lmk, channel, ifidx, encrypt = given
    if lmk is not None:
        info[3] = bool(lmk)
        if lmk:
            info[0] = to_bytes_of(lmk, KEY_LEN)
    if channel is not None:
        info[1] = to_int(channel)
    if ifidx is not None:
        info[2] = to_int(ifidx)
    if encrypt is not None:
        info[3] = bool(encrypt)


def get_peer(address):
    """@returns (mac, lmk, channel, ifidx, encrypt). OSError: not active; ESP_ERR_ESPNOW_NOT_FOUND."""
    handle = _chip.need_active()
    block = _abi.Block(_abi.PEER_SIZE)
    struct.pack_into("<I", block.data, 0, _abi.PEER_SIZE)
    _chip.check(lib.get_peer(handle, address, block.arg))
    size, mac, channel, via, encrypt, lmk, reserved = struct.unpack_from(_abi.PEER, block.data, 0)
    wipe(block)
    return mac, lmk, channel, via, bool(encrypt)


def peers():
    """The addresses of all peers, in their order."""
    handle = _chip.need_active()
    block = _abi.Block(6 * 64)
    count = _chip.check(lib.peers(handle, block.arg, len(block.data)))
    return [bytes(block.data[6 * i : 6 * i + 6]) for i in range(min(count, 64))]
