"""The older name of `collections`."""

import sys

import collections

if sys.implementation.name == "micropython":
    from collections import *
else:
    sys.modules[__name__] = collections
