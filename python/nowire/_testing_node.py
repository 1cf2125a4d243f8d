"""A script that runs on a test's air."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time

from nowire import _native
from nowire._testing_names import text_of
from nowire._testing_process import end_with_parent

# While the air may run ahead, the test looks so often (microseconds of the air's time) whether what it waits for has
# happened: a program that prints a line and sleeps on does not wait for the test.
LOOK = 20_000


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
            preexec_fn=end_with_parent,
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

        waited = self.air._wait(f"{self.name} to print {text!r}", look, limit, LOOK)
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

        if not self.air._wait(f"{self.name} to end", has_left, limit, LOOK):
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
            self.air._wait(f"{self.name} to end", lambda: not self._is_open, 0.5, LOOK)
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
