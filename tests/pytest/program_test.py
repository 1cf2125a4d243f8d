"""`nowire micropython` and `nowire python-path`, as one types them."""

import os
import subprocess
from pathlib import Path

import pytest

PROGRAM = os.environ.get("NOWIRE_PROGRAM", "nowire")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"


@pytest.fixture
def environment(tmp_path):
    """That of somebody who has set nothing, with a default air of his own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NOWIRE_", "PYTHON", "MICROPYPATH"))}
    kept["XDG_RUNTIME_DIR"] = str(tmp_path)
    yield kept
    subprocess.run([PROGRAM, "air", "stop"], env=kept, stderr=subprocess.DEVNULL, check=False)


def run(environment, *words):
    return subprocess.run([PROGRAM, *map(str, words)], env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_python_path_is_the_folder_of_the_chips_modules(environment):
    told = run(environment, "python-path")
    assert told.returncode == 0, told.stderr
    folder = Path(told.stdout.rstrip("\n"))
    assert {"espnow.py", "network.py", "machine.py"} <= {file.name for file in folder.iterdir()}
    program = "import espnow; e = espnow.ESPNow(); e.active(True); print(e.peer_count())"
    said = subprocess.run(
        ["python3", "-c", program], env={**environment, "PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )
    assert said.stdout == "(0, 0)\n", said.stderr


def test_a_script_gets_its_arguments_name_and_status(environment, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import sys, machine\nprint(sys.argv[1:], machine.unique_id().hex())\nsys.exit(7)\n")
    first = run(environment, "micropython", script, "--node", "kitchen", "--", "-x", "y z")
    assert first.returncode == 7, first.stderr
    assert first.stdout.startswith("['-x', 'y z'] ")
    again = run(environment, "micropython", script, "--node", "kitchen")
    other = run(environment, "micropython", script, "--node", "garden")
    assert again.stdout.split()[-1] == first.stdout.split()[-1], "the address is made from the name"
    assert other.stdout.split()[-1] != first.stdout.split()[-1]


def test_two_scripts_talk_on_the_default_air(environment):
    words = [PROGRAM, "micropython", EXAMPLES / "receiver.py", "--radio", "air:?mac=02:00:00:00:00:20"]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as receiver:
        try:
            assert receiver.stdout.readline() == "receiving\n", "lines come when they are printed"
            sent = run(environment, "micropython", EXAMPLES / "sender.py", "--radio", "air:?mac=02:00:00:00:00:10")
            assert sent.stdout == "sent 102 lost 0\n", sent.stderr
            assert receiver.stdout.read().endswith("received 102\n")
            assert receiver.wait(30) == 0
        finally:
            receiver.kill()


def test_what_cannot_be_run_is_told(environment, tmp_path):
    missing = run(environment, "micropython", tmp_path / "missing.py")
    assert missing.returncode == 1
    assert "missing.py" in missing.stderr
    nobody = run(environment, "micropython", EXAMPLES / "sender.py", "--python", tmp_path / "micropython")
    assert nobody.returncode == 1
    assert "micropython: No such file or directory" in nobody.stderr
    assert run(environment, "micropython").returncode == 2
    assert "mac" in run(environment, "micropython", "x.py", "--radio", "air:help").stdout
