"""The older name of `binascii`."""

import sys

import binascii

if sys.implementation.name == "micropython":
    from binascii import *
else:
    sys.modules[__name__] = binascii
