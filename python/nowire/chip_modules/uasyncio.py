"""The older name of `asyncio`, with MicroPython's additions."""

import sys

import _nowire_package
import asyncio

if sys.implementation.name == "micropython":
    _additions = {}
else:
    from nowire._asyncio import additions as _additions


def __getattr__(name):
    return _additions[name] if name in _additions else getattr(asyncio, name)
