"""The layers: no module imports a higher layer, at module level or inside a function, and hls and codegen are apart."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

import hlsgen

PACKAGE = Path(hlsgen.__file__).parent

# What each layer may import besides itself. sim and synth see hls and codegen through files only.
ALLOWED = {
    "core": set(),
    "numerics": {"core"},
    "model": {"core", "numerics"},
    "golden": {"core", "numerics", "model"},
    "arch": {"core", "numerics", "model", "golden"},
    "codegen": {"core", "numerics", "model", "golden", "arch"},
    "hls": {"core"},
    "sim": {"core", "numerics", "model", "golden", "arch"},
    "synth": {"core"},
    "report": {"core", "numerics", "model", "golden", "arch"},
    "fuzz": {"core", "hls", "sim"},
    "device": {"core", "sim"},
    "deploy": {"core", "numerics", "model", "golden", "arch", "sim", "synth"},
    "flow": {"core", "numerics", "model", "golden", "arch", "codegen", "hls", "sim", "synth", "report", "deploy"},
    "cli": {
        *("core", "numerics", "model", "golden", "arch", "codegen", "hls", "sim", "synth", "report", "fuzz", "deploy"),
        *("device", "flow"),
    },
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """(line, absolute name) of everything imported anywhere in the tree."""
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            # `from hlsgen import sim` names the layer in the alias.
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def layer_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "hlsgen" and len(parts) > 1 and parts[1] in ALLOWED else None


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def wrong_arrows(text: str, module: str, is_package: bool = False) -> list[str]:
    layer = layer_of(module)
    allowed = ALLOWED[layer] | {layer} if layer else set()
    found = imports(ast.parse(text), module, is_package)
    return [
        f"{module}:{line} imports {name}"
        for line, name in found
        if layer_of(name) is not None and layer_of(name) not in allowed
    ]


def test_every_folder_is_a_known_layer() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert folders == set(ALLOWED)


def test_the_arrows_make_no_circle() -> None:
    done: set[str] = set()
    while len(done) < len(ALLOWED):
        ready = {layer for layer, lower in ALLOWED.items() if lower <= done} - done
        assert ready, f"a circle among {set(ALLOWED) - done}"
        done |= ready
    assert "hls" not in ALLOWED["codegen"] and "codegen" not in ALLOWED["hls"]


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_arrow_runs_back(path: Path) -> None:
    assert wrong_arrows(path.read_text(encoding="utf-8"), name_of(path), path.name == "__init__.py") == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_hlsgen_import_inside_a_function(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {
        f"{name_of(path)}:{line} imports {name}"
        for function in functions
        for line, name in imports(function, name_of(path), path.name == "__init__.py")
        if name.startswith("hlsgen")
    }
    assert inside == set()


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("from hlsgen.hls import compile", "hlsgen.sim.cosim"),
        ("import hlsgen.flow.engine", "hlsgen.core.paths"),
        ("from ..codegen.vectors import beat_lines", "hlsgen.hls.compile"),
        ("def f():\n    from hlsgen import arch", "hlsgen.golden.execute"),
        ("from .. import cli", "hlsgen.flow.engine"),
    ],
)
def test_a_wrong_arrow_is_seen(text: str, module: str) -> None:
    assert len(wrong_arrows(text, module)) == 1


def test_a_right_arrow_is_not_mistaken() -> None:
    assert wrong_arrows("from .engine import closure\nfrom ..core import errors\nimport numpy", "hlsgen.flow.x") == []
