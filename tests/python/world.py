"""What tests of the Python package share: an air of their own, partners on it, scripts in other processes."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

# Airs are slower than real time, so that 100 ms for a response are enough on a machine that is busy with other tests.
SLOW = ("--speed", "0.2")

from partner import (  # noqa: F401  # what tests import from here
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

HERE = os.path.dirname(os.path.abspath(__file__))


def set_variable(name, value):
    """One of the environment's; None: there is none."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def end_with_parent():
    """In a child before exec: a test that is killed leaves no process behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Air:
    """A hub of its own in a temporary folder. NOWIRE_AIR names its program."""

    def __init__(self, *options):
        self.folder = tempfile.mkdtemp(prefix="nowire-python-")
        self.socket = os.path.join(self.folder, "air")
        self.start(*options)

    def start(self, *options):
        ready, told = os.pipe()
        program = os.environ.get("NOWIRE_AIR")
        if not program:
            raise RuntimeError("NOWIRE_AIR must name the hub's program; ctest sets it")
        self.process = subprocess.Popen(
            [program, "--socket", self.socket, "--ready-fd", str(told), *options],
            pass_fds=[told],
            stderr=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
        )
        os.close(told)
        said = os.read(ready, 1)
        os.close(ready)
        if said != b"R":
            raise RuntimeError("the hub does not listen")

    def url(self, **parameters):
        query = "&".join("%s=%s" % item for item in parameters.items())
        return "air:" + self.socket + ("?" + query if query else "")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class ChipCase(PartnerCase):
    """One with an air of its class's own."""

    air_options = SLOW

    @classmethod
    def setUpClass(cls):
        cls.air = Air(*cls.air_options)
        os.environ["NOWIRE_RADIO"] = cls.air.url(name="chip")

    @classmethod
    def tearDownClass(cls):
        cls.air.close()

    def setUp(self):
        self.timers = []
        super().setUp()

    def tearDown(self):
        for timer in self.timers:
            timer.join()
        super().tearDown()

    def later(self, seconds, function, *arguments):
        """Calls it in another thread, so much later."""
        self.timers.append(threading.Timer(seconds, function, arguments))
        self.timers[-1].start()


class Script:
    """A script in another process: by the launcher, or by python with the chip's modules on its path."""

    def __init__(self, text, url, *words, launcher=True, name="script", environment=None, python=None, options=()):
        self.folder = tempfile.mkdtemp(prefix="nowire-script-")
        path = os.path.join(self.folder, name + ".py")
        with open(path, "w") as file:
            file.write(text)
        import nowire

        package = os.path.dirname(os.path.abspath(nowire.__file__))
        env = dict(os.environ)
        env.update(environment or {})
        env["NOWIRE_RADIO"] = url
        python = python or sys.executable
        if launcher:
            env["PYTHONPATH"] = os.path.dirname(package)
            command = [python, *options, "-m", "nowire.micropython", path, *words]
        else:
            env["PYTHONPATH"] = os.path.join(package, "chip_modules")
            command = [python, *options, "-u", path, *words]
        self.process = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=end_with_parent,
        )

    def line(self):
        return self.process.stdout.readline().rstrip("\n")

    def end(self, seconds=PATIENCE):
        """(status, stdout, stderr) after its end."""
        try:
            out, err = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            raise AssertionError("the script does not end; it said %r and %r" % (out, err))
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        return self.process.returncode, out, err
