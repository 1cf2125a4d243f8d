"""pytest: the fixture `air`, an air of each test's own.

    def test_the_light(air):
        kitchen = air.run("kitchen.py")
        phone = air.add_peer()
        assert phone.send(kitchen, b"on")
        kitchen.wait_for("the light is on")

Its options, those of `nowire.testing.Air`, are a mark: `@pytest.mark.air(loss=0.1, seed=7)`. What programs printed and
what was on the air is reported with a test that fails.
"""

import pytest


def pytest_configure(config):
    config.addinivalue_line("markers", "air(**options): how the fixture air is made, see nowire.testing.Air")


@pytest.fixture
def air(request):
    """A simulated air (nowire.testing.Air) of this test's own; what runs on it is ended with the test."""
    # Not before it is needed: whoever has the package installed need not load the library in each run of pytest.
    from nowire.testing import Air

    mark = request.node.get_closest_marker("air")
    options = {"scripts": request.path.parent} | (mark.kwargs if mark is not None else {})
    with Air(**options) as made:
        yield made


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    made = getattr(item, "funcargs", {}).get("air")
    # A Failure says all that already.
    if call.when != "call" or not report.failed or not hasattr(made, "describe"):
        return
    if call.excinfo is not None and call.excinfo.typename == "Failure":
        return
    report.sections.append(("nowire air", made.describe()))
