"""The programs that documents 000, 001 and 002 show, as they are written there, in pairs on an air.

They are read from the documents at the time of the test: NOWIRE_SHARED names the folder that has them in seeds/. A
program is changed in nothing but what `repair()` says, each with its reason.
"""

import os
import re
import textwrap
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2]
SEEDS = Path(os.environ.get("NOWIRE_SHARED") or SOURCE.parent / "shared") / "seeds"


if not all(list(SEEDS.glob(f"{number}_*.txt")) for number in ("000", "001", "002")):
    pytest.skip(f"the documents are not in {SEEDS}; NOWIRE_SHARED names another folder with seeds/", allow_module_level=True)


def document(number):
    return next(SEEDS.glob(f"{number}_*.txt")).read_text("utf-8")


def repair(program, wrong, right):
    """A fault of the document. One that is there no more must not be repaired."""
    assert wrong in program
    return program.replace(wrong, right)


def paragraph(text, first, last):
    """The lines from `first` to the first `last`: nothing in the document marks where a program begins."""
    lines = text.split("\n")
    end = lines.index(last)
    start = max(number for number in range(end) if lines[number] == first)
    return "\n".join(lines[start : end + 1]) + "\n"


def literal_blocks(text):
    """What follows a line that ends in "::", as far as it is indented."""
    return [
        textwrap.dedent(block)
        for block in re.findall(r"::\n\n((?:[ ]+[^\n]*\n|\n)+)", text)
        if block.strip()
    ]


def fenced_blocks(text):
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


BEFORE = "import network\nnetwork.WLAN(network.STA_IF).active(True)\n"


class TestDocument000:
    """Its examples leave out what stands before them on a chip: an interface that is up, and imports."""

    def test_for_loop(self, air):
        loop = paragraph(document("000"), "import espnow", "    if mac is None:   # mac, msg will equal (None, None) on timeout")
        node = air.run(BEFORE + loop + "        break\n", name="loop")
        peer = air.add_peer()
        assert peer.send(node, b"hello")
        assert "bytearray(b'hello')" in node.wait_for(repr(peer.mac))
        assert node.wait_for("None None", limit=301)
        assert node.wait() == 0

    def test_for_loop_as_it_stands_hears_nothing_and_ends(self, air):
        loop = paragraph(document("000"), "import espnow", "    if mac is None:   # mac, msg will equal (None, None) on timeout")
        node = air.run(loop + "        break\n", name="loop")
        peer = air.add_peer()
        assert not peer.send(node, b"hello"), "no interface is up"
        assert node.wait_for("None None", limit=301)
        assert node.wait() == 0

    def test_coroutine(self, air):
        coroutine = paragraph(document("000"), "e = AIOESPNow()", "asyncio.run(recv_till_halt(e))")
        node = air.run(BEFORE + "import asyncio\nfrom espnow import AIOESPNow\n" + coroutine, name="coroutine")
        peer = air.add_peer()
        for text in ("one", "two", "halt"):
            assert peer.send(node, text)
            node.wait_for(text)
        assert node.wait() == 0

    def test_callback(self, air):
        callback = paragraph(document("000"), "def recv_cb(e):", "e.irq(recv_cb)")
        before = BEFORE + "import espnow, time\ne = espnow.ESPNow()\ne.active(True)\n"
        node = air.run(before + callback + "time.sleep(5)\nprint('slept')\n", name="callback")
        peer = air.add_peer()
        assert peer.send(node, "while it sleeps")
        assert "while it sleeps" in node.wait_for(repr(peer.mac))
        assert node.wait_for("slept")

    def test_poll(self, air):
        poll = paragraph(document("000"), "import select", "poll.poll(timeout)")
        node = air.run(BEFORE + "timeout = 2000\n" + poll + "print(poll.poll(timeout))\n", name="poll")
        assert node.wait() == 0
        assert node.output == "[]\n"


class TestDocument001:
    """The older module, a part of `esp`."""

    peer = "30:aa:aa:aa:aa:aa"

    def block(self, *words):
        found = [b for b in literal_blocks(document("001")) if b.startswith("import network") and all(w in b for w in words)]
        assert len(found) == 1, f"{len(found)} programs have {words}"
        return found[0]

    def test_there_are_six_programs(self):
        assert sum(b.startswith("import network") and "ESPNow()" in b for b in literal_blocks(document("001"))) == 6

    def test_sender_and_receiver(self, air):
        receiver = air.run(self.block("while True:", "e.irecv()"), name="receiver", mac="ba:bb:bb:bb:bb:bb")
        # bb:bb:bb:bb:bb:bb is a group address, which no device has.
        sender = repair(self.block('e.send("Starting...")'), r"b'\xbb\xbb", r"b'\xba\xbb")
        sender = air.run(sender, name="sender", mac="aa:aa:aa:aa:aa:aa")
        assert sender.wait() == 0
        assert receiver.wait() == 0
        lines = receiver.output.splitlines()
        assert len(lines) == 102
        assert all("xaa" in line for line in lines)
        assert "Starting..." in lines[0]
        assert "7" * 20 in lines[8]
        assert "end" in lines[-1]

    def test_sender_as_it_stands_sends_to_a_group(self, air):
        receiver = air.run(self.block("while True:", "e.irecv()"), name="receiver")
        sender = air.run(self.block('e.send("Starting...")'), name="sender", mac="aa:aa:aa:aa:aa:aa")
        assert sender.wait() == 0
        air.advance(1)
        assert receiver.is_running, "the end is for all peers, which a group is not one of"
        assert len(receiver.output.splitlines()) == 100

    def test_without_power_saving_while_connected(self, air):
        program = repair(self.block("WIFI_PS_NONE"), "import network\n", "import network\nimport time\n")  # it uses time
        peer = air.add_peer(mac=self.peer)
        node = air.run(program, name="saver")
        assert node.wait_for("Send me messages at:")
        assert peer.receive().payload == b"ping"

    def test_both_interfaces(self, air):
        peer = air.add_peer(mac="66:65:65:64:65:65")
        node = air.run(self.block("AP_IF operates on same channel"), name="both")
        node.wait_for("Send me messages at:")
        frames = [f for f in air.capture() if f["dst"] == "66:65:65:64:65:65"]
        assert frames, "a ping was sent"
        assert {f["src"] for f in frames} == {"02:00:00:00:00:11"}, "from the SoftAP's address"
        assert {f["channel"] for f in frames} == {6}, "the channel of the station"

    def test_deep_sleep(self, air):
        peer = air.add_peer(mac=self.peer)
        node = air.run(self.block("machine.deepsleep(10000)"), name="sleeper")
        times = []
        for _ in range(3):
            message = peer.receive(limit=15)
            assert message.payload == b"ping"
            times.append(message.time)
            node.wait_for("Going to sleep...")
        assert all(9.9 < later - earlier < 11.5 for earlier, later in zip(times, times[1:]))
        assert "Ping failed" not in node.output

    def test_light_sleep(self, air):
        peer = air.add_peer(mac=self.peer, channel=6)
        node = air.run(self.block("machine.lightsleep(10000)"), name="sleeper")
        times = []
        for _ in range(3):
            times.append(peer.receive(limit=15).time)
            node.wait_for("Going to sleep...")
        assert all(9.9 < later - earlier < 11 for earlier, later in zip(times, times[1:]))
        assert "Ping failed" not in node.output


    # What the page shows of programs that are the reader's: here is what it leaves to him.

    before = (
        "import network\nfrom esp import espnow\nimport uasyncio\nfrom uasyncio import StreamReader\n"
        "network.WLAN(network.STA_IF).active(True)\n"
        "e = espnow.ESPNow()\ne.init()\npeer = b'0\\xaa\\xaa\\xaa\\xaa\\xaa'\ne.add_peer(peer)\n"
    )

    def part(self, word):
        found = [b for b in literal_blocks(document("001")) if word in b]
        assert len(found) == 1, f"{len(found)} parts have {word}"
        return found[0]

    def test_stream_reader(self, air):
        # A colon is missing, and no StreamReader has ever had read1().
        part = repair(self.part("StreamReader(e)"), "!= b'pong'\n", "!= b'pong':\n")
        part = repair(part, "s.read1()", "s.read(258)")
        peer = air.add_peer(mac=self.peer)
        node = air.run(self.before + part + "uasyncio.run(areadespnow(s))\n", name="stream")
        for answer in ("pong", "pong", "no more"):
            assert peer.receive().payload == b"ping"
            assert peer.send(node, answer)
        assert node.wait() == 0
        peer.receive_nothing(1)

    def test_errors_name_what_helps(self, air):
        # Two colons are missing.
        part = repair(self.part("except OSError as err"), "'ESP_ERR_ESPNOW_NOT_FOUND'\n", "'ESP_ERR_ESPNOW_NOT_FOUND':\n")
        part = repair(part, "'ESP_ERR_ESPNOW_IF'\n", "'ESP_ERR_ESPNOW_IF':\n")
        off = "e.deinit()\nnetwork.WLAN(network.STA_IF).active(False)\nfor attempt in range(4):\n    print(attempt)\n"
        peer = air.add_peer(mac=self.peer)
        node = air.run(self.before + off + textwrap.indent(part, "    "), name="errors")
        assert peer.receive().payload == b"Hello", "it is switched on, has its peer and its interface by then"
        assert node.wait() == 0
        assert node.output == "0\n1\n2\n3\n"

    def test_callback_that_reads_all_there_is(self, air):
        peer = air.add_peer(mac=self.peer)
        node = air.run(self.before + self.part("def recv_cb2(e)"), name="callback")
        for text in ("one", "two"):
            assert peer.send(node, text)
            assert node.wait_for(repr(text.encode()))


class TestDocument002:
    """Pycom's ESPNOW: three nodes, one link of them encrypted."""

    secret_mac = "10:22:33:44:55:66"

    def blocks(self):
        blocks = fenced_blocks(document("002"))
        assert len(blocks) == 4
        return blocks

    def middle(self):
        # 11:22:33:44:55:66 is a group address, which no device has.
        return repair(self.blocks()[0], '"112233445566"', '"102233445566"')

    def test_three_nodes_with_one_encrypted_link(self, air):
        _, secret, plain, _ = self.blocks()
        one = air.run(secret, name="one", mac=self.secret_mac)
        two = air.run(plain, name="two", mac="aa:bb:cc:dd:ee:ff")
        middle = air.run(self.middle(), name="middle", mac="66:55:44:33:22:11")
        for node in (one, two, middle):
            air.add_key(node, "0123456789123456", "0123456789abcdef")
        assert middle.wait(limit=30) == 0
        air.advance(1)

        assert "Number of Peers: 2, encrypted: 1" in middle.output
        assert middle.output.count("failed") == 0
        for mac in ("102233445566", "aabbccddeeff"):
            assert middle.output.count(f"Message sent to: b'{mac}'") >= 10
            assert middle.output.count(f"Message received from b'{mac}' with content") == 10
        for node in (one, two):
            assert node.output.count("Received: b'665544332211'") == 11
            assert "Hello all Peers!" in node.output
            assert node.is_running, "a chip's callbacks are called when its script has ended"

        frames = air.capture()
        one_link = [f for f in frames if self.secret_mac in (f["src"], f["dst"])]
        other_link = [f for f in frames if "aa:bb:cc:dd:ee:ff" in (f["src"], f["dst"])]
        assert len(one_link) >= 21 and len(other_link) >= 21
        assert all(f["encrypted"] and f["mic_ok"] for f in one_link)
        assert not any(f["encrypted"] for f in other_link)

    def test_with_another_key_nothing_is_understood(self, air):
        secret = repair(self.blocks()[1], "0123456789123456", "another key of16")
        one = air.run(secret, name="one", mac=self.secret_mac)
        middle = air.run(self.middle(), name="middle", mac="66:55:44:33:22:11")
        middle.wait(limit=30)
        assert "Received" not in one.output
        assert "Message received" not in middle.output

    def test_who_is_not_registered_is_when_it_says_something(self, air):
        # The snippet mixes tabs with spaces.
        snippet = repair(self.blocks()[3], "    mac, peer, msg = result", "\tmac, peer, msg = result")
        before = "import binascii\nfrom network import WLAN, ESPNOW\nw = WLAN()\nESPNOW.init()\n"
        node = air.run(before + snippet + "\nESPNOW.on_recv(espnow_rx)\n", name="node")
        peer = air.add_peer()
        assert peer.send(node, "hello")
        assert node.wait_for("unknown Peer")
        assert node.wait_for("Message received from b'020000000020'")
        assert peer.receive().payload == b"Sending back an answer..."
