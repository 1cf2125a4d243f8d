"""What espnow receives into: buffers of its own, and those of programs."""

import struct

from nowire import _abi, _chip

MAX_DATA_LEN = 1470

# Buffers to receive into, each (payload, meta, its bytes, meta's bytes). Taken from here and put back, so that threads
# and callbacks that receive while others do have their own.
slots = []


def new_slot():
    payload = _abi.Block(MAX_DATA_LEN)
    meta = _abi.Block(_abi.MESSAGE_SIZE)
    struct.pack_into("<I", meta.data, 0, _abi.MESSAGE_SIZE)
    return payload.arg, meta.arg, memoryview(payload.data), meta.data, payload, meta


def take_slot():
    try:
        return slots.pop()
    except IndexError:
        return new_slot()


# Bytearrays of programs that recvinto() shrank, each with the bytes that it may have again: [bytearray, capacity].
_shrunk = []


def capacity(buffer):
    """How many bytes a bytearray had when it was made: on the chip that stays its capacity."""
    for known in _shrunk:
        if known[0] is buffer:
            if known[1] < len(buffer):
                known[1] = len(buffer)
            return known[1]
    return len(buffer)


def remember(buffer, size):
    """Keeps in mind that a bytearray, about to be shrunk, has had so many bytes."""
    for known in _shrunk:
        if known[0] is buffer:
            return
    if len(_shrunk) >= 16:
        _shrunk.pop(0)
    _shrunk.append([buffer, size])


def grow(buffer, size):
    """Gives a bytearray so many bytes again."""
    if len(buffer) < size:
        buffer.extend(bytes(size - len(buffer)))


def writable(buffer):
    """A view of the bytes of a writable buffer. TypeError: it is none."""
    try:
        if isinstance(buffer, (bytes, str)):
            raise TypeError()
        view = memoryview(buffer)
        if not _chip.on_micropython:
            if view.readonly:
                raise TypeError()
            view = view.cast("B")
        return view
    except TypeError:
        raise TypeError("object with buffer protocol required")
