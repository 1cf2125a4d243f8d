"""`time` on MicroPython in the chip's world: the real one, with what follows the air's clock."""

from time import *
from nowire._time import sleep, sleep_ms, sleep_us, ticks_add, ticks_cpu, ticks_diff, ticks_ms, ticks_us, time
