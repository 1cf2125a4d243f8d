"""asyncio in the chip's world, on CPython: its time is the air's, and MicroPython's additions are there."""

import asyncio
import selectors

from nowire import _chip
from nowire._select import wait_readable
from nowire._stream import Stream

_loop = None


class _AirSelector(selectors.EpollSelector):
    """Waits for descriptors in the station, so that an air that runs ahead knows that this program waits."""

    def select(self, timeout=None):
        if timeout is None:
            wait_readable(self.fileno(), -1)
        elif timeout > 0:
            wait_readable(self.fileno(), max(1, int(timeout * 1000000 + 0.999)))
        return super().select(0)


class AirLoop(asyncio.SelectorEventLoop):
    """A loop whose time() is the air's."""

    def __init__(self):
        super().__init__(_AirSelector())
        self._clock_resolution = 1e-6

    def time(self):
        """Seconds since the chip was switched on."""
        return _chip.now() / 1000000

    def call_exception_handler(self, context):
        # On the chip tasks that nobody waits for end with the program, which says nothing of them.
        ended = isinstance(context.get("exception"), SystemExit)
        if not ended and context.get("message") != "Task was destroyed but it is pending!":
            super().call_exception_handler(context)


def get_event_loop():
    """The running loop, or else that of run() and create_task()."""
    global _loop
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        pass
    if _loop is None or _loop.is_closed():
        _loop = AirLoop()
        asyncio.set_event_loop(_loop)
    return _loop


def new_event_loop():
    """Another loop for what follows, without the tasks there were."""
    global _loop
    _loop = AirLoop()
    asyncio.set_event_loop(_loop)
    return _loop


def run(main, **options):
    """Runs a coroutine to its end, and others that were started while it lasts. @returns what it returns."""
    return get_event_loop().run_until_complete(main)


_tasks = set()


def create_task(coroutine, **options):
    """Starts a coroutine; where no loop runs yet, run() will do it. @returns the task."""
    task = get_event_loop().create_task(coroutine, **options)
    # MicroPython keeps tasks that nobody else keeps.
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


async def sleep_ms(milliseconds):
    """Sleeps that many milliseconds."""
    await asyncio.sleep(max(milliseconds, 0) / 1000)


async def wait_for_ms(awaitable, milliseconds):
    """wait_for() with milliseconds. asyncio.TimeoutError."""
    return await asyncio.wait_for(awaitable, milliseconds / 1000)


class ThreadSafeFlag:
    """A flag that callbacks and other threads may set, and one task waits for."""

    def __init__(self):
        self._set = False
        self._waits = None

    def set(self):
        """Sets it."""
        self._set = True
        waits = self._waits
        if waits is not None:
            loop, future = waits
            loop.call_soon_threadsafe(lambda: future.done() or future.set_result(None))

    def clear(self):
        """Clears it."""
        self._set = False

    async def wait(self):
        """Waits until it is set, and clears it."""
        while not self._set:
            loop = asyncio.get_running_loop()
            self._waits = loop, loop.create_future()
            if self._set:
                break
            try:
                await self._waits[1]
            finally:
                self._waits = None
        self._set = False


class StreamReader(asyncio.StreamReader):
    """asyncio's, or of an ESPNow object MicroPython's."""

    def __new__(cls, *args, **kwargs):
        if args and hasattr(args[0], "ioctl"):
            return Stream(*args)
        return super().__new__(cls)


class StreamWriter(asyncio.StreamWriter):
    """asyncio's, or of an ESPNow object MicroPython's."""

    def __new__(cls, *args, **kwargs):
        if args and hasattr(args[0], "ioctl"):
            return Stream(*args)
        return super().__new__(cls)


# What `uasyncio` has besides, and `asyncio` in the chip's world.
additions = {
    "StreamReader": StreamReader,
    "StreamWriter": StreamWriter,
    "ThreadSafeFlag": ThreadSafeFlag,
    "sleep_ms": sleep_ms,
    "wait_for_ms": wait_for_ms,
}

_changes = {
    "create_task": create_task,
    "get_event_loop": get_event_loop,
    "new_event_loop": new_event_loop,
    "run": run,
}


def enter():
    """Changes `asyncio` itself: for a process that is a chip."""
    for name in additions:
        setattr(asyncio, name, additions[name])
    for name in _changes:
        setattr(asyncio, name, _changes[name])


def restart():
    """The program begins anew: its tasks are gone."""
    global _loop
    _loop = None
    _tasks.clear()
    asyncio._set_running_loop(None)
