"""What programs that use ESP-NOW need of MicroPython's `machine`: sleep, reset, unique_id, RTC memory, and pins that
are variables. Times are in milliseconds on the air's clock."""

import _nowire_package

from nowire import _chip, _sleep
from nowire._chip import chip
from nowire._convert import to_bytes, to_int
from nowire._time import time as _time

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5

PIN_WAKE = 2
EXT0_WAKE = 2
EXT1_WAKE = 3
TIMER_WAKE = 4
TOUCHPAD_WAKE = 5
ULP_WAKE = 6


def deepsleep(time_ms=None):
    """Switches the radio off, sleeps that long (for ever without a time), and begins the program anew: its variables
    are gone, RTC().memory() stays. Does not return."""
    _sleep.deep(None if time_ms is None else to_int(time_ms))


def lightsleep(time_ms=None):
    """Sleeps that long (for ever without a time) and goes on. The radio stays as it is: programs switch it off."""
    _chip.wait(0, -1, -1 if time_ms is None else max(to_int(time_ms), 0) * 1000)


sleep = lightsleep
idle = lambda: _chip.sleep(1000)


def reset():
    """Begins the program anew; reset_cause() is HARD_RESET then. RTC memory stays. Does not return."""
    _sleep.restart(HARD_RESET)


def soft_reset():
    """The same; reset_cause() is SOFT_RESET then."""
    _sleep.restart(SOFT_RESET)


def reset_cause():
    """@returns why the program began: PWRON_RESET, DEEPSLEEP_RESET, HARD_RESET or SOFT_RESET."""
    return chip.reset_cause


def wake_reason():
    """@returns TIMER_WAKE after a deepsleep, else 0."""
    return TIMER_WAKE if chip.reset_cause == DEEPSLEEP_RESET else 0


def unique_id():
    """@returns the 6 bytes of the station's address. OSError: no radio."""
    _chip.station()
    return chip.home[1]


def freq(*hertz):
    """freq([hertz]): 160 MHz, which nothing changes."""
    return None if hertz else 160000000


class RTC:
    """Memory that survives deepsleep() and reset(), and the time of day."""

    def memory(self, *data):
        """memory(): its bytes; memory(data): keeps up to 2048. ValueError: more. TypeError."""
        if not data:
            return chip.rtc_memory
        kept = to_bytes(data[0])
        if len(kept) > 2048:
            raise ValueError("buffer too long")
        chip.rtc_memory = kept
        return None

    def datetime(self, *when):
        """@returns (year, month, day, weekday, hours, minutes, seconds, subseconds in us); to set it does nothing."""
        if when:
            return None
        import time

        now = _time()
        t = time.gmtime(int(now))
        return (t[0], t[1], t[2], t[6], t[3], t[4], t[5], int((now - int(now)) * 1000000))


class Pin:
    """A pin: a value that the program sets, or that a test sets with Pin(n).value(1). One object for each number."""

    IN = 1
    OUT = 3
    OPEN_DRAIN = 7
    PULL_UP = 2
    PULL_DOWN = 1
    PULL_HOLD = 4
    IRQ_RISING = 1
    IRQ_FALLING = 2
    WAKE_LOW = 4
    WAKE_HIGH = 5

    _pins = {}

    def __new__(cls, id, *args, **kwargs):
        if id not in cls._pins:
            pin = super().__new__(cls)
            pin._id = id
            pin._value = 0
            pin._handler = None
            pin._trigger = 0
            cls._pins[id] = pin
        return cls._pins[id]

    def __init__(self, id, mode=None, pull=None, value=None, **more):
        """id: number or name. mode: Pin.IN, OUT or OPEN_DRAIN. value: to begin with."""
        self.init(mode, pull, value)

    def init(self, mode=None, pull=None, value=None, **more):
        """As the constructor."""
        if mode is not None:
            self._mode = mode
        if pull == Pin.PULL_UP and value is None and not self._value:
            self._value = 1
        if value is not None:
            self.value(value)

    def value(self, *new):
        """value(): 0 or 1; value(x): sets it, and calls irq()'s handler where it becomes what that waits for."""
        if not new:
            return self._value
        before = self._value
        self._value = 1 if new[0] else 0
        edge = Pin.IRQ_RISING if self._value else Pin.IRQ_FALLING
        if self._value != before and self._handler is not None and self._trigger & edge:
            self._handler(self)
        return None

    def __call__(self, *new):
        return self.value(*new)

    def on(self):
        """Sets it to 1."""
        self.value(1)

    def off(self):
        """Sets it to 0."""
        self.value(0)

    def toggle(self):
        """Sets it to what it is not."""
        self.value(not self._value)

    def irq(self, handler=None, trigger=3, **more):
        """Has handler(pin) called where the value rises (1) or falls (2)."""
        self._handler = handler
        self._trigger = trigger

    def __repr__(self):
        return "Pin(%s)" % (self._id,)


Signal = Pin
