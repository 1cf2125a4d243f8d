"""Makes a CPython process a chip: `time`, `select`, `asyncio`, `gc` and `sys` as programs for MicroPython know them."""

import builtins
import gc
import importlib.machinery
import select

# Those that use the computer's own select keep it.
import selectors
import sys
import time

from nowire import _select, _time

_TIME = ("sleep", "sleep_ms", "sleep_us", "ticks_add", "ticks_cpu", "ticks_diff", "ticks_ms", "ticks_us", "time")
_HEAP = 64 << 20


def mem_alloc():
    """Bytes in use: tracemalloc's where that runs (python3 -X tracemalloc), else 64 for each block."""
    import _tracemalloc

    if _tracemalloc.is_tracing():
        return _tracemalloc.get_traced_memory()[0]
    return sys.getallocatedblocks() * 64


def mem_free():
    """Bytes of 64 MiB that mem_alloc() leaves."""
    return max(_HEAP - mem_alloc(), 0)


def threshold(*bytes):
    """threshold([bytes]): -1, which nothing changes."""
    return None if bytes else -1


def print_exception(e, file=None):
    """Prints an exception with its traceback, to sys.stdout or another file."""
    import traceback

    traceback.print_exception(type(e), e, e.__traceback__, file=file or sys.stdout)


class _Finder:
    """asyncio is large, so it is changed when a program imports it."""

    def find_spec(self, name, path=None, target=None):
        if name != "asyncio":
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        execute = spec.loader.exec_module

        def execute_and_change(module):
            execute(module)
            from nowire import _asyncio

            _asyncio.enter()

        spec.loader.exec_module = execute_and_change
        return spec


def enter():
    """Does it; for the whole process, for ever."""
    for name in _TIME:
        setattr(time, name, getattr(_time, name))
    select.poll = _select.poll
    select.select = _select.select
    builtins.gc = gc
    gc.mem_alloc = mem_alloc
    gc.mem_free = mem_free
    gc.threshold = threshold
    sys.print_exception = print_exception
    sys.implementation._machine = "nowire with ESP32"
    if "asyncio" in sys.modules:
        from nowire import _asyncio

        _asyncio.enter()
    else:
        sys.meta_path.insert(0, _Finder())
    for stream in (sys.stdout, sys.stderr):
        # What was printed is to be seen before the program waits.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True, write_through=True)
