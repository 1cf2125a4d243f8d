"""The older name of `zlib`."""

import sys

try:
    import zlib
except ImportError:
    import deflate as zlib

if sys.implementation.name != "micropython":
    sys.modules[__name__] = zlib
