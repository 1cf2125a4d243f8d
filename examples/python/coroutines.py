# Receives in one task while another one does something else.
import asyncio
import network
import aioespnow

network.WLAN(network.STA_IF).active(True)
e = aioespnow.AIOESPNow()
e.active(True)


async def blink():
    while True:
        await asyncio.sleep(0.5)


async def main():
    blinking = asyncio.create_task(blink())
    print("receiving")
    count = 0
    async for mac, msg in e:
        if msg == b"end":
            break
        count += 1
    blinking.cancel()
    print("heard", count)


asyncio.run(main())
