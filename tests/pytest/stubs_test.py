"""The type stubs say what there is: every public name, in both directions, and each function's parameters."""

import ast
import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "python" / "nowire"
STUBS = sorted(PACKAGE.rglob("*.pyi"))
#: Names that come from elsewhere: `from x import name as name`, and what `*` brings.
ELSEWHERE = {"espnow": {"AIOESPNow"}, "network": {"ESPNOW", "Peer", "_Espnow"}}


def is_public(name):
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__") and name != "__getattr__")


def names_in(body):
    """Public name: its definitions."""
    names = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                for part in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if isinstance(part, ast.Name):
                        names.setdefault(part.id, []).append(node)
        elif isinstance(node, ast.AnnAssign):
            names.setdefault(node.target.id, []).append(node)
        elif isinstance(node, (ast.If, ast.Try)):
            for name, found in names_in(node.body + node.orelse).items():
                names.setdefault(name, []).extend(found)
    return {name: found for name, found in names.items() if is_public(name)}


def names_of_module(stub):
    """The same of a stub's module, with what it has from the package's private modules where the stub says so."""
    body = ast.parse(stub.with_suffix(".py").read_text("utf-8")).body
    names = names_in(body)
    said = names_in(ast.parse(stub.read_text("utf-8")).body)
    for node in body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nowire._"):
            part = (PACKAGE / node.module.removeprefix("nowire.")).with_suffix(".py")
            found = names_in(ast.parse(part.read_text("utf-8")).body)
            brought = {alias.name for alias in node.names if alias.asname is None} & set(said)
            names.update({name: found[name] for name in brought & set(found)})
    return names


def parameters(function):
    return [a.arg for a in function.args.posonlyargs + function.args.args + function.args.kwonlyargs]


def compare(where, in_module, in_stub, ignored=frozenset()):
    private = {"__all__", "__repr__", "__slots__", "__doc__", "_mode"}
    assert set(in_module) - set(in_stub) - private - ignored == set(), f"{where}: not in the stub"
    instance = {n for n, found in in_stub.items() if isinstance(found[0], ast.AnnAssign)} if "." in where else set()
    assert set(in_stub) - set(in_module) - ignored - instance == set(), f"{where}: not in the module"
    for name in set(in_module) & set(in_stub):
        ours, told = in_module[name][-1], in_stub[name]
        if isinstance(ours, ast.ClassDef) and isinstance(told[0], ast.ClassDef):
            compare(f"{where}.{name}", names_in(ours.body), names_in(told[0].body))
        elif isinstance(ours, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert isinstance(told[0], type(ours)), f"{where}.{name}: one is async"
            # Where the module takes *args, the stub says more.
            if ours.args.vararg is None and ours.args.kwarg is None and len(told) == 1:
                assert parameters(ours) == parameters(told[0]), f"{where}.{name}"


def test_there_are_stubs():
    assert {s.stem for s in STUBS} >= {"espnow", "aioespnow", "network", "esp", "machine", "testing"}
    assert (PACKAGE / "py.typed").exists()


@pytest.mark.parametrize("stub", STUBS, ids=lambda s: s.stem)
def test_stub_and_module_agree(stub):
    in_stub = names_in(ast.parse(stub.read_text("utf-8")).body)
    compare(stub.stem, names_of_module(stub), in_stub, ELSEWHERE.get(stub.stem, frozenset()))


@pytest.mark.parametrize("stub", [s for s in STUBS if s.stem not in ("__init__", "pytest_plugin")], ids=lambda s: s.stem)
def test_what_is_public_has_a_docstring(stub):
    def look(where, names):
        for name, found in names.items():
            node = found[-1]
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            if not name.startswith("__"):
                assert ast.get_docstring(node), f"{where}.{name} has no docstring"
            if isinstance(node, ast.ClassDef):
                look(f"{where}.{name}", names_in(node.body))

    assert ast.get_docstring(ast.parse(stub.with_suffix(".py").read_text("utf-8")))
    look(stub.stem, names_of_module(stub))


@pytest.mark.skipif(shutil.which("mypy") is None, reason="there is no mypy: scripts/setup all installs it")
def test_mypy_finds_nothing():
    modules = [s.stem if s.parent != PACKAGE else f"nowire.{s.stem}" for s in STUBS if s.stem not in ("__init__", "pytest_plugin")]
    checked = subprocess.run(
        ["mypy", "--strict", "--no-incremental", "--cache-dir=/dev/null", *(word for m in modules for word in ("-m", m))],
        cwd="/", env={"PATH": "/usr/bin:/bin", "MYPYPATH": f"{PACKAGE.parent}:{PACKAGE / 'chip_modules'}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
