"""Tests of programs that speak ESP-NOW: an air of the test's own, with scripts and peers on it.

    from nowire.testing import Air

    with Air() as air:
        kitchen = air.run("kitchen.py", name="kitchen")
        phone = air.add_peer()
        phone.send(kitchen, b"on")
        kitchen.wait_for("the light is on")

`air.run` starts a script for MicroPython or Pycom as a process of its own, as `nowire micropython` does; a peer is a
device that the test itself plays. Time passes only while the test waits: in `wait_for`, `send`, `receive`, `advance` and
so on. Between them it stands, and by default (speed "max") it passes as fast as the programs can, so that an hour takes
some milliseconds. Limits and durations are seconds of the air's time. What does not happen in time is a `Failure`, which
says what every program has printed and what was on the air.

CPython only. An Air and all that is on it belong to one thread. docs/python.md has the pytest fixture `air`.
"""

import collections
import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

from nowire import _native

__all__ = ["Air", "Failure", "Message", "Node", "Peer"]

#: Seconds of real time after which an air whose time stands is given up: a program computes for ever, or hangs.
PATIENCE = 60.0

# While the air may run ahead, the test looks so often (microseconds of the air's time) whether what it waits for has
# happened: a program that prints a line and sleeps on does not wait for the test.
_LOOK = 20_000

_prctl = ctypes.CDLL(None).prctl
_PR_SET_PDEATHSIG = 1

#: A received message: `source` and `destination` are bytes, `time` seconds on the air's clock, `rssi` dBm.
Message = collections.namedtuple("Message", "source payload destination encrypted rssi channel time")


class Failure(AssertionError):
    """What a test waited for did not happen."""


class Air:
    """A simulated air and all that is on it; a context manager, which ends it.

    Args:
        seed: of all that is drawn: losses, backoffs, the addresses of nothing.
        speed: "max", as fast as the programs can; or a number, so many times as fast as life at most.
        loss: 0 to 1, how many frames each link loses.
        airtime: False: frames take no time.
        capture: a file for the capture; by default it is kept as long as the air.
        scripts: the folder from which `run` takes scripts; by default the current one. The fixture has that of the test.
    """

    def __init__(self, *, seed=1, speed="max", loss=0.0, airtime=True, capture=None, scripts="."):
        self._scripts_folder = Path(scripts)
        self.nodes = []
        self._count = 0
        self._scripts = 0
        self._keys = []
        self._closing = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            # Not pytest's folder: the path of a socket has 107 bytes at most.
            self.folder = Path(tempfile.mkdtemp(prefix="nowire-"))
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.socket = str(self.folder / "air")
            self._capture = Path(capture) if capture is not None else self.folder / "air.pcapng"
            self._runs_ahead = speed == "max"
            arguments = ["--socket", self.socket, "--pcap", str(self._capture), "--seed", str(seed), "--speed", str(speed)]
            arguments += ["--loss", str(loss)] + ([] if airtime else ["--no-airtime"])
            self._start_hub(arguments, stack)
            self._events = select.epoll()
            stack.callback(self._events.close)
            self._conductor = _native.Station(self.url(name="the test"))
            stack.callback(self._conductor.close)
            self._began = _native.air_now(self.socket) - self._conductor.now()
            self._now = self._conductor.now()
            self._closing = stack.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends every program, and the air. May be called again."""
        for node in self.nodes:
            node._close()
        self._closing.close()

    def url(self, **parameters):
        """The URL of a radio on this air, for NOWIRE_RADIO, `--radio` and the like: `air.url(name="me", channel=6)`."""
        words = "&".join(f"{name}={quote(str(value), safe=':')}" for name, value in parameters.items() if value is not None)
        return "air:" + quote(self.socket) + ("?" + words if words else "")

    # What is on it.

    def run(self, script, *arguments, name=None, mac=None, channel=None, python=None, environment=None):
        """Starts a script as a node, and returns when its radio is on the air (or it has ended).

        Args:
            script: its path; or, where it has several lines, its text.
            arguments: the rest of its sys.argv.
            name: the node's, by default the script's.
            mac: of its station interface, as bytes or text; by default 02:00:00:00:00:10 for the first node of this
                air, 02:00:00:00:00:20 for the second and so on. The SoftAP's is one more.
            channel: that it starts on.
            python: what runs it, by default this Python; "micropython" for the unix port.
            environment: variables besides those of this process.
        Raises:
            Failure: it has not come within 30 s of real time.
        """
        if "\n" in os.fspath(script):
            self._scripts += 1
            text, script = script, self.folder / f"{name or 'script'}-{self._scripts}.py"
            script.write_text(text, "utf-8")
        script = self._scripts_folder / script
        if not script.is_file():
            raise FileNotFoundError(f"{script}: there is no such script")
        node = Node(self, script, arguments, self._name(name or script.stem), self._mac(mac), channel, python, environment)
        self.nodes.append(node)
        node._wait_for_radio()
        return node

    def add_peer(self, name=None, *, mac=None, channel=None):
        """Adds a device that the test plays. See `Peer`; for `name`, `mac` and `channel` see `run`."""
        peer = Peer(self, self._name(name or "peer"), self._mac(mac), channel)
        self.nodes.append(peer)
        return peer

    # Links.

    def set_link(self, sender, receiver, *, loss=None, rssi=None):
        """Has frames get from one to the other like this; what is not given is as on this air otherwise.

        Args:
            sender, receiver: nodes, peers or addresses.
            loss: 0 to 1, how many of them are lost.
            rssi: dBm at the receiver; below -98 nothing is heard at 1 Mb/s.
        """
        _native.set_link(self.socket, address_of(sender), address_of(receiver), loss, rssi)

    def cut(self, one, other):
        """Lets nothing get from either of them to the other."""
        self.set_link(one, other, loss=1)
        self.set_link(other, one, loss=1)

    def join(self, one, other):
        """Makes the link between them what the air's links are."""
        self.set_link(one, other)
        self.set_link(other, one)

    # Time.

    @property
    def now(self):
        """Seconds on the air's clock, since the air began."""
        if not self._runs_ahead:
            self._now = self._conductor.now()
        return (self._began + self._now) / 1e6

    def advance(self, seconds):
        """Lets so much of the air's time pass."""
        self._wait("time to pass", lambda: False, seconds)

    def wait_until(self, is_so, limit=10.0, what="it to be so"):
        """Waits until `is_so()` returns something true, which is returned.

        Raises:
            Failure: `limit` seconds are over.
        """
        found = []

        def look():
            found[:] = [is_so()]
            return found[0]

        if not self._wait(what, look, limit, _LOOK):
            self.fail(f"waited {limit:g} s for {what}, in vain")
        return found[0]

    # What was on it.

    def add_key(self, address, lmk, pmk=None):
        """Has `capture()` try encrypted frames from and to this node or address with this key.

        The keys that peers use are known."""
        self._keys.append((address_of(address), key_of(lmk), key_of(pmk)))

    def capture(self):
        """The ESP-NOW frames that were on the air, retries included: a list of dicts with the keys of
        `nowire decode --json`, such as "src", "dst", "channel", "retry", "encrypted", "mic_ok", "payload" and "text".

        "payload" is bytes here, or None where there is no key for it; "time" is in seconds of the air."""
        frames = []
        for line in _native.read_capture(self._capture, self._keys):
            frame = json.loads(line)
            if not frame.get("espnow", True):
                continue
            if frame["payload"] is not None:
                frame["payload"] = bytes.fromhex(frame["payload"])
            frames.append(frame)
        return frames

    def fail(self, text):
        """Raises a Failure with this text and `describe()`."""
        raise Failure(f"{text}\n{self.describe()}")

    def describe(self):
        """What a failed test wants to know: the time, what each node has said, the last frames."""
        lines = [f"The air's time is {self.now:.6f} s."]
        for node in self.nodes:
            lines += node._describe()
        frames = self.capture()
        lines.append("The last frames on the air:" if frames else "There was no frame on the air.")
        for frame in frames[-20:]:
            what = frame["text"] if frame["text"] is not None else frame["payload"]
            retry = " retry" if frame["retry"] else ""
            secret = " encrypted" if frame["encrypted"] else ""
            lines.append(f"    {frame['time']:.6f} {frame['src']} > {frame['dst']} ch {frame['channel']}{retry}{secret} {what!r}")
        return "\n".join(lines)

    # How it works.

    def _start_hub(self, arguments, stack):
        reads, writes = os.pipe()
        log = self.folder / "air.log"
        with open(log, "wb") as errors:
            self._hub = subprocess.Popen(
                [_native.hub_program(), *arguments, "--ready-fd", str(writes)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, pass_fds=[writes], start_new_session=True,
                preexec_fn=_end_with_parent,
            )  # fmt: skip
        os.close(writes)
        stack.callback(_end, self._hub)
        with os.fdopen(reads, "rb") as ready:
            said = ready.read()
        if said != b"R":
            raise RuntimeError("the air does not start: " + (said.decode() or log.read_text()))

    def _name(self, wanted):
        names = {node.name for node in self.nodes}
        name, number = wanted, 1
        while name in names:
            number += 1
            name = f"{wanted}-{number}"
        return name

    def _mac(self, wanted):
        if wanted is not None:
            return address_of(wanted)
        self._count += 1
        return bytes([0x02, 0, 0, self._count >> 12 & 0xFF, self._count >> 4 & 0xFF, self._count << 4 & 0xFF])

    def _wait(self, what, is_done, limit, slice=None):
        """Lets time pass until `is_done()`. Returns whether that was before `limit` seconds were over.

        `slice` is how long it may pass, in microseconds, without a look at what scripts print."""
        deadline = round((self.now + limit) * 1e6) - self._began
        stands = threading.Event()

        def give_up():
            stands.set()
            self._conductor.interrupt()

        watch = threading.Timer(PATIENCE + (0 if self._runs_ahead else limit), give_up)
        watch.daemon = True
        watch.start()
        try:
            while True:
                self._collect()
                if is_done():
                    return True
                if self._now >= deadline:
                    return False
                if stands.is_set():
                    self.fail(f"the air's time has stood for {PATIENCE:g} s: a program computes, while the test waits for {what}")
                until = min(deadline, self._now + slice) if slice and self._runs_ahead else deadline
                # The conductor's clock may be behind, and its wait begins there.
                is_over = self._conductor.wait(self._events.fileno(), max(until - self._conductor.now(), 0))
                if is_over or not self._runs_ahead:
                    self._now = self._conductor.now()
                else:
                    self._now = _native.air_now(self.socket) - self._began
        finally:
            watch.cancel()

    def _collect(self):
        """Takes what came for the test."""
        for node in self.nodes:
            node._collect()


class Node:
    """A script that runs on the air: `name`, `mac` (bytes), and `output`, all that it has printed (stderr included)."""

    def __init__(self, air, script, arguments, name, mac, channel, python, environment):
        self.air = air
        self.script = script
        self.name = name
        self.mac = mac
        self.output = ""
        self.status = None  #: its exit status once it has ended, negative: the signal
        self._seen = 0
        self._rest = b""
        program = os.fspath(python or sys.executable)
        url = air.url(name=name, mac=text_of(mac), channel=channel)
        self._process = subprocess.Popen(
            [program, "-m", "nowire.micropython", "--radio", url, os.fspath(script), "--", *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            preexec_fn=_end_with_parent,
            env={**os.environ, **_native.environment(), "PYTHONUNBUFFERED": "1", **(environment or {})},
        )  # fmt: skip
        self._pipe = self._process.stdout.fileno()
        os.set_blocking(self._pipe, False)
        air._events.register(self._pipe, select.EPOLLIN)
        self._is_open = True

    def wait_for(self, text, limit=10.0):
        """Waits until it prints a line with this text in it, and returns the line. Each line is found once.

        Raises:
            Failure: it ended without, or `limit` seconds of the air's time are over.
        """
        found = []

        def look():
            end = self.output.rfind("\n") + 1
            while self._seen < end:
                line_end = self.output.index("\n", self._seen)
                line, self._seen = self.output[self._seen : line_end], line_end + 1
                if text in line:
                    found.append(line)
                    return True
            return not self._is_open

        waited = self.air._wait(f"{self.name} to print {text!r}", look, limit, _LOOK)
        if found:
            return found[0]
        if waited:
            self.air.fail(f"{self.name} ended without printing {text!r}")
        self.air.fail(f"waited {limit:g} s for {self.name} to print {text!r}, in vain")

    def wait(self, limit=60.0):
        """Waits until it has ended, and returns its status.

        Raises:
            Failure: `limit` seconds of the air's time are over.
        """

        def has_left():
            return not self._is_open or not _native.has_radio(self.air.socket, self.name)

        if not self.air._wait(f"{self.name} to end", has_left, limit, _LOOK):
            self.air.fail(f"waited {limit:g} s for {self.name} to end, in vain")
        # The air waits for nobody who has left it; the rest is a matter of the computer's time.
        if not self._wait_for_output(lambda: not self._is_open):
            self.air.fail(f"{self.name} has left the air, and does not end")
        return self.status

    @property
    def is_running(self):
        """Whether it has not ended."""
        self._collect()
        return self._is_open

    def stop(self):
        """Ends it (SIGTERM) and returns its status. Does nothing if it has ended."""
        if self.is_running:
            self._signal(signal.SIGTERM)
            # What it has sent it lets end.
            self.air._wait(f"{self.name} to end", lambda: not self._is_open, 0.5, _LOOK)
            if not self._wait_for_output(lambda: not self._is_open):
                self.air.fail(f"{self.name} does not end when it is told to")
        return self.status

    def _signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _collect(self):
        while self._is_open:
            try:
                some = os.read(self._pipe, 65536)
            except BlockingIOError:
                return
            if some:
                self._rest += some
                # A character may have come in part.
                end = self._rest.rfind(b"\n") + 1
                self.output += self._rest[:end].decode("utf-8", "replace")
                self._rest = self._rest[end:]
                continue
            self.output += self._rest.decode("utf-8", "replace")
            if self.output and not self.output.endswith("\n"):
                self.output += "\n"
            self._is_open = False
            self.air._events.unregister(self._pipe)
            self.status = self._process.wait()
            self._process.stdout.close()

    def _wait_for_radio(self):
        if not self._wait_for_output(lambda: not self._is_open or _native.has_radio(self.air.socket, self.name)):
            self.air.fail(f"{self.name} has not come to the air")

    def _wait_for_output(self, is_done):
        """Of the computer's time, while the air's stands: whether `is_done()` within 30 s."""
        limit = time.monotonic() + 30
        while not is_done():
            if time.monotonic() > limit:
                return False
            if self._is_open:
                select.select([self._pipe], [], [], 0.005)
            self._collect()
        return True

    def _close(self):
        if self._is_open:
            self._signal(signal.SIGKILL)
            self._wait_for_output(lambda: not self._is_open)

    def _describe(self):
        how = "runs" if self._is_open else f"ended with status {self.status}"
        lines = self.output.splitlines()
        heading = f"{self.name} ({text_of(self.mac)}) {how}; it has printed" + (":" if lines else " nothing")
        return [heading, *("    " + line for line in lines[-40:])]


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


def address_of(node):
    """The MAC address of a node, a peer, or an address as 6 bytes or as text."""
    mac = getattr(node, "mac", node)
    if isinstance(mac, str):
        mac = bytes.fromhex(mac.replace(":", ""))
    if len(mac) != 6:
        raise ValueError(f"{node!r} is no MAC address: it has 6 bytes")
    return bytes(mac)


def text_of(mac):
    """02:00:00:00:00:10"""
    return mac.hex(":")


def key_of(key):
    """16 bytes of a key that may be text; None: none."""
    if key is None:
        return None
    key = key.encode() if isinstance(key, str) else bytes(key)
    if len(key) != 16:
        raise ValueError("a key has 16 bytes")
    return key


def _end_with_parent():
    """In a child before exec: a test that is killed leaves nothing behind."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end(process):
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
