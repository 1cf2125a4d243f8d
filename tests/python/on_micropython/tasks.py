"""What asyncio promises of tasks, printed: the same on MicroPython's own tasks and on those of the chip's world."""

import asyncio

said = []


def say(*words):
    said.append(" ".join(str(word) for word in words))


async def after(name, milliseconds, result=None):
    await asyncio.sleep_ms(milliseconds)
    say("after", name)
    if isinstance(result, Exception):
        raise result
    return result


async def order():
    tasks = [asyncio.create_task(after(name, wait)) for name, wait in (("b", 60), ("a", 20), ("c", 100), ("0", 0))]
    for task in tasks:
        await task
    say("all done", [task.done() for task in tasks])


async def results():
    say("gather", await asyncio.gather(after("x", 20, 1), after("y", 60, 2)))
    say("with an exception", await asyncio.gather(after("z", 10, ValueError("no")), after("w", 30), return_exceptions=True))
    try:
        await asyncio.create_task(after("v", 10, KeyError("k")))
    except KeyError as e:
        say("raised", e.args)
    done = asyncio.create_task(after("done", 0, "kept"))
    await asyncio.sleep_ms(50)
    say("awaited later", await done)


async def timeouts():
    try:
        await asyncio.wait_for_ms(after("late", 2000), 40)
    except asyncio.TimeoutError:
        say("timeout")
    say("in time", await asyncio.wait_for(after("early", 10, "ok"), 2))


async def endless(event):
    try:
        await event.wait()
    except asyncio.CancelledError:
        say("cancelled")
        raise


async def waits_for(task):
    try:
        await task
    except asyncio.CancelledError:
        say("who waited is told")


async def cancels():
    never = asyncio.Event()
    task = asyncio.create_task(endless(never))
    other = asyncio.create_task(waits_for(task))
    await asyncio.sleep_ms(10)
    say(other.cancel())
    await other
    say(task.done(), task.cancel())
    sleeper = asyncio.create_task(after("nobody", 5000))
    await asyncio.sleep_ms(10)
    sleeper.cancel()
    try:
        await sleeper
    except asyncio.CancelledError:
        say("a sleep ends")
    unstarted = asyncio.create_task(after("never", 0))
    unstarted.cancel()
    try:
        await unstarted
    except asyncio.CancelledError:
        say("before it began")
    try:
        asyncio.current_task().cancel()
    except RuntimeError as e:
        say(e)


async def locked(lock, name):
    async with lock:
        say("holds", name)
        await asyncio.sleep_ms(10)
    say("released", name)


async def together():
    lock = asyncio.Lock()
    await asyncio.gather(locked(lock, 1), locked(lock, 2), locked(lock, 3))
    await lock.acquire()
    gone, comes = (asyncio.create_task(locked(lock, name)) for name in ("who is gone", "who waits on"))
    await asyncio.sleep_ms(10)
    gone.cancel()
    lock.release()
    await comes
    event = asyncio.Event()
    waiting = [asyncio.create_task(event.wait()) for _ in range(3)]
    await asyncio.sleep_ms(10)
    event.set()
    say("event", await asyncio.gather(*waiting))
    flag = asyncio.ThreadSafeFlag()
    waiting = asyncio.create_task(flag.wait())
    await asyncio.sleep_ms(10)
    flag.set()
    await waiting
    say("flag")


async def main():
    for part in (order, results, timeouts, cancels, together):
        say("--", part.__name__)
        await part()


asyncio.run(main())
asyncio.new_event_loop()
asyncio.run(after("another loop", 10))
print("\n".join(said))
