"""The picture of a transaction's life in ARCHITECTURE.md, drawn from the table and from nothing else."""

from pathlib import Path

from app.domain.transaction import FINAL, IN_DOUBT, TABLE, State

PAGE = Path(__file__).parents[2] / "ARCHITECTURE.md"
BEGIN = "<!-- diagram:transaction begin -->"
END = "<!-- diagram:transaction end -->"


def diagram() -> str:
    """The table as a Mermaid state diagram: an arrow a pair of states, the records that lead along it on the arrow."""
    arrows: dict[tuple[State | None, State], list[str]] = {}
    for (state, kind), target in TABLE.items():
        arrows.setdefault((state, target), []).append(kind.__name__)
    lines = [
        "```mermaid",
        "stateDiagram-v2",
        "    classDef doubt stroke-dasharray: 4 3",
        "    classDef final stroke-width: 3px",
    ]
    for (state, target), kinds in arrows.items():
        lines.append(f"    {state or '[*]'} --> {target}: {', '.join(kinds)}")
    lines += [f"    class {state} doubt" for state in sorted(IN_DOUBT)]
    lines += [f"    class {state} final" for state in sorted(FINAL)]
    return "\n".join([*lines, "```"])


def page_with(drawing: str, page: str) -> str:
    """The page with the drawing between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{drawing}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page_with(diagram(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
