"""MicroPython's `ffi`, made of ctypes: what nowire/_abi_ffi.py uses of it, with the conversions of ports/unix/modffi.c.

It lets CPython run the package's MicroPython half, but for the interpreter itself.
"""

import ctypes

_TYPES = {
    "i": ctypes.c_int32,
    "I": ctypes.c_uint32,
    "q": ctypes.c_int64,
    "p": ctypes.c_void_p,
    "P": ctypes.c_void_p,
    "s": ctypes.c_char_p,
    "v": None,
}


class _Function:
    def __init__(self, function, result, arguments):
        self._function = function
        self._result = result
        function.restype = _TYPES[result]
        function.argtypes = [_TYPES[a] for a in arguments]

    def __call__(self, *arguments):
        if len(arguments) != len(self._function.argtypes):
            raise TypeError("function takes %d arguments" % len(self._function.argtypes))
        values = []
        for argument in arguments:
            if isinstance(argument, str):
                argument = argument.encode() + b"\0"
            elif isinstance(argument, (bytearray, memoryview)):
                argument = ctypes.addressof((ctypes.c_char * len(argument)).from_buffer(argument))
            values.append(argument)
        got = self._function(*values)
        return got.decode() if self._result == "s" and got is not None else got


class _Library:
    def __init__(self, path):
        self._library = ctypes.CDLL(path)

    def func(self, result, name, arguments):
        return _Function(getattr(self._library, name), result, arguments)


def open(path):
    """Loads a shared library. OSError."""
    return _Library(path)
