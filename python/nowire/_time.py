"""MicroPython's `time`, on the air's clock: where the air goes faster than real time, so do these."""

import time as _real

from nowire import _chip
from nowire._abi import lib
from nowire._chip import chip

_PERIOD = 1 << 30
_HALF = 1 << 29

_epoch = None


def sleep(seconds):
    """Sleeps that many seconds. ValueError: a negative number."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    _chip.sleep(int(seconds * 1000000))


def sleep_ms(milliseconds):
    """Sleeps that many milliseconds; not at all where that is negative."""
    _chip.sleep(int(milliseconds) * 1000)


def sleep_us(microseconds):
    """Sleeps that many microseconds; not at all where that is negative."""
    _chip.sleep(int(microseconds))


def ticks_ms():
    """Milliseconds since the chip was switched on or woke; after 2**30 of them from 0 again."""
    return _chip.now() // 1000 % _PERIOD


def ticks_us():
    """Microseconds since the chip was switched on or woke; after 2**30 of them from 0 again."""
    return _chip.now() % _PERIOD


def ticks_cpu():
    """The finest clock there is: microseconds."""
    return _chip.now() % _PERIOD


def ticks_add(ticks, delta):
    """A time `delta` later (or earlier), in the same unit. OverflowError: half a period or more."""
    if not -_HALF < delta < _HALF:
        raise OverflowError("ticks interval overflow")
    return (ticks + delta) % _PERIOD


def ticks_diff(end, start):
    """How much later `end` is than `start`, from -2**29 to 2**29 - 1."""
    return (end - start + _HALF) % _PERIOD - _HALF


def time():
    """Seconds since the epoch: the computer's at the beginning, then the air's clock."""
    global _epoch
    if chip.handle is None:
        _chip.station()
    now = lib.now(chip.handle) / 1000000
    if _epoch is None or _epoch[0] != chip.handle:
        _epoch = (chip.handle, _real_time() - now)
    return _epoch[1] + now


# The computer's own, however `time` is changed afterwards.
_real_time = _real.time
