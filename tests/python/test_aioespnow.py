"""aioespnow on CPython's own loop (specification, 1.9)."""

import asyncio
import unittest

from world import NOBODY, ChipCase

import aioespnow
import espnow


class Async(ChipCase):
    def setUp(self):
        super().setUp()
        self.e = aioespnow.AIOESPNow()
        self.e.active(True)
        self.e.add_peer(self.peer)

    def run_within(self, coroutine, seconds=20):
        async def limited():
            return await asyncio.wait_for(coroutine, seconds)

        if not hasattr(asyncio, "run"):
            self.skipTest("this MicroPython has no asyncio.run()")
        return asyncio.run(limited())

    def test_is_an_espnow(self):
        self.assertIsInstance(self.e, espnow.ESPNow)
        self.assertIs(aioespnow.ESPNow, espnow.ESPNow)
        self.assertEqual(aioespnow.MAX_DATA_LEN, 1470)

    def test_arecv(self):
        async def main():
            receiving = asyncio.create_task(self.e.arecv())
            await asyncio.sleep(0.05)
            self.assertFalse(receiving.done())
            self.partner.send(self.mac, b"one")
            return await receiving

        result = self.run_within(main())
        self.assertEqual(result, [self.peer, b"one"])
        self.assertIs(type(result[1]), bytes)

    def test_airecv_gives_the_same_list(self):
        async def main():
            self.partner.send(self.mac, b"one")
            first = await self.e.airecv()
            self.assertEqual(first, [self.peer, b"one"])
            self.partner.send(self.mac, b"two")
            self.assertIs(await self.e.airecv(), first)
            self.assertIs(first, self.e._data)
            self.assertEqual(first[1], b"two")

        self.run_within(main())

    def test_takes_no_timeout(self):
        self.assertRaises(TypeError, self.e.arecv, 5)
        self.assertRaises(TypeError, self.e.airecv, 5)

    def test_iteration(self):
        async def main():
            got = []
            self.assertIs(self.e.__aiter__(), self.e)
            self.later(0.05, lambda: [self.partner.send(self.mac, m) for m in (b"one", b"two", b"halt")])
            async for mac, msg in self.e:
                got.append(bytes(msg))
                self.assertEqual(mac, self.peer)
                if msg == b"halt":
                    return got

        self.assertEqual(self.run_within(main()), [b"one", b"two", b"halt"])

    def test_asend_forms(self):
        async def main():
            self.assertIs(await self.e.asend(self.peer, b"one"), True)
            self.assertIs(await self.e.asend(b"to all"), True)
            self.assertIs(await self.e.asend(self.peer, "three", False), True)
            self.e.add_peer(NOBODY)
            self.assertIs(await self.e.asend(NOBODY, b"x"), False)

        self.run_within(main())
        self.assertEqual([self.partner.receive()[1] for _ in range(3)], [b"one", b"to all", b"three"])

    def test_asend_waits_for_earlier_responses_without_blocking(self):
        steps = []

        async def tick():
            while True:
                await asyncio.sleep(0.005)
                steps.append(1)

        async def main():
            self.e.add_peer(NOBODY)
            self.e.send(NOBODY, bytes(1470), False)
            ticking = asyncio.create_task(tick())
            result = await self.e.asend(self.peer, b"x")
            ticking.cancel()
            return result

        self.assertIs(self.run_within(main()), True)
        self.assertGreater(len(steps), 10)

    def test_others_run_while_messages_come(self):
        steps = []

        async def tick():
            while True:
                await asyncio.sleep(0)
                steps.append(1)

        async def main():
            for i in range(20):
                self.partner.send(self.mac, b"x")
            ticking = asyncio.create_task(tick())
            for i in range(20):
                await self.e.arecv()
            ticking.cancel()

        self.run_within(main())
        self.assertGreaterEqual(len(steps), 19)

    def test_two_tasks_each_get_some(self):
        async def reader():
            return (await self.e.arecv())[1]

        async def main():
            tasks = [asyncio.create_task(reader()) for _ in range(4)]
            await asyncio.sleep(0.02)
            for i in range(4):
                self.partner.send(self.mac, b"%d" % i)
                await asyncio.sleep(0.01)
            return sorted(await asyncio.gather(*tasks))

        self.assertEqual(self.run_within(main()), [b"0", b"1", b"2", b"3"])

    def test_cancelled_waits_leave_nothing(self):
        async def main():
            for _ in range(3):
                try:
                    await asyncio.wait_for(self.e.arecv(), 0.02)
                except asyncio.TimeoutError:
                    pass
            self.partner.send(self.mac, b"x")
            return await self.e.arecv()

        self.assertEqual(self.run_within(main()), [self.peer, b"x"])
        from nowire import _aio_cpython

        self.assertEqual(_aio_cpython._waiting, {})

    def test_waits_while_inactive(self):
        self.e.active(False)

        async def main():
            receiving = asyncio.create_task(self.e.arecv())
            await asyncio.sleep(0.05)
            self.e.active(True)
            self.partner.send(self.mac, b"x")
            return await receiving

        self.assertEqual(self.run_within(main()), [self.peer, b"x"])

    def test_a_second_loop(self):
        for i in range(3):
            self.partner.send(self.mac, b"x")
            self.assertEqual(self.run_within(self.e.arecv()), [self.peer, b"x"])

    def test_irq_beside_it(self):
        called = []
        self.e.irq(called.append)

        async def main():
            self.later(0.05, self.partner.send, self.mac, b"x")
            return await self.e.arecv()

        self.assertEqual(self.run_within(main()), [self.peer, b"x"])
        self.assertEqual(called, [self.e])


if __name__ == "__main__":
    unittest.main()
