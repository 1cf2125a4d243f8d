"""The older name of `time`, with MicroPython's functions on the air's clock."""

import _nowire_package

from time import *
from nowire._time import sleep, sleep_ms, sleep_us, ticks_add, ticks_cpu, ticks_diff, ticks_ms, ticks_us, time
