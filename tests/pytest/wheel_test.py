"""The wheel: what is in it, and that a virtual environment with it, and nothing else, has nodes that talk.

The library and the hub are those of this build; scripts/test-package has pip compile them.
"""

import base64
import csv
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import nowire
from nowire import _native

SOURCE = Path(__file__).resolve().parents[2]
VERSION = re.search(r"^project\(nowire VERSION (\S+)", (SOURCE / "CMakeLists.txt").read_text(), re.MULTILINE)[1]

TALK = f"""
import nowire
from nowire.testing import Air
with Air(scripts={str(SOURCE / "examples" / "python")!r}) as air:
    receiver = air.run("receiver.py", mac="02:00:00:00:00:20")
    sender = air.run("sender.py", mac="02:00:00:00:00:10")
    print(sender.wait_for("sent"), receiver.wait_for("received"), nowire.__file__, sep="\\n")
"""


def backend(source):
    spec = importlib.util.spec_from_file_location("nowire_build", source / "python" / "backend" / "nowire_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    build = backend(SOURCE)
    built = _native.hub_program()
    build._compile = lambda scratch: (Path(_native._abi.version[0]), Path(built))
    folder = tmp_path_factory.mktemp("wheel")
    return folder / build.build_wheel(folder)


def test_the_version_is_in_one_place(wheel):
    assert wheel.name.startswith(f"nowire-{VERSION}-py3-none-linux_")
    assert nowire.__version__ == VERSION


def test_the_wheel_has_what_its_record_says(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        info = f"nowire-{VERSION}.dist-info/"
        assert {name.split("/")[0] for name in names} == {"nowire", info.rstrip("/")}, "one package"
        record = {row[0]: row[1:] for row in csv.reader(archive.read(info + "RECORD").decode().splitlines())}
        assert sorted(record) == sorted(names)
        for name in names:
            if name.endswith("RECORD"):
                continue
            content = archive.read(name)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            assert record[name] == [f"sha256={digest}", str(len(content))]
        about = Parser().parsestr(archive.read(info + "METADATA").decode())
        assert (about["Name"], about["Version"], about["Metadata-Version"]) == ("nowire", VERSION, "2.1")
        package = SOURCE / "python" / "nowire"
        files = {f"nowire/{f.relative_to(package)}" for f in package.rglob("*") if f.suffix in (".py", ".pyi", ".typed")}
        files |= {"nowire/py.typed", "nowire/lib/libnowire.so", "nowire/lib/nowire-air"}
        assert {name for name in names if not name.startswith(info)} == files


def test_the_library_needs_no_other_of_nowire():
    needed = subprocess.run(["objdump", "-p", _native._abi.version[0]], capture_output=True, text=True, check=True).stdout
    libraries = re.findall(r"NEEDED\s+(\S+)", needed)
    assert libraries
    assert not [name for name in libraries if "nowire" in name]


def test_installed_in_a_virtual_environment_two_nodes_talk(wheel, tmp_path):
    environment = {n: v for n, v in os.environ.items() if not n.startswith(("NOWIRE_", "PYTHON", "MICROPYPATH"))}
    environment["PIP_NO_CACHE_DIR"] = "1"

    def run(*words):
        done = subprocess.run(words, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "venv", "--system-site-packages", "venv")
    python = str(tmp_path / "venv" / "bin" / "python")
    run(python, "-m", "pip", "install", "--no-index", "--disable-pip-version-check", str(wheel))
    sent, received, place = run(python, "-c", TALK).splitlines()
    assert (sent, received) == ("sent 102 lost 0", "received 102")
    assert place.startswith(str(tmp_path))

    (tmp_path / "test_it.py").write_text("def test_it(air):\n    assert air.now == 0\n", "utf-8")
    assert "1 passed" in run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"), "by its entry point"


def test_the_source_archive_has_what_a_wheel_is_built_from(tmp_path):
    name = backend(SOURCE).build_sdist(tmp_path)
    assert name == f"nowire-{VERSION}.tar.gz"
    with tarfile.open(tmp_path / name) as archive:
        archive.extractall(tmp_path)
    unpacked = tmp_path / f"nowire-{VERSION}"
    assert (unpacked / "PKG-INFO").read_text().startswith("Metadata-Version: 2.1\nName: nowire\n")
    for needed in ("CMakeLists.txt", "LICENSE", "src/abi/nowire.map", "include/nowire/abi/nowire.h", "python/CMakeLists.txt"):
        assert (unpacked / needed).is_file()
    assert backend(unpacked)._metadata(backend(unpacked)._project()) == backend(SOURCE)._metadata(backend(SOURCE)._project())
