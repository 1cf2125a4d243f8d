"""The older name of `re`."""

import sys

import re

if sys.implementation.name == "micropython":
    from re import *
else:
    sys.modules[__name__] = re
