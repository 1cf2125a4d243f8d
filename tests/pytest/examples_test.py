"""Our own programs of the kind that the documents show, examples/python, in pairs on an air."""

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"
ONE = "02:00:00:00:00:10"
TWO = "02:00:00:00:00:20"
THREE = "02:00:00:00:00:30"


def test_sender_and_receiver(air):
    receiver = air.run(EXAMPLES / "receiver.py", mac=TWO)
    receiver.wait_for("receiving")
    sender = air.run(EXAMPLES / "sender.py", mac=ONE)
    assert sender.wait_for("sent") == "sent 102 lost 0"
    assert receiver.wait_for("received") == "received 102"
    assert "b'hello' -40 dBm" in receiver.output
    assert (sender.wait(), receiver.wait()) == (0, 0)


@pytest.mark.parametrize("program", ["interrupts.py", "coroutines.py"])
def test_other_ways_to_receive(air, program):
    receiver = air.run(EXAMPLES / program, mac=TWO)
    receiver.wait_for("receiving")
    sender = air.run(EXAMPLES / "sender.py", mac=ONE)
    assert sender.wait_for("sent") == "sent 102 lost 0"
    assert "heard 10" in receiver.wait_for("heard")
    assert sender.wait() == 0


def test_nobody_is_there(air):
    sender = air.run(EXAMPLES / "sender.py", mac=ONE)
    assert sender.wait_for("nobody is there")
    assert sender.wait_for("sent", limit=60) == "sent 102 lost 102"


def test_older_module(air):
    receiver = air.run(EXAMPLES / "older_receiver.py", mac=TWO)
    receiver.wait_for("receiving")
    sender = air.run(EXAMPLES / "older_sender.py", mac=ONE)
    assert sender.wait_for("last") == "last True"
    assert receiver.wait_for("received") == "received 21"
    assert (sender.wait(), receiver.wait()) == (0, 0)


def test_sleeper(air):
    receiver = air.run(EXAMPLES / "receiver.py", mac=TWO)
    receiver.wait_for("receiving")
    sleeper = air.run(EXAMPLES / "sleeper.py", mac=ONE)
    for number in (1, 2, 3):
        assert sleeper.wait_for("reading", limit=15) == f"reading {number} True"
    assert sleeper.wait_for("done", limit=15)
    assert receiver.wait_for("received") == "received 4"


def test_pycom(air):
    secret = air.run(EXAMPLES / "pycom_secret.py", mac=TWO)
    plain = air.run(EXAMPLES / "pycom_open.py", mac=THREE)
    for node in (secret, plain):
        node.wait_for("ready")
    middle = air.run(EXAMPLES / "pycom_middle.py", mac=ONE)
    assert middle.wait(limit=30) == 0
    assert middle.output.count("sent to 020000000020") == 6
    assert middle.output.count("sent to 020000000030") == 6
    assert "from 020000000020: b'yes: secret 4'" in middle.output
    assert "from 020000000030: b'yes: open 4'" in middle.output
    secret.wait_for("heard b'good bye'")
    plain.wait_for("heard b'good bye'")
    frames = air.capture()
    assert all(f["encrypted"] == (TWO in (f["src"], f["dst"])) for f in frames)
