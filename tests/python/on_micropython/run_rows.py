"""Runs tests of tests/python/ on MicroPython: micropython run_rows.py test_espnow_send ..."""

import sys

import unittest

unittest.run([__import__(name) for name in sys.argv[1:]])
