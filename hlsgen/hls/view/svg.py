"""A canvas for SVG: shapes with classes, every text escaped; each picture has its own style sheet."""

from __future__ import annotations

from html import escape

# One hue per family of operations, readable on white and on black.
FAMILIES = {
    "stream": "#0f766e",
    "memory": "#1d4ed8",
    "multiply": "#b91c1c",
    "divide": "#be185d",
    "arithmetic": "#c2660c",
    "logic": "#6d28d9",
    "wiring": "#64748b",
    "state": "#3f6212",
}
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1e293b}.small{font-size:10.5px;fill:#64748b}.bold{font-weight:600}"
    ".grid{stroke:#e2e8f0}.row{fill:#f8fafc}.band{fill:#eef2ff}.edge{stroke:#94a3b8;fill:none;stroke-width:1.2}"
    ".back{stroke:#dc2626;fill:none;stroke-width:1.4;stroke-dasharray:4 3}.box{fill:#fff;stroke:#94a3b8}"
    ".pill{fill:#ecfeff;stroke:#0f766e}.critical{stroke:#dc2626;stroke-width:2}.end{text-anchor:end}"
    ".middle{text-anchor:middle}"
    + "".join(f".{name}{{fill:{colour}}}" for name, colour in FAMILIES.items())
    + "text.on{fill:#fff;font-size:11px}"
)


class Canvas:
    """Shapes in the order in which they are drawn; the picture is as large as what is on it."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.width, self.height = 0.0, 0.0

    def _reach(self, x: float, y: float) -> None:
        self.width, self.height = max(self.width, x), max(self.height, y)

    def rect(
        self, x: float, y: float, width: float, height: float, kind: str, *, title: str = "", round: int = 0
    ) -> None:
        self._reach(x + width, y + height)
        tip = f"<title>{escape(title)}</title></rect>" if title else "</rect>"
        corner = f' rx="{round}"' if round else ""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}"'
            f'{corner} class="{kind}">{tip}'
        )

    def text(self, x: float, y: float, words: str, kind: str = "") -> None:
        self._reach(x + (7 * len(words) if "end" not in kind and "middle" not in kind else 0), y + 4)
        attribute = f' class="{kind}"' if kind else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}"{attribute}>{escape(words)}</text>')

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> None:
        self._reach(max(x1, x2), max(y1, y2))
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>')

    def curve(self, x1: float, y1: float, x2: float, y2: float, kind: str = "edge", *, across: bool = False) -> None:
        """An arrow from one place to another; across: it leaves to the right, otherwise downwards."""
        self._reach(max(x1, x2), max(y1, y2))
        if across:
            half = max(30.0, abs(x2 - x1) / 2)
            control = f"{x1 + half:.1f} {y1:.1f} {x2 - half:.1f} {y2:.1f}"
        else:
            half = max(14.0, abs(y2 - y1) / 2)
            control = f"{x1:.1f} {y1 + half:.1f} {x2:.1f} {y2 - half:.1f}"
        self.parts.append(
            f'<path d="M{x1:.1f} {y1:.1f}C{control} {x2:.1f} {y2:.1f}" class="{kind}" marker-end="url(#tip)"/>'
        )

    def __str__(self) -> str:
        width, height = self.width + 12, self.height + 12
        marker = (
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
            '<path d="M0 0L8 4L0 8z" fill="#94a3b8"/></marker></defs>'
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}"><style>{STYLE}</style>{marker}{"".join(self.parts)}</svg>\n'
        )


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
