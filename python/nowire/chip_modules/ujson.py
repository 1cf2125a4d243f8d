"""The older name of `json`."""

import sys

import json

if sys.implementation.name == "micropython":
    from json import *
else:
    sys.modules[__name__] = json
