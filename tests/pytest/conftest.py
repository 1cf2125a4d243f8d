import functools
import shutil

import pytest


def pytest_addoption(parser):
    parser.addoption("--interpreter", help="what runs the scripts, by default this Python: micropython")


@pytest.fixture
def air(air, request):
    """The package's fixture, whose scripts --interpreter runs."""
    interpreter = request.config.getoption("--interpreter")
    if interpreter is not None:
        if shutil.which(interpreter) is None:
            pytest.skip(f"there is no {interpreter} on the PATH")
        air.run = functools.partial(air.run, python=interpreter)
    return air
