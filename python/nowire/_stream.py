"""asyncio.StreamReader(e) and StreamWriter(e) of MicroPython, for the older ESPNow class (esp.espnow), on CPython."""

from nowire import _aio_cpython


class Stream:
    """Packets of an ESPNow object as a stream of bytes. What a reader leaves of a packet waits for the next."""

    def __init__(self, e, extra=None):
        self.s = e
        self._left = b""
        self._out = b""

    async def _more(self):
        packets = None
        while packets is None:
            await _aio_cpython.until_readable(self.s)
            packets = self.s.read()
        self._left += packets

    def _take(self, n):
        data = self._left[:n]
        self._left = self._left[n:]
        return data

    async def read(self, n=-1):
        """Waits for packets. @returns up to n bytes of what there is; n negative: all of it."""
        if not self._left:
            await self._more()
        return self._take(len(self._left) if n < 0 else n)

    async def read1(self, n=-1):
        """The same of one packet."""
        if not self._left:
            await self._more()
        return self._take(min(8 + self._left[1], len(self._left)) if n < 0 else n)

    async def readinto(self, buffer):
        """The same into a buffer. @returns how many bytes."""
        data = await self.read(len(buffer))
        memoryview(buffer)[: len(data)] = data
        return len(data)

    async def readexactly(self, n):
        """@returns n bytes, and waits until there are as many."""
        while len(self._left) < n:
            await self._more()
        return self._take(n)

    async def readline(self):
        """@returns bytes up to and with the next newline."""
        while b"\n" not in self._left:
            await self._more()
        return self._take(self._left.index(b"\n") + 1)

    def write(self, data):
        """Keeps packets for drain()."""
        self._out += bytes(data)

    async def drain(self):
        """Sends what was written. ValueError, OSError: as the object's write()."""
        data, self._out = self._out, b""
        if data:
            await _aio_cpython.until_writable(self.s)
            self.s.write(data)

    def close(self):
        """Does nothing: the object stays."""

    async def wait_closed(self):
        """Does nothing."""

    def get_extra_info(self, what):
        """@returns None: a stream of packets has no peer of its own."""
        return None
