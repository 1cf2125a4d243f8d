"""The older name of `io`."""

import sys

import io

if sys.implementation.name == "micropython":
    from io import *
else:
    sys.modules[__name__] = io
