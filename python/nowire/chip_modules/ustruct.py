"""The older name of `struct`."""

import sys

import struct

if sys.implementation.name == "micropython":
    from struct import *
else:
    sys.modules[__name__] = struct
