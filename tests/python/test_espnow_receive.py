"""MicroPython's espnow: receiving, the ring and its drops, polling (specification, 1.3, 1.5, 1.8)."""

import select
import unittest

from world import NOBODY, ChipCase, now

import espnow


class Receive(ChipCase):
    def setUp(self):
        super().setUp()
        self.e = espnow.ESPNow()
        self.e.active(True)

    def came(self, *messages):
        """The partner sends these, and they are in the ring or were dropped."""
        before = sum(self.e.stats()[3:])
        for message in messages:
            self.assertTrue(self.partner.send(self.mac, message))
        self.until(lambda: sum(self.e.stats()[3:]) == before + len(messages))

    def test_recv_gives_a_new_list(self):
        e = self.e
        self.came(b"one", b"two")
        one, two = e.recv(), e.recv(0)
        self.assertEqual((one, two), ([self.peer, b"one"], [self.peer, b"two"]))
        for result in (one, two):
            self.assertIs(type(result), list)
            self.assertIs(type(result[0]), bytes)
            self.assertIs(type(result[1]), bytes)
        self.assertIs(one[0], two[0])
        self.assertIs(one[0], list(e.peers_table)[0])

    def test_recv_of_nothing_is_a_tuple(self):
        for timeout in (0, 1, 20, False):
            result = self.e.recv(timeout)
            self.assertEqual(result, (None, None))
            self.assertIs(type(result), tuple)

    def test_timeouts(self):
        e = self.e
        for call in (e.recv, e.irecv):
            began = now()
            call(100)
            self.assertTrue(0.09 < now() - began < 2)
        e.config(timeout_ms=60)
        began = now()
        self.assertEqual(e.recv(), (None, None))
        self.assertEqual(e.recv(None), (None, None))
        self.assertEqual(next(e), (None, None))
        self.assertTrue(0.17 < now() - began < 2)
        e.config(timeout_ms=0)
        self.assertEqual(e.recv(), (None, None))

    def test_negative_waits_until_something_comes(self):
        self.later(0.3, self.partner.send, self.mac, b"late")
        self.assertEqual(self.e.recv(-1), [self.peer, b"late"])
        self.e.config(timeout_ms=-1)
        self.later(0.3, self.partner.send, self.mac, b"later")
        self.assertEqual(self.e.recv(), [self.peer, b"later"])

    def test_what_is_wrong(self):
        e = self.e
        self.came(b"x")
        for call in (e.recv, e.irecv, lambda t: e.recvinto([None, bytearray(250)], t)):
            self.raises(TypeError, ("can't convert str to int",), call, "5")
            self.raises(TypeError, ("can't convert float to int",), call, 0.5)
        self.assertEqual(e.recv(True), [self.peer, b"x"])

    def test_irecv_gives_the_same_list_and_bytearray(self):
        e = self.e
        self.came(b"one", b"three")
        first = e.irecv()
        self.assertIs(type(first), list)
        buffer = first[1]
        self.assertIs(type(buffer), bytearray)
        self.assertEqual(first, [self.peer, b"one"])
        second = e.irecv(0)
        self.assertIs(second, first)
        self.assertIs(second[1], buffer)
        self.assertEqual(second, [self.peer, b"three"])
        self.assertIs(second[0], list(e.peers_table)[0])
        # Nothing comes: the buffer is as long as it can be, with what there was.
        self.assertEqual(e.irecv(0), (None, None))
        self.assertEqual(len(buffer), 1470)
        self.assertEqual(buffer[:5], b"three")

    def test_iteration(self):
        e = self.e
        self.assertIs(iter(e), e)
        e.config(timeout_ms=10)
        self.came(b"one", b"two")
        got = []
        for mac, msg in e:
            if mac is None:
                break
            got.append((mac, bytes(msg)))
        self.assertEqual(got, [(self.peer, b"one"), (self.peer, b"two")])
        self.assertEqual(next(e), (None, None))
        self.came(b"x")
        self.assertIs(next(e), e._data)

    def test_any(self):
        e = self.e
        self.assertIs(e.any(), False)
        self.came(b"x")
        self.assertIs(e.any(), True)
        e.recv(0)
        self.assertIs(e.any(), False)

    def test_messages_that_are_no_text(self):
        for message in (bytes(range(256)), b"\0", b"\xff" * 1470):
            self.came(message)
            self.assertEqual(self.e.recv(0)[1], message)

    # recvinto

    def test_recvinto_two_and_three_elements(self):
        e = self.e
        buffer = bytearray(250)
        for data in ([None, buffer], [None, buffer, "third"]):
            self.came(b"four")
            self.assertEqual(e.recvinto(data), 4)
            self.assertEqual(data[:2], [self.peer, b"four"])
            self.assertIs(data[0], list(e.peers_table)[0])
            self.assertIs(data[1], buffer)
            self.assertEqual(data[2:], ["third"][: len(data) - 2])

    def test_recvinto_four_elements_and_more(self):
        e = self.e
        self.came(b"x")
        data = [None, bytearray(250), None, None, "fifth"]
        self.assertEqual(e.recvinto(data, 0), 1)
        rssi, when = e.peers_table[self.peer]
        self.assertEqual(data, [self.peer, b"x", rssi, when, "fifth"])

    def test_time_and_rssi_are_those_of_the_reception(self):
        e = self.e
        self.came(b"one")
        from nowire import _chip

        _chip.sleep(150000)
        self.came(b"two")
        one, two = [None, bytearray(9), 0, 0], [None, bytearray(9), 0, 0]
        e.recvinto(one)
        e.recvinto(two)
        self.assertTrue(140 <= two[3] - one[3] < 2000, (one, two))

    def test_recvinto_a_bytearray_has_its_capacity_again(self):
        e = self.e
        data = [None, bytearray(20)]
        self.came(b"four", b"twenty" + bytes(14), b"x")
        self.assertEqual(e.recvinto(data), 4)
        self.assertEqual(len(data[1]), 4)
        self.assertEqual(e.recvinto(data), 20)
        self.assertEqual(e.recvinto(data), 1)
        self.assertEqual(e.recvinto(data, 0), 0)
        self.assertEqual(len(data[1]), 20)
        self.assertEqual(data[0], self.peer)

    def test_recvinto_other_buffers_keep_their_length(self):
        e = self.e
        memory = bytearray(10)
        data = [None, memoryview(memory)]
        self.came(b"four")
        self.assertEqual(e.recvinto(data), 4)
        self.assertEqual(memory, b"four" + bytes(6))
        self.assertEqual(len(data[1]), 10)

    def test_recvinto_what_is_wrong(self):
        e = self.e
        self.raises(TypeError, (), e.recvinto, (None, bytearray(10)))
        self.raises(TypeError, (), e.recvinto, None)
        self.raises(ValueError, (), e.recvinto, [None])
        self.raises(TypeError, ("object with buffer protocol required",), e.recvinto, [None, b"read only"])
        self.raises(TypeError, ("object with buffer protocol required",), e.recvinto, [None, None])

    def test_a_buffer_too_small_loses_all_that_waits(self):
        e = self.e
        self.came(b"long message", b"x", b"y")
        self.raises(ValueError, ("ESPNow.recv(): buffer error",), e.recvinto, [None, bytearray(5)])
        self.assertIs(e.any(), False)
        self.assertEqual(e.recv(0), (None, None))
        self.came(b"again")
        self.assertEqual(e.recv(0), [self.peer, b"again"])

    # The ring

    def ring(self, size):
        self.e.active(False)
        self.e.config(rxbuf=size)
        self.e.active(True)

    def test_the_default_holds_one_of_1470_and_one_of_1468(self):
        self.came(bytes(1470), bytes(1470))
        self.assertEqual(self.e.stats()[3:], (1, 1))
        self.came(bytes(1469))
        self.assertEqual(self.e.stats()[3:], (1, 2))
        self.came(bytes(1468))
        self.assertEqual(self.e.stats()[3:], (2, 2))

    def test_2970_holds_two_of_1470(self):
        self.ring(2970)
        self.came(bytes(1470), bytes(1470))
        self.assertEqual(self.e.stats()[3:], (2, 0))

    def test_528_holds_one_of_250_and_one_of_248(self):
        self.ring(528)
        self.came(bytes(250), bytes(250), bytes(247))
        self.assertEqual(self.e.stats()[3:], (2, 1))
        self.ring(528)
        self.came(bytes(250), bytes(249))
        self.assertEqual(self.e.stats()[3:], (3, 2))
        self.came(bytes(248))
        self.assertEqual(self.e.stats()[3:], (4, 2))

    def test_the_smallest_for_one(self):
        for size, length in ((266, 250), (1486, 1470)):
            self.ring(size)
            before = self.e.stats()[3:]
            self.came(bytes(length))
            self.assertEqual(self.e.stats()[3:], (before[0] + 1, before[1]))
            self.ring(size - 1)
            self.came(bytes(length))
            self.assertEqual(self.e.stats()[3:], (before[0] + 1, before[1] + 1))

    def test_messages_of_12_bytes(self):
        self.came(*[b"twelve bytes"] * 120)
        self.assertEqual(self.e.stats()[3:], (114, 6))
        self.ring(528)
        self.came(*[b"twelve bytes"] * 25)
        self.assertEqual(self.e.stats()[3:], (134, 11))

    def test_the_newest_are_lost_and_acknowledged(self):
        self.ring(60)
        self.came(b"1", b"2", b"3", b"4", b"5")
        got = [self.e.recv(0)[1] for _ in range(4)]
        self.assertEqual(got, [b"1", b"2", b"3", None])
        self.assertEqual(self.e.stats()[3:], (3, 2))
        # There is room again.
        self.came(b"6")
        self.assertEqual(self.e.recv(0)[1], b"6")

    def test_a_large_one(self):
        self.ring(1 << 20)
        self.came(*[bytes(1470)] * 50)
        self.assertEqual(self.e.stats()[3:], (50, 0))

    def test_no_room_at_all(self):
        self.ring(0)
        self.came(b"x")
        self.assertEqual(self.e.stats()[3:], (0, 1))


class Poll(ChipCase):
    def setUp(self):
        super().setUp()
        self.e = espnow.ESPNow()
        self.poll = select.poll()

    def flags(self, timeout=0):
        found = self.poll.poll(timeout)
        return found[0][1] if found else 0

    def test_in_and_out(self):
        e = self.e
        e.active(True)
        e.add_peer(self.peer)
        e.add_peer(NOBODY)
        self.poll.register(e, select.POLLIN)
        self.assertEqual(self.flags(), 0)
        self.partner.send(self.mac, b"x")
        self.assertEqual(self.flags(5000), select.POLLIN)
        self.poll.modify(e, select.POLLIN | select.POLLOUT)
        self.assertEqual(self.flags(), select.POLLIN | select.POLLOUT)
        e.send(NOBODY, bytes(250), False)
        self.assertEqual(self.flags(), select.POLLIN)
        self.poll.modify(e, select.POLLOUT)
        self.assertEqual(self.flags(), 0)
        self.assertEqual(self.flags(5000), select.POLLOUT)
        e.recv(0)
        self.poll.modify(e, select.POLLIN)
        self.assertEqual(self.flags(), 0)

    def test_ioctl_gives_what_is_asked_for_and_so(self):
        e = self.e
        self.assertEqual(e.ioctl(3, 5), 0)
        e.active(True)
        e.add_peer(NOBODY)
        # Not both, as MicroPython's own has it.
        self.assertEqual([e.ioctl(3, flags) for flags in (0, 1, 4, 5)], [0, 0, 4, 4])
        self.partner.send(self.mac, b"x")
        self.until(e.any)
        self.assertEqual([e.ioctl(3, flags) for flags in (0, 1, 4, 5)], [0, 1, 4, 5])
        e.send(NOBODY, bytes(250), False)
        self.assertEqual([e.ioctl(3, flags) for flags in (0, 1, 4, 5)], [0, 1, 0, 1])

    def test_inactive_is_never_ready(self):
        e = self.e
        self.poll.register(e, select.POLLIN | select.POLLOUT)
        self.assertEqual(self.flags(), 0)
        e.active(True)
        self.partner.send(self.mac, b"x")
        self.until(e.any)
        self.assertEqual(self.flags(), select.POLLIN | select.POLLOUT)
        e.active(False)
        self.assertEqual(self.flags(), 0)
        e.active(True)
        self.assertEqual(self.flags(), select.POLLOUT)

    def test_select(self):
        if not hasattr(select, "select"):
            self.skipTest("this MicroPython has no select.select()")
        e = self.e
        e.active(True)
        self.assertEqual(select.select([e], [], [], 0), ([], [], []))
        self.partner.send(self.mac, b"x")
        self.until(e.any)
        self.assertEqual(select.select([e], [e], [], 5), ([e], [e], []))


if __name__ == "__main__":
    unittest.main()
