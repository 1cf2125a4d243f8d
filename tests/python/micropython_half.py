"""Runs a script as MicroPython would see the package: sys.implementation, ffi and the scheduler are stand-ins.

    python3 micropython_half.py script.py
"""

import collections
import sys
import types

import ffi_stand_in

for module in ("asyncio", "select", "threading", "subprocess", "inspect", "socket"):
    __import__(module)

sys.modules["ffi"] = ffi_stand_in
sys.implementation.name = "micropython"
sys.print_exception = lambda e, file=None: print("%s: %s" % (type(e).__name__, e), file=file or sys.stdout)

scheduled = collections.deque()


def schedule(function, argument):
    if len(scheduled) >= 4:
        raise RuntimeError("schedule queue full")
    scheduled.append((function, argument))


def run_scheduled():
    """MicroPython does this between bytecodes."""
    while scheduled:
        function, argument = scheduled.popleft()
        function(argument)


micropython = types.ModuleType("micropython")
micropython.schedule = schedule
micropython.const = lambda x: x
micropython.run_scheduled = run_scheduled
sys.modules["micropython"] = micropython

script = sys.argv[1]
del sys.argv[0]
with open(script) as file:
    exec(compile(file.read(), script, "exec"), {"__name__": "__main__"})
