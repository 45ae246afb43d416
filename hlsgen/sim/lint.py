"""Lint of generated Verilog by two independent readers: pyslang (elaborates and analyses) and Verilator -Wall.

Both must be silent but for the waivers of `sim/lint_waivers.txt`, each of which has its reason beside it.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyslang
from pyslang import analysis, ast, syntax

from ..core import tools
from ..core.errors import InternalError, UserError
from ..core.paths import data_dir

PYSLANG_GROUPS = ["extra", "conversion", "unused"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a linter does not like; `rule` is the linter's own name for it."""

    tool: str
    rule: str
    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text} ({self.tool} {self.rule})"


@dataclass(frozen=True, slots=True)
class Waiver:
    """Findings that are right as they are, and why. signals: which, by the name that the finding quotes; "" for any."""

    tool: str
    rule: str
    pattern: str
    reason: str
    signals: str = ""

    def covers(self, finding: Finding) -> bool:
        quoted = re.search(r"'(\w+)'", finding.text)
        named = not self.signals or (quoted is not None and fnmatch.fnmatchcase(quoted[1], self.signals))
        rule = (finding.tool, finding.rule) == (self.tool, self.rule)
        return rule and named and fnmatch.fnmatch(Path(finding.file).name, self.pattern)


def lint(top: str, files: Sequence[Path], waivers: Sequence[Waiver] | None = None) -> list[Finding]:
    """All findings of both linters that no waiver covers (None: those of `sim/lint_waivers.txt`)."""
    active = load_waivers(data_dir("sim") / "lint_waivers.txt") if waivers is None else waivers
    found = [*lint_pyslang(top, files), *lint_verilator(top, files)]
    return [finding for finding in found if not any(waiver.covers(finding) for waiver in active)]


def load_waivers(path: Path) -> list[Waiver]:
    """Read a waiver file; a line without a reason is a `UserError`."""
    waivers = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"(verilator|pyslang) (\S+) ([^\s:]+)(?::(\S+))? : (\S.*)", line.strip())
        if match is None:
            raise UserError(
                f"not a waiver: {line.strip()!r}",
                where=f"{path}:{number}",
                do="write <verilator|pyslang> <rule> <file pattern>[:<signal pattern>] : <reason>",
            )
        tool, rule, pattern, signals, reason = match.groups(default="")
        waivers.append(Waiver(tool, rule, pattern, reason, signals))
    return waivers


def lint_pyslang(top: str, files: Sequence[Path]) -> list[Finding]:
    """Elaborate `top` and analyse it. Errors count as findings. About 0.5 s for 100,000 lines."""
    sources = pyslang.SourceManager()
    options = ast.CompilationOptions()
    options.topModules = {top}
    compilation = ast.Compilation(pyslang.Bag([options]))
    for file in files:
        compilation.addSyntaxTree(syntax.SyntaxTree.fromFile(str(file), sources))
    diagnostics = list(compilation.getAllDiagnostics())
    if not any(diagnostic.isError() for diagnostic in diagnostics):
        settings = analysis.AnalysisOptions()
        settings.flags = analysis.AnalysisFlags.CheckUnused
        manager = analysis.AnalysisManager(settings)
        compilation.freeze()
        manager.analyze(compilation)
        diagnostics += manager.getDiagnostics()
    engine = pyslang.DiagnosticEngine(sources)
    if engine.setWarningOptions(PYSLANG_GROUPS):
        raise InternalError("pyslang does not know a warning group", PYSLANG_GROUPS)
    return [
        Finding(
            "pyslang",
            engine.getOptionName(diagnostic.code) or "error",
            str(sources.getFullPath(diagnostic.location.buffer)),
            sources.getLineNumber(diagnostic.location),
            engine.formatMessage(diagnostic),
        )
        for diagnostic in diagnostics
        if engine.getSeverity(diagnostic.code, diagnostic.location) != pyslang.DiagnosticSeverity.Ignored
    ]


def lint_verilator(top: str, files: Sequence[Path]) -> list[Finding]:
    """`verilator --lint-only -Wall`, as the top of a design without a bench."""
    verilator = tools.verilator()
    command = [*verilator.command, "--lint-only", "-Wall", "-Wno-fatal", "--top-module", top, *map(str, files)]
    environment = tools.environment(dict(verilator.environment))
    output = tools.output_of(command, env=environment)
    pattern = re.compile(r"^%(?:Warning|Error)(?:-(\w+))?: (?:(\S+?):(\d+):\d+: )?(.*)$", re.MULTILINE)
    return [
        Finding("verilator", rule or "error", file, int(line or 0), text)
        for rule, file, line, text in pattern.findall(output)
        if not text.startswith(("Exiting due to", "Cannot continue"))
    ]
