"""tests/python/world.py for MicroPython: the same names, on an air that is there already, which NOWIRE_RADIO names.

There are no threads and no other processes here: what needs these is skipped.
"""

import os

from partner import (
    ARG,
    CHAN,
    EXIST,
    FULL,
    IF,
    NOBODY,
    NOT_FOUND,
    NOT_INIT,
    PATIENCE,
    Partner,
    PartnerCase,
    fresh,
    now,
    sleep,
)


def set_variable(name, value):
    """One of the environment's; None: there is none."""
    if value is None:
        os.unsetenv(name)
    else:
        os.putenv(name, value)


class Air:
    """That of NOWIRE_RADIO."""

    socket = os.getenv("NOWIRE_RADIO").split("?")[0]

    def url(self, **parameters):
        return self.socket + "?" + "&".join("%s=%s" % item for item in parameters.items())


class ChipCase(PartnerCase):
    air_options = ()
    air = Air()

    def setUp(self):
        if self.air_options:
            self.skipTest("it needs an air of its own")
        super().setUp()

    def later(self, seconds, function, *arguments):
        self.skipTest("it needs a thread")
