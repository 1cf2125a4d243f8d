"""A device on a test's air that the test itself plays."""

import collections
import contextlib
import os
import select
import threading

from nowire import _native
from nowire._testing_names import address_of, key_of, text_of

#: A received message: `source` and `destination` are bytes, `time` seconds on the air's clock, `rssi` dBm.
Message = collections.namedtuple("Message", "source payload destination encrypted rssi channel time")


class Peer:
    """A device that the test plays: `name`, `mac` (bytes). Its ESP-NOW is on, its station interface is up."""

    def __init__(self, air, name, mac, channel):
        self.air = air
        self.name = name
        self.mac = mac
        self._messages = collections.deque()
        self._ends = collections.deque()
        self._pmk = None
        self._lmks = {}
        self._station = _native.Station(air.url(name=name, mac=text_of(mac), channel=channel))
        # Its clock began with it.
        self._began = air.now - self._station.now() / 1e6
        self._station.set_interface(True)
        self._station.start(1 << 20)
        self._station.keep_sent()
        # A thread of its own waits in the station, so that the air knows when it has nothing to do. What has come it
        # keeps for the test, and time stands until the test has seen it.
        self._came = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._taken = threading.Semaphore(0)
        self._is_closing = False
        self._thread = threading.Thread(target=self._receive_all, name="nowire peer " + name, daemon=True)
        self._thread.start()
        air._events.register(self._came, select.EPOLLIN)

    def send(self, to, payload, limit=10.0):
        """Sends to a node or address (bytes or text), and waits until it is known what became of it.

        Whom it does not know it adds as a plain peer. Returns whether it was acknowledged; true for a group.

        Raises:
            OSError: it cannot be sent, as espnow's.
        """
        address = address_of(to)
        self._ends.clear()
        self.post(address, payload)
        if not self.air._wait(f"{self.name} to send", lambda: any(a == address for a, _ in self._ends), limit):
            self.air.fail(f"{self.name} waited {limit:g} s for the end of what it sent, in vain")
        return next(delivered for a, delivered in self._ends if a == address)

    def post(self, to, payload):
        """Sends without waiting."""
        address = address_of(to)
        if not self._station.has_peer(address):
            self._station.add_peer(address)
        self._station.send(address, payload.encode() if isinstance(payload, str) else bytes(payload))

    def receive(self, limit=10.0):
        """The oldest message that was not received yet; waits for one if need be.

        Raises:
            Failure: none came within `limit` seconds.
        """
        message = self.receive_within(limit)
        if message is None:
            self.air.fail(f"{self.name} waited {limit:g} s for a message, in vain")
        return message

    def receive_within(self, limit):
        """The same, or None if none came within `limit` seconds."""
        self.air._wait(f"a message for {self.name}", lambda: bool(self._messages), limit)
        return self._messages.popleft() if self._messages else None

    def receive_nothing(self, seconds):
        """Waits so long.

        Raises:
            Failure: a message came, or waits already.
        """
        message = self.receive_within(seconds)
        if message is not None:
            self.air.fail(f"{self.name} has received {message.payload!r} of {text_of(message.source)}, and ought not to")

    @property
    def waiting(self):
        """How many messages wait to be received."""
        self._collect()
        return len(self._messages)

    def set_pmk(self, pmk):
        """The primary key (16 bytes or characters) of the local keys that are set from now on."""
        self._pmk = key_of(pmk)
        self._station.set_pmk(self._pmk)

    def set_lmk(self, other, lmk):
        """Shares a key (16 bytes or characters) with a node or address; None: none any more. A wrong key is one that the
        other one has not: who sends with it is acknowledged, and nothing is received."""
        address = address_of(other)
        key = key_of(lmk)
        change = self._station.modify_peer if self._station.has_peer(address) else self._station.add_peer
        change(address, key)
        if key is not None:
            self.air._keys.append((address, key, self._pmk))
            self.air._keys.append((self.mac, key, self._pmk))

    def set_channel(self, number):
        """Moves it to another channel."""
        self._station.set_channel(number)

    def set_receiving(self, on):
        """Switches its interface off or on; while it is off nothing is acknowledged."""
        self._station.set_interface(on)

    def _receive_all(self):
        while True:
            self._station.wait_for_any()
            if self._is_closing:
                return
            messages, ends = self._station.take_messages(), self._station.take_ends()
            if messages or ends:
                self._messages.extend(Message(*m[:-1], m[-1] + self._began) for m in messages)
                self._ends.extend(ends)
                os.eventfd_write(self._came, 1)
                self._taken.acquire()

    def _collect(self):
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._came)
            self._taken.release()

    def _close(self):
        if self._is_closing:
            return
        self._is_closing = True
        self._station.interrupt()
        self._taken.release()
        self._thread.join()
        self._station.close()
        self.air._events.unregister(self._came)
        os.close(self._came)

    def _describe(self):
        count = len(self._messages)
        return [f"{self.name} ({text_of(self.mac)}) is a peer; {count} message{'' if count == 1 else 's'} wait"]
