"""MicroPython's `select` in the chip's world, on MicroPython: poll() waits on the air's clock."""

import select as _select

from nowire import _abi, _chip
from nowire._abi import lib

POLLIN = _select.POLLIN
POLLOUT = _select.POLLOUT
POLLERR = _select.POLLERR
POLLHUP = _select.POLLHUP

_STREAM_POLL = 3
# How long a wait for several descriptors is, of which the library looks at one.
_SLICE = 10000


class poll:
    """Objects with an ioctl() (ESPNow, asyncio's flags), sockets and files, to be waited for."""

    def __init__(self):
        self._objects = {}  # id: [object, mask] of those with an ioctl()
        self._files = {}  # the same of the others
        self._poller = _select.poll()  # for the others

    def register(self, what, mask=POLLIN | POLLOUT):
        """Waits for what `mask` (POLLIN, POLLOUT) says; again for another mask. OSError: it cannot be waited for."""
        if hasattr(what, "ioctl"):
            self._objects[id(what)] = [what, mask]
        else:
            self._poller.register(what, mask)
            self._files[id(what)] = [what, mask]

    def modify(self, what, mask):
        """Changes the mask. OSError(2): it is not registered."""
        known = self._objects.get(id(what)) or self._files.get(id(what))
        if known is None:
            raise OSError(_chip.ENOENT)
        known[1] = mask
        if id(what) in self._files:
            self._poller.modify(what, mask)

    def unregister(self, what):
        """Waits for it no longer; does nothing where it does not."""
        self._objects.pop(id(what), None)
        if self._files.pop(id(what), None) is not None:
            self._poller.unregister(what)

    def _ready(self):
        found = []
        for what, mask in self._objects.values():
            events = what.ioctl(_STREAM_POLL, mask) & (mask | POLLERR | POLLHUP)
            if events:
                found.append((what, events))
        if self._files:
            found += [(ready[0], ready[1]) for ready in self._poller.poll(0)]
        return found

    def _wait(self, microseconds):
        wanted = 0
        for _, mask in self._objects.values():
            if mask & POLLIN:
                wanted |= _abi.MESSAGE
            if mask & POLLOUT:
                wanted |= _abi.WRITABLE
        other = -1
        if self._files:
            for what, mask in self._files.values():
                other = what if isinstance(what, int) else what.fileno()
                break
            if len(self._files) > 1 or mask & POLLOUT:
                microseconds = _SLICE if microseconds < 0 else min(microseconds, _SLICE)
        found = lib.wait(_chip.station(), wanted, other, microseconds)
        if found == _abi.INTERRUPTED:
            _chip.interrupted()
        elif found < 0:
            raise _chip.error(found)

    def poll(self, timeout=-1):
        """@returns [(object, events), ...] of those that are ready, after at most `timeout` ms (negative: no end)."""
        deadline = None
        if timeout is not None and timeout >= 0:
            _chip.station()
            deadline = _chip.deadline_of(int(timeout * 1000))
        while True:
            found = self._ready()
            left = _chip.left_until(deadline)
            if found or left == 0:
                return found
            self._wait(left)

    def ipoll(self, timeout=-1, flags=0):
        """The same as an iterator. flags 1: what was given is not waited for any more."""
        for what, events in self.poll(timeout):
            if flags & 1:
                self.modify(what, 0)
            yield what, events
