"""The programs of docs/python.md are complete, and do what the page says."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nowire import _native
from nowire.testing import Air

PAGE = Path(__file__).resolve().parents[2] / "docs" / "python.md"


@pytest.fixture
def folder(tmp_path):
    """A folder with the page's programs."""
    files = re.findall(r"<!-- file: (\S+) -->\n```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for name, text in files:
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_the_page_has_three_programs_and_tests(folder):
    names = {file.name for file in folder.iterdir()}
    assert names == {"sensor.py", "display.py", "logger.py", "test_sensor.py"}


def test_sensor_and_display(air, folder):
    display = air.run(folder / "display.py")
    sensor = air.run(folder / "sensor.py")
    assert sensor.wait_for("found") == "found 02:00:00:00:00:10"
    assert sensor.wait_for("reading") == "reading 0 acknowledged"
    assert sensor.wait_for("reading", limit=70) == "reading 1 acknowledged"
    assert display.wait_for("minute") == "minute 1"
    assert "reading 0 at -40 dBm" in display.output


def test_logger_is_a_program_of_the_computers(folder):
    with Air(speed=1) as air:
        environment = {**os.environ, **_native.environment(), "NOWIRE_RADIO": air.url(name="logger")}
        chip_modules = Path(_native.__file__).parent / "chip_modules"
        environment["PYTHONPATH"] = f"{chip_modules}:{environment['PYTHONPATH']}"
        with subprocess.Popen(
            [sys.executable, folder / "logger.py"], stdout=subprocess.PIPE, text=True, env=environment
        ) as logger:
            try:
                address = json.loads(logger.stdout.readline())["address"]
                peer = air.add_peer()
                assert peer.send(address, "hello")
                assert json.loads(logger.stdout.readline()) == {"from": "02:00:00:00:00:10", "text": "hello"}
                logger.terminate()
                assert logger.wait(30) == 0
            finally:
                logger.kill()


def test_the_tests_pass_by_the_plug_in_alone(folder):
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "nowire.pytest_plugin", "-p", "no:cacheprovider", "test_sensor.py"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 passed" in ran.stdout
