"""Callbacks when a message comes, in the main thread, also while that sleeps: the chip's scheduler.

On CPython the library sends a signal to the main thread for each message, whose handler runs what is scheduled; where
no signal can be used (irq() was called in another thread, or in an interpreter within an interpreter) a thread does.
On MicroPython our own waits look, and micropython.schedule() does the rest.
"""

import sys

from nowire import _abi, _chip
from nowire._abi import lib
from nowire._chip import chip, on_micropython

# How many calls may wait, as on the ESP32.
DEPTH = 8

_queue = []
_running = False
_receiver = None  # called with the number of messages that came (0: an end that is kept), in the main thread
_mode = None  # None, "signal", "thread" or "poll"
_signal = 0
_generation = 0


def _print(e):
    if on_micropython:
        sys.print_exception(e)
    else:
        sys.excepthook(type(e), e, e.__traceback__)


def put(function, argument):
    """Schedules a call where there is room. @returns whether there was."""
    if on_micropython:
        import micropython

        try:
            micropython.schedule(function, argument)
            return True
        except RuntimeError:
            return False
    if len(_queue) >= DEPTH:
        return False
    _queue.append((function, argument))
    return True


def collect():
    """Asks the library for what came, and schedules the receiver's calls."""
    if chip.handle is None or _receiver is None:
        return
    count = lib.take_notes(chip.handle)
    receiver = _receiver
    if count >= 0 and receiver is not None:
        receiver(count)


def run():
    """Runs what is scheduled. An exception is printed, as on the chip; one that ends the program goes on."""
    global _running
    if _running:
        return
    _running = True
    try:
        while _queue:
            function, argument = _queue.pop(0)
            try:
                function(argument)
            except Exception as e:
                _print(e)
    finally:
        _running = False


def schedule(function, argument):
    """micropython.schedule(): calls function(argument) in the main thread, soon. RuntimeError: 8 wait already."""
    if not put(function, argument):
        raise RuntimeError("schedule queue full")
    _poke()


def _handle(number, frame):
    collect()
    run()


def _poke():
    """Has the main thread run what is scheduled."""
    import signal
    import threading

    _install()
    if _signal:
        signal.pthread_kill(threading.main_thread().ident, _signal)
    else:
        run()


def call_in_main(function, argument):
    """The same before all that waits, however much that is. The main thread has called prepare()."""
    _queue.insert(0, (function, argument))
    _poke()


def prepare():
    """So that other threads can have something called: by the main thread."""
    if not on_micropython:
        _install()


def _install():
    """Sets `_signal` up. @returns whether this thread can be sent it by the library."""
    global _signal
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        return False
    if _signal:
        return True
    # One that nobody uses. The first few are glibc's and valgrind's.
    for number in range(signal.SIGRTMIN + 5, signal.SIGRTMAX):
        if signal.getsignal(number) == signal.SIG_DFL:
            try:
                signal.signal(number, _handle)
            except ValueError:
                return False
            _signal = number
            return True
    return False


def _work(generation):
    handle = chip.handle
    while generation == _generation and chip.handle == handle:
        # An interrupt may go to another thread's wait, so this one looks again after 50 ms.
        found = lib.wait(handle, 0, -1, 50000)
        if found < 0 and found != _abi.INTERRUPTED:
            return
        if generation != _generation:
            return
        collect()
        run()


def is_watching():
    """Whether somebody is told of messages, and ESP-NOW is on."""
    return _receiver is not None and _chip.is_active()


def watch(receiver):
    """Has receiver(count) called for what comes from now on; None: no more. One chip has one. The station is open."""
    global _receiver, _mode, _generation
    if receiver is None:
        if _receiver is not None:
            _receiver = None
            _generation += 1
            if chip.handle is not None:
                lib.notify(chip.handle, -1)
        _mode = None
        return
    handle = _chip.station()
    _receiver = receiver
    _generation += 1
    if on_micropython:
        _mode = "poll"
        _chip.check(lib.notify(handle, 0))
    elif _install():
        _mode = "signal"
        _chip.check(lib.notify(handle, _signal))
    else:
        import threading

        _mode = "thread"
        _chip.check(lib.notify(handle, 0))
        threading.Thread(target=_work, args=(_generation,), daemon=True).start()


def _forget():
    watch(None)
    del _queue[:]


_chip.on_power_off.append(_forget)
