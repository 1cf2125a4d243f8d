"""The tasks of MicroPython's asyncio, where its own ones, in C, look at the computer's clock: module `_asyncio` in the chip's
world. What asyncio's loop expects of them is in MicroPython's documentation of `asyncio` and its extmod/asyncio/core.py."""

from nowire._time import ticks_diff, ticks_ms


class TaskQueue:
    """Tasks in the order of the times at which they go on, those of one time in the order in which they came."""

    def __init__(self):
        self._tasks = []

    def peek(self):
        """@returns the next one, or None."""
        return self._tasks[0] if self._tasks else None

    def push(self, task, when=None):
        """Adds a task that goes on at `when`, in ticks_ms(); without that now. What it waited for is over."""
        task.data = None
        task.ph_key = ticks_ms() if when is None else when
        place = len(self._tasks)
        while place and ticks_diff(task.ph_key, self._tasks[place - 1].ph_key) < 0:
            place -= 1
        self._tasks.insert(place, task)

    def pop(self):
        """Takes the next one out."""
        return self._tasks.pop(0)

    def remove(self, task):
        """Takes this one out."""
        self._tasks.remove(task)


class Task:
    """A coroutine that the loop runs."""

    def __init__(self, coro, loop=None):
        self.coro = coro
        self.data = None  # what it waits for; when it has ended, the exception that ended it
        # True: it runs; a TaskQueue: others wait for it; a function: called at its end; None: it has ended, and nobody
        # waited; False: it has ended.
        self.state = True
        self.ph_key = 0
        self._loop = loop  # the loop's variables

    def done(self):
        """Whether it has ended."""
        return not self.state

    def __iter__(self):
        if not self.state:
            self.state = False
        elif self.state is True:
            self.state = TaskQueue()
        elif not isinstance(self.state, TaskQueue):
            raise RuntimeError("can't wait")
        return self

    def __next__(self):
        if not self.state:
            raise self.data
        waits = self._loop["cur_task"]
        self.state.push(waits)
        waits.data = self

    def cancel(self):
        """Has CancelledError raised in it. @returns whether it still runs. RuntimeError: a task would cancel itself."""
        if not self.state:
            return False
        if self is self._loop["cur_task"]:
            raise RuntimeError("can't cancel self")
        # Of tasks that wait for each other, the one at the end.
        last = self
        while isinstance(last.data, Task):
            last = last.data
        queue = self._loop["_task_queue"]
        if hasattr(last.data, "remove"):
            last.data.remove(last)
            queue.push(last)
        elif ticks_diff(last.ph_key, ticks_ms()) > 0:
            queue.remove(last)
            queue.push(last)
        last.data = self._loop["CancelledError"]
        return True
