"""The older name of `heapq`."""

import sys

import heapq

if sys.implementation.name == "micropython":
    from heapq import *
else:
    sys.modules[__name__] = heapq
