"""Waiting for an ESPNow object in CPython's asyncio."""

import asyncio

# (loop, descriptor, whether to write): the futures of those that wait there.
_waiting = {}


def _wake(key):
    for future in _waiting.get(key, ()):
        if not future.done():
            future.set_result(None)


def _forget(key):
    """Nobody waits there any more."""
    loop, descriptor, write = key
    del _waiting[key]
    if not loop.is_closed():
        try:
            if write:
                loop.remove_writer(descriptor)
            else:
                loop.remove_reader(descriptor)
        except NotImplementedError:
            pass


async def _until(e, write):
    loop = asyncio.get_running_loop()
    # Whoever reads in a loop lets others run all the same.
    await asyncio.sleep(0)
    key = (loop, e.fileno(), write)
    while not e.ioctl(3, 4 if write else 1):
        future = loop.create_future()
        others = _waiting.setdefault(key, [])
        others.append(future)
        try:
            if not e._is_on():
                # Nothing tells that it is switched on.
                loop.call_later(0.02, _wake, key)
            elif write:
                loop.add_writer(key[1], _wake, key)
            else:
                loop.add_reader(key[1], _wake, key)
            await future
        except NotImplementedError:
            # A loop that knows no descriptors.
            await asyncio.sleep(0.01)
        finally:
            others.remove(future)
            if not others:
                _forget(key)


async def until_readable(e):
    """Waits until a message waits in `e`."""
    await _until(e, False)


async def until_writable(e):
    """Waits until all that `e` sent has ended."""
    await _until(e, True)
