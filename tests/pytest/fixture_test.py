"""The pytest fixture `air`: what it promises, from outside."""

import pytest

from nowire.testing import Air, Failure

HEADER = """
import network, espnow
network.WLAN(network.STA_IF).active(True)
e = espnow.ESPNow()
e.active(True)
"""

ECHO = HEADER + """
print("ready")
while True:
    mac, msg = e.recv(-1)
    try:
        e.add_peer(mac)
    except OSError:
        pass
    print("heard", msg.decode(), e.send(mac, b"re: " + msg))
"""

SENDER = HEADER + """
import sys, time
peer = bytes.fromhex(sys.argv[1])
e.add_peer(peer)
n = 0
while True:
    n += 1
    print(n, "acked" if e.send(peer, str(n)) else "lost")
    time.sleep(1)
"""


def test_a_script_and_a_peer_talk(air):
    kitchen = air.run(ECHO, name="kitchen")
    assert kitchen.wait_for("ready") == "ready"
    phone = air.add_peer("phone")
    assert phone.send(kitchen, "hello")
    answer = phone.receive()
    assert (answer.source, answer.payload, answer.encrypted) == (kitchen.mac, b"re: hello", False)
    assert -127 <= answer.rssi <= 0
    assert kitchen.wait_for("heard") == "heard hello True"
    assert "ready\n" in kitchen.output
    assert kitchen.is_running
    kitchen.stop()
    assert not kitchen.is_running


def test_two_scripts_talk_and_addresses_are_the_same_each_time(air):
    kitchen = air.run(ECHO, name="kitchen", mac="02:00:00:00:aa:10")
    sender = air.run(SENDER, "02000000aa10", name="sender")
    assert sender.mac == bytes.fromhex("020000000010")
    sender.wait_for("3 acked")
    kitchen.wait_for("heard 3 True")


def test_an_hour_takes_seconds(air):
    sender = air.run(SENDER, "020000000020", name="sender")
    peer = air.add_peer()
    air.advance(3600)
    assert 3590 <= peer.waiting <= 3601
    assert air.now >= 3600
    assert sender.is_running


def test_a_link_is_cut_and_mended(air):
    kitchen = air.run(ECHO, name="kitchen")
    sender = air.run(SENDER, kitchen.mac.hex(), name="sender")
    sender.wait_for("acked")
    air.cut(sender, kitchen)
    sender.wait_for("lost")
    air.join(sender, kitchen)
    sender.wait_for("acked")
    air.set_link(sender, kitchen, rssi=-81)
    phone = air.add_peer()
    air.set_link(kitchen, phone, rssi=-77)
    assert phone.send(kitchen, "x")
    assert phone.receive().rssi == -77


def test_who_has_a_wrong_key_is_not_heard(air):
    lmk = b"the right key 16"
    secret = HEADER + f"""
e.add_peer(bytes.fromhex("020000000020"), {lmk!r})
print("ready")
for mac, msg in e:
    print("heard", bytes(msg).decode())
    e.send(mac, b"re: " + msg)
"""
    kitchen = air.run(secret, name="kitchen")
    kitchen.wait_for("ready")
    phone = air.add_peer("phone")
    phone.set_lmk(kitchen, b"another key of16")
    assert phone.send(kitchen, "open"), "the radio acknowledges what nobody can read"
    phone.receive_nothing(1)
    phone.set_lmk(kitchen, lmk)
    assert phone.send(kitchen, "sesame")
    assert phone.receive().encrypted
    assert kitchen.wait_for("heard") == "heard sesame"
    assert "open" not in kitchen.output


def test_the_capture_has_each_frame(air):
    lmk = "a local key of16"
    one, other = air.add_peer("one"), air.add_peer("other")
    one.set_lmk(other, lmk)
    other.set_lmk(one, lmk)
    assert one.send(other, "secret")
    assert other.receive().payload == b"secret"
    stranger = air.add_peer("stranger")
    assert stranger.send(b"\xff" * 6, "to all")
    one.receive()
    secret, to_all = air.capture()
    assert (secret["src"], secret["dst"], secret["encrypted"]) == ("02:00:00:00:00:10", "02:00:00:00:00:20", True)
    assert (secret["mic_ok"], secret["payload"], secret["text"]) == (True, b"secret", "secret")
    assert (to_all["dst"], to_all["encrypted"], to_all["text"]) == ("ff:ff:ff:ff:ff:ff", False, "to all")


def test_another_channel_is_another_air(air):
    kitchen = air.run(ECHO, name="kitchen", channel=6)
    kitchen.wait_for("ready")
    phone = air.add_peer("phone")
    assert not phone.send(kitchen, "hello")
    phone.set_channel(6)
    assert phone.send(kitchen, "hello")
    assert phone.receive().channel == 6


def test_what_does_not_happen_is_told_with_all_that_did(air):
    kitchen = air.run(ECHO, name="kitchen")
    phone = air.add_peer("phone")
    assert phone.send(kitchen, "hello")
    with pytest.raises(Failure) as failed:
        kitchen.wait_for("never", limit=5)
    said = str(failed.value)
    assert "waited 5 s for kitchen to print 'never', in vain" in said
    assert "    heard hello True" in said
    assert "02:00:00:00:00:20 > 02:00:00:00:00:10 ch 1 'hello'" in said
    phone.receive()
    with pytest.raises(Failure, match="phone waited 1 s for a message, in vain"):
        phone.receive(1)


def test_a_script_that_ends_or_fails_says_how(air):
    done = air.run("print('a')\nprint('b', end='')\n", name="done")
    assert done.wait() == 0
    assert done.output == "a\nb\n"
    with pytest.raises(Failure, match="done ended without printing 'c'"):
        done.wait_for("c")
    broken = air.run(HEADER + "e.send(b'123456', 'x')\n", name="broken")
    assert broken.wait() == 1
    assert "ESP_ERR_ESPNOW_NOT_FOUND" in broken.output


def test_what_a_script_has_sent_when_it_ends_is_sent(air):
    peer = air.add_peer()
    other = air.add_peer()
    last = HEADER + f"""
e.add_peer({peer.mac!r})
e.add_peer({other.mac!r})
e.send(None, "last words", False)
e.active(False)
"""
    assert air.run(last).wait() == 0
    assert peer.receive().payload == other.receive().payload == b"last words"


@pytest.mark.air(loss=1.0)
def test_a_mark_says_what_the_air_is_like(air):
    one, other = air.add_peer(), air.add_peer()
    assert not one.send(other, "x")
    other.receive_nothing(1)


def test_an_air_needs_no_pytest():
    with Air(speed=1000) as air:
        one, other = air.add_peer(), air.add_peer()
        assert one.send(other, b"x")
        assert other.receive().payload == b"x"


def test_the_same_seed_gives_the_same_air():
    def frames():
        with Air(seed=5, loss=0.3) as air:
            kitchen = air.run(ECHO, name="kitchen")
            phone = air.add_peer("phone")
            for number in range(20):
                phone.send(kitchen, str(number))
            air.advance(1)
            return [(f["time"], f["src"], f["retry"], f["text"]) for f in air.capture()]

    first = frames()
    assert len(first) > 40
    assert frames() == first
