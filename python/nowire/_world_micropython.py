"""Makes a MicroPython process a chip: `time` on the air's clock. Builtin modules cannot be changed, so another takes the
name. asyncio keeps real time: its loop waits in MicroPython's own select."""

import sys


def enter():
    """Does it."""
    # Before `time` is another: asyncio must have the clock of its select.
    try:
        import asyncio

        asyncio.sleep_ms
    except (ImportError, AttributeError):
        pass
    from nowire import _mp_time

    sys.modules["time"] = _mp_time
    sys.modules["utime"] = _mp_time
