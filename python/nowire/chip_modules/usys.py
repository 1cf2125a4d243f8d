"""The older name of `sys`."""

import sys

if sys.implementation.name == "micropython":
    from sys import *
else:
    sys.modules[__name__] = sys
