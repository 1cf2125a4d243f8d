"""Builds nowire's wheel and source archive (PEP 517), with nothing but Python, CMake and a compiler.

A wheel is the package python/nowire, and in its folder lib/ the shared library libnowire.so and the hub nowire-air that
it starts, compiled here. Compiles in NOWIRE_BUILD_DIR/wheel, by default in build/wheel of the source tree, so that
the next time is quicker, or where that cannot be written in a temporary folder.
"""

import base64
import hashlib
import io
import os
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: What a source archive has: all that a wheel is built from.
SOURCES = ("CMakeLists.txt", "LICENSE", "README.md", "cmake", "docs/python.md", "include", "pyproject.toml", "python", "src")
#: CMake's target for the library, and the hub's.
TARGETS = ("nowire_abi", "nowire-air")
OPTIONS = {
    "CMAKE_BUILD_TYPE": "Release",
    "CMAKE_EXE_LINKER_FLAGS": "-s",
    "CMAKE_SHARED_LINKER_FLAGS": "-s",
    "BUILD_SHARED_LIBS": "OFF",
    "NOWIRE_WITH_PYTHON": "ON",
    "NOWIRE_WITH_ASYNC": "OFF",
    "NOWIRE_WITH_GATEWAY": "OFF",
    "NOWIRE_WITH_IDF": "OFF",
    "NOWIRE_WITH_PROGRAM": "OFF",
    "NOWIRE_WITH_TESTS": "OFF",
    "NOWIRE_INSTALL": "OFF",
}
#: The earliest time that a zip file can say: archives of the same contents are the same.
NO_TIME = (1980, 1, 1, 0, 0, 0)


def get_requires_for_build_wheel(config_settings=None):
    """Nothing but what scripts/setup run installs."""
    return []


get_requires_for_build_sdist = get_requires_for_build_wheel


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Compiles, and writes the wheel. Returns its name."""
    project = _project()
    # Any Python 3, this operating system and processor: the library knows no Python.
    tag = "py3-none-" + sysconfig.get_platform().replace("-", "_").replace(".", "_")
    with tempfile.TemporaryDirectory(prefix="nowire-wheel-") as scratch:
        library, hub = _compile(Path(scratch))
        name = f"nowire-{project['version']}-{tag}.whl"
        with _Wheel(Path(wheel_directory) / name, project, tag) as wheel:
            for file in _files(ROOT / "python" / "nowire"):
                wheel.add("nowire/" + file.relative_to(ROOT / "python" / "nowire").as_posix(), file.read_bytes())
            wheel.add("nowire/lib/libnowire.so", library.read_bytes(), 0o755)
            wheel.add("nowire/lib/nowire-air", hub.read_bytes(), 0o755)
    return name


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    """Writes what is known of the package without compiling it. Returns the folder's name."""
    project = _project()
    info = Path(metadata_directory) / f"nowire-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(_metadata(project), "utf-8")
    (info / "entry_points.txt").write_text(_entry_points(project), "utf-8")
    return info.name


def build_sdist(sdist_directory, config_settings=None):
    """Writes the source archive. Returns its name."""
    project = _project()
    base = f"nowire-{project['version']}"
    name = base + ".tar.gz"
    with tarfile.open(Path(sdist_directory) / name, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for source in SOURCES:
            path = ROOT / source
            for file in _files(path) if path.is_dir() else [path]:
                archive.add(file, f"{base}/{file.relative_to(ROOT).as_posix()}")
        about = tarfile.TarInfo(base + "/PKG-INFO")
        text = _metadata(project).encode()
        about.size = len(text)
        archive.addfile(about, io.BytesIO(text))
    return name


def _project():
    """The table [project] of pyproject.toml, with CMake's version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = re.search(r"^project\(nowire VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise RuntimeError("CMakeLists.txt does not say nowire's version")
    return project | {"version": found[1]}


def _metadata(project):
    lines = [
        "Metadata-Version: 2.1",
        "Name: " + project["name"],
        "Version: " + project["version"],
        "Summary: " + project["description"],
        "License: " + project["license"]["text"],
        "Keywords: " + ",".join(project["keywords"]),
        *("Classifier: " + classifier for classifier in project["classifiers"]),
        "Requires-Python: " + project["requires-python"],
        "Description-Content-Type: text/markdown",
    ]
    return "\n".join(lines) + "\n\n" + (ROOT / project["readme"]).read_text("utf-8")


def _entry_points(project):
    groups = (
        f"[{group}]\n" + "".join(f"{name} = {what}\n" for name, what in entries.items())
        for group, entries in project["entry-points"].items()
    )
    return "\n".join(groups)


def _files(folder):
    """The files below a folder that belong to it, in the same order each time."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.suffix not in (".pyc", ".so")
    )


def _compile(scratch):
    """Returns the paths of the library and of the hub."""
    for tool in ("cmake", "c++"):
        if shutil.which(tool) is None:
            raise SystemExit(f"nowire: there is no {tool}; docs/dependencies.md names what building needs")
    folder = _build_folder(scratch)
    configure = ["cmake", "-S", ROOT, "-B", folder, *(f"-D{name}={value}" for name, value in OPTIONS.items())]
    if not (folder / "CMakeCache.txt").exists() and shutil.which("ninja") is not None:
        configure += ["-G", "Ninja"]
    jobs = os.environ.get("NOWIRE_JOBS") or str(len(os.sched_getaffinity(0)))
    _run(configure)
    _run(["cmake", "--build", folder, "--parallel", jobs, "--target", *TARGETS])
    return folder / "libnowire.so", folder / "nowire-air"


def _build_folder(scratch):
    folder = Path(os.environ.get("NOWIRE_BUILD_DIR") or ROOT / "build") / "wheel"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return scratch
    cache = folder / "CMakeCache.txt"
    if cache.exists() and f"CMAKE_HOME_DIRECTORY:INTERNAL={ROOT}\n" not in cache.read_text("utf-8", "replace"):
        return scratch  # another source tree's
    return folder if os.access(folder, os.W_OK) else scratch


def _run(command):
    sys.stdout.flush()
    status = subprocess.run([os.fspath(word) for word in command]).returncode
    if status != 0:
        raise SystemExit(f"nowire: {command[0]} failed with status {status}, see above")


class _Wheel:
    """A wheel that is being written: entered with its first, left with its last files."""

    def __init__(self, path, project, tag):
        self.path = path
        self.project = project
        self.tag = tag
        self.info = f"nowire-{project['version']}.dist-info/"
        self.record = []

    def __enter__(self):
        self.archive = zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED)
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.add(self.info + "METADATA", _metadata(self.project))
            self.add(self.info + "WHEEL", self._wheel())
            self.add(self.info + "entry_points.txt", _entry_points(self.project))
            self.add(self.info + "LICENSE", (ROOT / "LICENSE").read_bytes())
            self.add(self.info + "RECORD", "".join(self.record) + self.info + "RECORD,,\n")
        self.archive.close()
        if kind is not None:
            self.path.unlink()

    def add(self, name, contents, mode=0o644):
        if isinstance(contents, str):
            contents = contents.encode()
        entry = zipfile.ZipInfo(name, NO_TIME)
        entry.external_attr = (stat.S_IFREG | mode) << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        self.archive.writestr(entry, contents)
        digest = base64.urlsafe_b64encode(hashlib.sha256(contents).digest()).rstrip(b"=").decode()
        self.record.append(f"{name},sha256={digest},{len(contents)}\n")

    def _wheel(self):
        return f"Wheel-Version: 1.0\nGenerator: nowire_build\nRoot-Is-Purelib: false\nTag: {self.tag}\n"
