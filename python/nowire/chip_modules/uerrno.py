"""The older name of `errno`."""

import sys

import errno

if sys.implementation.name == "micropython":
    from errno import *
else:
    sys.modules[__name__] = errno
