"""The older name of `random`."""

import sys

import random

if sys.implementation.name == "micropython":
    from random import *
else:
    sys.modules[__name__] = random
