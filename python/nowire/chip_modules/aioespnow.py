"""ESP-NOW for asyncio, as MicroPython's `aioespnow`.

    e = aioespnow.AIOESPNow()
    e.active(True)
    async for mac, msg in e:
        print(mac, msg)
"""

import _nowire_package

from espnow import *
from espnow import ESPNow
from nowire import _chip

if _chip.on_micropython:
    from nowire._aio_micropython import until_readable, until_writable
else:
    from nowire._aio_cpython import until_readable, until_writable


class AIOESPNow(ESPNow):
    """ESPNow, with coroutines besides. While ESP-NOW is off they wait for ever, as on the chip."""

    async def arecv(self):
        """Waits for a message. @returns [mac, msg] as recv() does. OSError: switched off meanwhile."""
        while True:
            await until_readable(self)
            result = self.recv(0)
            # Another task may have read it.
            if result[0] is not None:
                return result

    async def airecv(self):
        """The same as irecv(): always the same list and bytearray."""
        while True:
            await until_readable(self)
            result = self.irecv(0)
            if result[0] is not None:
                return result

    async def asend(self, mac, msg=None, sync=None):
        """asend(mac, msg, sync=None) or asend(msg): waits until all that was sent has ended, then sends as send() does,
        which blocks until it is acknowledged unless sync is False. @returns and raises as send()."""
        if msg is None:
            msg, mac = mac, None
        await until_writable(self)
        return self.send(mac, msg, sync)

    def __aiter__(self):
        return self

    async def __anext__(self):
        return await self.airecv()
