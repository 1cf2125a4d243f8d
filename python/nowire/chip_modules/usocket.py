"""The older name of `socket`."""

import sys

import socket

if sys.implementation.name == "micropython":
    from socket import *
else:
    sys.modules[__name__] = socket
