"""Makes a MicroPython process a chip: `time` on the air's clock. Builtin modules cannot be changed, so another takes the
name. asyncio keeps real time: its loop waits in MicroPython's own select."""

import sys
import time as _real

from nowire import _time

_NAMES = ("sleep", "sleep_ms", "sleep_us", "ticks_add", "ticks_cpu", "ticks_diff", "ticks_ms", "ticks_us", "time")


class _Time:
    """`time`, with some functions replaced."""

    def __getattr__(self, name):
        return getattr(_real, name)


def enter():
    """Does it."""
    # Before `time` is another: asyncio must have the clock of its select.
    try:
        import asyncio
    except ImportError:
        pass
    changed = _Time()
    for name in _NAMES:
        setattr(changed, name, getattr(_time, name))
    sys.modules["time"] = changed
    sys.modules["utime"] = changed
