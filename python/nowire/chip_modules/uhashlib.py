"""The older name of `hashlib`."""

import sys

import hashlib

if sys.implementation.name == "micropython":
    from hashlib import *
else:
    sys.modules[__name__] = hashlib
