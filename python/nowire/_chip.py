"""The chip that this process is: one station on one radio, opened at its first use.

Which radio, NOWIRE_RADIO says, a URL such as "air:?name=kitchen" (docs/radio.md); without it, it is "air:". One chip
has one ESP-NOW, whichever class uses it.

This is the inside of the package: it changes without notice.
"""

import os
import struct
import sys

from nowire import _abi
from nowire._abi import lib

ENOENT = 2
ECHILD = 10
ENOMEM = 12
EINVAL = 22
EIO = 5
EOPNOTSUPP = 95
EADDRINUSE = 98
ENETDOWN = 100
EBADF = 9
ETIMEDOUT = 110

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5

# Errors that are no ESP-NOW's: what errno a program sees.
_errno_of = {
    _abi.TIMEOUT: ETIMEDOUT,
    _abi.PACKET_NUMBERS: EIO,
    _abi.RADIO: ENETDOWN,
    _abi.BAD_URL: EINVAL,
    _abi.REFUSED: EADDRINUSE,
    _abi.CLOSED: EBADF,
    _abi.INTERRUPTED: 4,
    _abi.FORKED: ECHILD,
}

on_micropython = sys.implementation.name == "micropython"


class Chip:
    """What is known of it. `handle` is the station, None before its first use and after the end."""

    handle = None
    radio = None  # a URL that goes before NOWIRE_RADIO
    began = 0  # the station's time at which the chip was switched on, or woke, in microseconds
    ended = False
    owner = 0  # process that opened it
    reset_cause = PWRON_RESET
    rtc_memory = b""
    home = None  # (channel, station's address, SoftAP's) at power on
    restart = None  # called by machine.deepsleep() and reset(): the launcher's


chip = Chip()

# Called before the radio is switched off: irq and the like.
on_power_off = []


def os_error(number, text=None):
    """An OSError with `.errno` also where it has one argument, as on the chip."""
    if text is None:
        e = OSError(number)
        if not on_micropython:
            e.errno = number
        return e
    return OSError(number, text)


def esp_error(code):
    """The exception for one of ESP-IDF's numbers (negative): OSError(-12389, 'ESP_ERR_ESPNOW_NOT_INIT')."""
    return OSError(code, _abi.text(lib.error_name(code)))


def error(code):
    """The exception for a failure of the library's, right after it: this asks for the thread's last text."""
    if _abi.CHANNEL_MISMATCH <= code <= _abi.NOT_INIT:
        return esp_error(code)
    if code == _abi.TIMEOUT:
        return os_error(ETIMEDOUT)
    return OSError(_errno_of.get(code, -code), _abi.text(lib.error_text()) or "nowire: failure %d" % code)


def check(result):
    """A result that is no failure. OSError: it is one."""
    if result < 0:
        raise error(result)
    return result


if on_micropython:
    _getenv = os.getenv

    class _NoLock:
        def __enter__(self):
            pass

        def __exit__(self, *_):
            pass

    _opening = _NoLock()
else:
    _getenv = os.environ.get
    import _thread

    _opening = _thread.allocate_lock()


def _open():
    if chip.ended:
        raise OSError(EBADF, "nowire: the program ends, its radio is closed")
    url = chip.radio or _getenv("NOWIRE_RADIO") or ""
    out = _abi.Block(8)
    check(lib.open(url.encode() + b"\0", None, out.arg))
    handle = struct.unpack_from("<Q" if struct.calcsize("P") == 8 else "<I", out.data)[0]
    own = _abi.Block(12)
    lib.address(handle, 0, own.arg)
    station = bytes(own.data[:6])
    lib.address(handle, 1, own.arg)
    chip.home = (lib.channel(handle), station, bytes(own.data[:6]))
    chip.began = 0
    if not on_micropython:
        chip.owner = os.getpid()
    chip.handle = handle


def station():
    """The station, which the first call opens. OSError: the radio cannot be had, and why."""
    if chip.handle is None:
        with _opening:
            if chip.handle is None:
                _open()
    return chip.handle


def is_active():
    """Whether ESP-NOW is on. Opens nothing. OSError: the station is a parent's."""
    if chip.handle is None:
        return False
    return bool(check(lib.is_started(chip.handle)))


def need_active():
    """The station, where ESP-NOW is on. OSError: it is not (ESP_ERR_ESPNOW_NOT_INIT)."""
    if not is_active():
        raise esp_error(_abi.NOT_INIT)
    return chip.handle


def now():
    """Microseconds since the chip was switched on or woke, on the air's clock."""
    return lib.now(station()) - chip.began


def address(which):
    """The 6 bytes of an interface's address; 0 is the station, 1 the SoftAP."""
    handle = station()
    out = _abi.Block(6)
    check(lib.address(handle, which, out.arg))
    return bytes(out.data)


_LONGEST = 1 << 61


def deadline_of(timeout):
    """When a wait of that many microseconds ends, by lib.now(); None: never (negative, or longer than time goes)."""
    if timeout < 0 or timeout > _LONGEST:
        return None
    return lib.now(chip.handle) + timeout


def left_until(deadline):
    """Microseconds until then, at least 0; -1 for None."""
    if deadline is None:
        return -1
    left = deadline - lib.now(chip.handle)
    return left if left > 0 else 0


def interrupted():
    """To be called after each wait that was interrupted: MicroPython has no signals for what came meanwhile."""
    if on_micropython:
        from nowire import _irq

        _irq.collect()


def wait(wanted, other, timeout):
    """lib.wait() that signals do not end: Python's handlers run, and it goes on with what is left of `timeout`."""
    handle = station()
    deadline = deadline_of(timeout) if timeout else None
    left = timeout
    while True:
        found = lib.wait(handle, wanted, other, left)
        if found >= 0:
            return found
        if found != _abi.INTERRUPTED:
            raise error(found)
        interrupted()
        left = left_until(deadline) if timeout else 0


def sleep(microseconds):
    """Waits that long on the air's clock."""
    if microseconds > 0:
        wait(0, -1, microseconds)


def power_off():
    """Switches everything off that a reset switches off. The station stays on its radio, which hears nothing."""
    for call in on_power_off:
        call()
    handle = chip.handle
    if handle is None:
        return
    lib.keep_sent(handle, 0)
    lib.stop(handle)
    lib.set_interface(handle, 0, 0)
    lib.set_interface(handle, 1, 0)
    lib.set_channel(handle, chip.home[0])
    lib.set_address(handle, 0, chip.home[1])
    lib.set_address(handle, 1, chip.home[2])
    lib.set_rate(handle, 0)
    lib.set_tx_power(handle, 20)
    lib.set_wake(handle, 1, 1)


def close():
    """Closes the station, after at most 100 ms for what has not been transmitted yet. Its next use opens another."""
    handle = chip.handle
    if handle is None:
        return
    for call in on_power_off:
        call()
    chip.handle = None
    if on_micropython or os.getpid() == chip.owner:
        lib.flush(handle, 100000)
    lib.close(handle)


def _end():
    chip.ended = True
    close()


def at_exit(function):
    """Has it called when the interpreter ends; does nothing where that cannot be had."""
    if on_micropython:
        if hasattr(sys, "atexit"):
            sys.atexit(function)
    else:
        import atexit

        atexit.register(function)


at_exit(_end)
