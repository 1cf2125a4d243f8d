"""Makes a MicroPython process a chip: `time`, `select` and asyncio on the air's clock. Builtin modules cannot be changed, so
others take their names, before asyncio is imported, which looks for them."""

import sys


def enter():
    """Does it."""
    from nowire import _mp_select, _mp_tasks, _mp_time

    for name, module in (("time", _mp_time), ("select", _mp_select)):
        sys.modules[name] = module
        sys.modules["u" + name] = module
    sys.modules["_asyncio"] = _mp_tasks


def restart():
    """The program begins anew: its tasks are gone."""
    if "asyncio" in sys.modules:
        sys.modules["asyncio"].new_event_loop()
