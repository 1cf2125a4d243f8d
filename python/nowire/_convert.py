"""Arguments as the chip's modules take them, and what they say of others (MicroPython's words)."""


def to_bytes(value):
    """A str (as UTF-8), bytes, bytearray or another buffer as bytes. TypeError: it is none of these."""
    if type(value) is bytes:
        return value
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if not isinstance(value, (bool, int, float, list, tuple, dict)):
        try:
            return bytes(memoryview(value))
        except TypeError:
            pass
    raise TypeError("object with buffer protocol required")


def to_bytes_of(value, length):
    """The same, of exactly that many bytes. TypeError; ValueError: another length."""
    data = to_bytes(value)
    if len(data) != length:
        raise ValueError("invalid buffer length")
    return data


def to_int(value):
    """An int or a bool as int. TypeError: anything else, float included."""
    # MicroPython's bool is no int.
    if isinstance(value, (bool, int)):
        return int(value)
    raise TypeError("can't convert %s to int" % type(value).__name__)


def to_address(value):
    """A MAC address of 6 bytes. TypeError; ValueError."""
    return to_bytes_of(value, 6)
