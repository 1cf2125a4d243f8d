"""The older name of `select`, as MicroPython has it: poll() gives objects."""

import sys

import _nowire_package

from select import *

if sys.implementation.name != "micropython":
    from nowire._select import POLLERR, POLLHUP, POLLIN, POLLOUT, poll, select
