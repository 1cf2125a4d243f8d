"""As much of unittest as the rows of the specification use, for MicroPython, which has none of its own."""

import sys


class SkipTest(Exception):
    pass


class _Raises:
    def __init__(self, case, kind):
        self.case = case
        self.kind = kind
        self.exception = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.case.fail("%s was not raised" % self.kind.__name__)
        if not issubclass(kind, self.kind):
            return False
        self.exception = error
        return True


class TestCase:
    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        pass

    def setUp(self):
        pass

    def tearDown(self):
        pass

    def fail(self, message=None):
        raise AssertionError(message or "it failed")

    def _look(self, so, *about):
        if not so:
            raise AssertionError(" ".join(repr(each) for each in about))

    def assertTrue(self, value, message=None):
        self._look(value, value, message)

    def assertFalse(self, value, message=None):
        self._look(not value, value, message)

    def assertEqual(self, a, b, message=None):
        self._look(a == b, a, "is not", b, message)

    def assertNotEqual(self, a, b, message=None):
        self._look(a != b, a, "is", b, message)

    def assertIs(self, a, b, message=None):
        self._look(a is b, a, "is not the same as", b, message)

    def assertIsNot(self, a, b, message=None):
        self._look(a is not b, a, "is the same as", b, message)

    def assertIsNone(self, a, message=None):
        self._look(a is None, a, "is not None", message)

    def assertIsNotNone(self, a, message=None):
        self._look(a is not None, "None", message)

    def assertIn(self, a, b, message=None):
        self._look(a in b, a, "is not in", b, message)

    def assertNotIn(self, a, b, message=None):
        self._look(a not in b, a, "is in", b, message)

    def assertIsInstance(self, a, kind, message=None):
        self._look(isinstance(a, kind), a, "is no", kind, message)

    def assertGreater(self, a, b, message=None):
        self._look(a > b, a, "is not more than", b, message)

    def assertLess(self, a, b, message=None):
        self._look(a < b, a, "is not less than", b, message)

    def assertRaises(self, kind, function=None, *args, **kwargs):
        if function is None:
            return _Raises(self, kind)
        with _Raises(self, kind):
            function(*args, **kwargs)

    def skipTest(self, why):
        raise SkipTest(why)


def _run_one(kind, name, verdicts):
    about = "%s.%s" % (kind.__name__, name)
    case = kind()
    try:
        case.setUp()
        try:
            getattr(case, name)()
        finally:
            case.tearDown()
        verdicts["passed"] += 1
    except SkipTest as why:
        verdicts["skipped"] += 1
        print("skipped %s: %s" % (about, why))
    except Exception as error:
        verdicts["failed"] += 1
        print("FAILED %s" % about)
        sys.print_exception(error)


def run(modules):
    """Runs all tests of these modules. Prints what fails and, at the end, a line of counts."""
    verdicts = {"passed": 0, "failed": 0, "skipped": 0}
    for module in modules:
        for kind in [getattr(module, name) for name in dir(module)]:
            if not (isinstance(kind, type) and issubclass(kind, TestCase)):
                continue
            if getattr(kind, "__module__", module.__name__) != module.__name__:
                continue
            kind.setUpClass()
            for name in dir(kind):
                if name.startswith("test_"):
                    _run_one(kind, name, verdicts)
            kind.tearDownClass()
    print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % verdicts)
