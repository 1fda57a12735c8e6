"""Fails when a module, a function or a template is longer than the house allows; migrations are exempt."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

MODULE_LINES = 400
FUNCTION_LINES = 60
TEMPLATE_LINES = 150
ROOT = Path(__file__).resolve().parent.parent
CODE = ("advocacy", "people", "brands", "tests", "tools")


def too_long() -> Iterator[str]:
    """Name everything that is too long, one line each."""
    for top in CODE:
        for path in sorted((ROOT / top).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _in_module(path)
    for path in sorted((ROOT / "templates").rglob("*.*")):
        lines = len(path.read_text().splitlines())
        if lines > TEMPLATE_LINES:
            yield f"{path.relative_to(ROOT)}: {lines} lines, {TEMPLATE_LINES} are allowed"


def _in_module(path: Path) -> Iterator[str]:
    text = path.read_text()
    lines = len(text.splitlines())
    if lines > MODULE_LINES:
        yield f"{path.relative_to(ROOT)}: {lines} lines, {MODULE_LINES} are allowed"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES:
                place = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                yield f"{place}: {length} lines, {FUNCTION_LINES} are allowed"


if __name__ == "__main__":
    found = list(too_long())
    print("\n".join(found) or "sizes: all within the house's maxima")
    sys.exit(bool(found))
