"""Tests of scripts that the launcher runs."""

import unittest

from world import SLOW, Air, Script

UP = """
import network, espnow
w = network.WLAN(network.STA_IF)
w.active(True)
e = espnow.ESPNow()
e.active(True)
"""


class Scripts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.air = Air(*SLOW)

    @classmethod
    def tearDownClass(cls):
        cls.air.close()

    def run_script(self, text, *words, url=None, **options):
        return Script(text, url or self.air.url(), *words, **options).end()

    def says(self, text, *lines, **options):
        status, out, err = self.run_script(text, **options)
        self.assertEqual((status, out.split("\n")[:-1], err), (0, [str(line) for line in lines], ""))
