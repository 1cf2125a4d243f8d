"""Deep sleep and reset: the program begins anew."""

import os
import sys

from nowire import _chip
from nowire._chip import chip


class Restart(SystemExit):
    """Ends a program that begins anew: a SystemExit, since asyncio lets those end its loop."""


def _again(cause):
    chip.reset_cause = cause
    if chip.restart is not None:
        chip.restart()
    # Without the launcher: this process becomes the same program again.
    if _chip.on_micropython:
        raise SystemExit("nowire: %s begins anew only under nowire.micropython" % sys.argv[0])
    os.environ["NOWIRE_RTC"] = "%d:%s" % (cause, chip.rtc_memory.hex())
    sys.stdout.flush()
    sys.stderr.flush()
    _chip.close()
    os.execv(sys.executable, [sys.executable] + sys.orig_argv[1:])


def restart(cause):
    """Does not return."""
    _chip.power_off()
    _again(cause)


def deep(milliseconds):
    """Sleeps, or for ever (None), then does not return."""
    _chip.power_off()
    _chip.wait(0, -1, -1 if milliseconds is None else max(milliseconds, 0) * 1000)
    _again(_chip.DEEPSLEEP_RESET)


def _woke():
    """What the program before this one left."""
    if _chip.on_micropython:
        return
    kept = os.environ.pop("NOWIRE_RTC", None)
    if kept:
        cause, memory = kept.split(":")
        chip.reset_cause = int(cause)
        chip.rtc_memory = bytes.fromhex(memory)


_woke()
