"""Waiting for an ESPNow object in MicroPython's asyncio, which asks its ioctl()."""

try:
    from asyncio import core
except ImportError:
    from uasyncio import core


def until_readable(e):
    """Waits until a message waits in `e`."""
    yield core._io_queue.queue_read(e)


def until_writable(e):
    """Waits until all that `e` sent has ended."""
    yield core._io_queue.queue_write(e)
