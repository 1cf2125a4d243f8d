"""MicroPython's `select` on CPython: poll() gives the objects, not their descriptors, and waits on the air's clock."""

import select as _select

from nowire import _abi, _chip
from nowire._abi import lib

POLLIN = _select.POLLIN
POLLOUT = _select.POLLOUT
POLLERR = _select.POLLERR
POLLHUP = _select.POLLHUP


def wait_readable(descriptor, microseconds):
    """Waits until a descriptor is readable, or the time is over (-1: never). May return earlier, after a signal."""
    found = lib.wait(_chip.station(), 0, descriptor, microseconds)
    if found < 0 and found != _abi.INTERRUPTED:
        raise _chip.error(found)


class poll:
    """Objects with a descriptor (ESPNow, sockets, files) or descriptors, to be waited for."""

    def __init__(self):
        self._epoll = _select.epoll()
        self._objects = {}  # descriptor: object
        self._always = {}  # the same of those that are always ready: files

    def _descriptor(self, what):
        return what if isinstance(what, int) else what.fileno()

    def register(self, what, mask=POLLIN | POLLOUT):
        """Waits for what `mask` (POLLIN, POLLOUT) says; again for another mask. OSError: no descriptor."""
        descriptor = self._descriptor(what)
        try:
            self._epoll.register(descriptor, mask)
        except FileExistsError:
            self._epoll.modify(descriptor, mask)
        except PermissionError:
            self._always[descriptor] = what, mask & (POLLIN | POLLOUT)
            return
        self._objects[descriptor] = what

    def modify(self, what, mask):
        """Changes the mask. OSError(2): it is not registered."""
        descriptor = self._descriptor(what)
        if descriptor not in self._objects and descriptor not in self._always:
            raise _chip.os_error(_chip.ENOENT)
        self.register(what, mask)

    def unregister(self, what):
        """Waits for it no longer; does nothing where it does not."""
        descriptor = self._descriptor(what)
        self._always.pop(descriptor, None)
        if self._objects.pop(descriptor, None) is not None:
            self._epoll.unregister(descriptor)

    def poll(self, timeout=-1):
        """@returns [(object, events), ...] of those that are ready, after at most `timeout` ms (negative: no end)."""
        found = [(what, mask) for what, mask in self._always.values() if mask]
        forever = timeout is None or timeout < 0
        deadline = None
        if not forever:
            _chip.station()
            deadline = _chip.deadline_of(int(timeout * 1000))
        while True:
            for descriptor, events in self._epoll.poll(0):
                what = self._objects.get(descriptor)
                if what is not None:
                    found.append((what, events))
            left = _chip.left_until(deadline)
            if found or left == 0:
                return found
            wait_readable(self._epoll.fileno(), left)

    def ipoll(self, timeout=-1, flags=0):
        """The same as an iterator. flags 1: what was given is not waited for any more."""
        for what, events in self.poll(timeout):
            if flags & 1:
                self.modify(what, 0)
            yield what, events


def select(rlist, wlist, xlist, timeout=None):
    """select.select() on the air's clock; `timeout` is in seconds. @returns the three lists of those that are ready."""
    poller = poll()
    wanted = []
    for which, mask in ((rlist, POLLIN), (wlist, POLLOUT), (xlist, 0)):
        for what in which:
            for known in wanted:
                if known[0] is what:
                    known[1] |= mask
                    break
            else:
                wanted.append([what, mask])
    for what, mask in wanted:
        poller.register(what, mask)
    found = poller.poll(-1 if timeout is None else timeout * 1000)

    def ready(among, flags):
        return [what for what in among for object, events in found if object is what and events & flags]

    return ready(rlist, POLLIN | POLLHUP | POLLERR), ready(wlist, POLLOUT | POLLERR), ready(xlist, POLLERR)
