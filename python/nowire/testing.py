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

import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from urllib.parse import quote

from nowire import _native
from nowire._testing_names import address_of, key_of, text_of
from nowire._testing_node import LOOK, Node
from nowire._testing_peer import Message, Peer
from nowire._testing_process import end, end_with_parent

__all__ = ["Air", "Failure", "Message", "Node", "Peer"]

#: Seconds of real time after which an air whose time stands is given up: a program computes for ever, or hangs.
PATIENCE = 60.0


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

        if not self._wait(what, look, limit, LOOK):
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
                preexec_fn=end_with_parent,
            )  # fmt: skip
        os.close(writes)
        stack.callback(end, self._hub)
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
