"""Runs a program that was written for MicroPython on an ESP32.

    python3 -m nowire.micropython script.py [--node NAME] [--radio URL] [-- ARGUMENT...]

  --node NAME    its name on the air, from which its address is made
  --radio URL    its radio (NOWIRE_RADIO; without that "air:"), such as air:/tmp/test.air?channel=6

The chip's modules (espnow, aioespnow, network, esp, machine, micropython, u...) come first on the path. time, select and
asyncio follow the air's clock, gc is there without an import. After machine.deepsleep() and reset() the script begins
anew, with RTC memory kept. When the script has ended while a callback for messages is set, the chip stays on, as at its
prompt, until it gets SIGINT or SIGTERM. Its status is that of python: 1 after an exception.
"""

import sys

from nowire import _chip, _irq, _sleep
from nowire._chip import chip, on_micropython


class _Usage(Exception):
    pass


def _arguments(words):
    """@returns (script, its arguments, node, radio)."""
    options = {"--node": None, "--radio": None}
    rest = []
    words = list(words)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if word == "--":
            rest += words
            break
        if word in ("-h", "--help"):
            return None, rest, None, None
        if name in options:
            if not equals:
                if not words:
                    raise _Usage(name + " needs a value")
                value = words.pop(0)
            options[name] = value
        elif word.startswith("-") and word != "-":
            raise _Usage("there is no option %s; what is for the script comes after --" % word)
        else:
            rest.append(word)
    if not rest:
        raise _Usage("which script?")
    return rest[0], rest[1:], options["--node"], options["--radio"]


def radio_url(radio, node):
    """The radio's URL with the node's name in it, whatever name was there. Both may be None."""
    url = radio or _chip._getenv("NOWIRE_RADIO") or "air:"
    if node is None:
        return url
    base, _, query = url.partition("?")
    kept = [word for word in query.split("&") if word and not word.startswith("name=")]
    name = ""
    for byte in node.encode():
        letter = chr(byte)
        safe = letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
        name += letter if safe else "%%%02X" % byte
    return base + "?" + "&".join(["name=" + name] + kept)


def chip_modules():
    """The folder of the chip's modules."""
    return __file__.rsplit("/", 1)[0] + "/chip_modules" if "/" in __file__ else "chip_modules"


class _Main:
    """A script, and what there was before it."""

    def __init__(self, script, arguments):
        self.script = script
        self.arguments = arguments
        self.modules = set(sys.modules)
        folder = script.rsplit("/", 1)[0] if "/" in script else "."
        self.path = [chip_modules(), folder] + [p for p in sys.path if p not in (chip_modules(), folder, "")]

    def run(self):
        """Runs it once."""
        with open(self.script) as file:
            source = file.read()
        sys.path[:] = self.path
        sys.argv[:] = [self.script] + self.arguments
        if on_micropython:
            exec(source, {"__name__": "__main__", "__file__": self.script, "gc": __import__("gc")})
            return
        with open(self.script, "rb") as file:
            code = compile(file.read(), self.script, "exec")
        module = type(sys)("__main__")
        module.__file__ = self.script
        sys.modules["__main__"] = module
        exec(code, module.__dict__)

    def forget(self):
        """The chip begins anew: what the program imported, but for Python's own modules, is gone."""
        for name in list(sys.modules):
            if name in self.modules or name.split(".")[0] == "nowire":
                continue
            file = getattr(sys.modules[name], "__file__", None)
            if file and file.startswith(tuple(p.rstrip("/") + "/" for p in self.path[:2])):
                del sys.modules[name]
        for name in ("nowire._asyncio", "nowire._world_micropython"):
            if name in sys.modules:
                sys.modules[name].restart()


def _restart():
    if not on_micropython:
        import threading

        if threading.current_thread() is not threading.main_thread():
            _irq.call_in_main(_raise_restart, None)
    raise _sleep.Restart()


def _raise_restart(_):
    raise _sleep.Restart()


def _stay():
    """At the chip's prompt: callbacks go on."""
    if not on_micropython:
        import signal

        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            _chip.wait(0, -1, -1)
    except KeyboardInterrupt:
        pass


def _tell(e, script):
    """Prints an exception as python does, without what is ours."""
    if on_micropython:
        sys.print_exception(e)
        return
    where = e.__traceback__
    while where is not None and where.tb_frame.f_code.co_filename != script:
        where = where.tb_next
    sys.excepthook(type(e), e.with_traceback(where), where)


def run(script, arguments=()):
    """Runs a script in the chip's world until it has ended and does not begin anew. @returns the exit status."""
    main = _Main(script, list(arguments))
    _irq.prepare()
    chip.restart = _restart
    while True:
        try:
            main.run()
            if _irq.is_watching():
                _stay()
            return 0
        except _sleep.Restart:
            pass
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as e:
            _tell(e, script)
            return 1
        chip.began = _chip.lib.now(_chip.station())
        main.forget()


def main(words):
    """The program. @returns the exit status."""
    try:
        script, arguments, node, radio = _arguments(words)
        if script is None:
            print(__doc__)
            return 0
    except _Usage as e:
        sys.stderr.write("nowire.micropython: %s (--help)\n" % e)
        return 2
    chip.radio = radio_url(radio, node)
    try:
        # So that on an air that waits for its programs time stands while this one begins.
        _chip.station()
    except OSError as e:
        sys.stderr.write("nowire.micropython: %s\n" % (e.args[1] if len(e.args) > 1 else e))
        return 1
    if on_micropython:
        from nowire import _world_micropython as world
    else:
        from nowire import _world_cpython as world
    world.enter()
    try:
        return run(script, arguments)
    except OSError as e:
        sys.stderr.write("nowire.micropython: %s\n" % e)
        return 1
    finally:
        # MicroPython calls nothing at its exit where it runs a module and that ends with SystemExit.
        if on_micropython:
            _chip.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
