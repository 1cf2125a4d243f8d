"""Child processes that end with their parent."""

import ctypes
import signal
import subprocess

_prctl = ctypes.CDLL(None).prctl
_PR_SET_PDEATHSIG = 1


def end_with_parent():
    """In a child before exec: a test that is killed leaves nothing behind."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def end(process):
    """Tells it to end, and kills it where it has not within five seconds of real time."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
