"""The older name of `os`."""

import sys

import os

if sys.implementation.name == "micropython":
    from os import *
else:
    sys.modules[__name__] = os
