"""Fails when a template has an inline style or script, or turns escaping off."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# a script element is fine with a src, or when it carries data and no code
FORBIDDEN = {
    "an inline style": re.compile(r"<style|\sstyle="),
    "an inline script": re.compile(r"<script(?![^>]*(?:\ssrc=|type=\"application/json\"))"),
    "code in an attribute": re.compile(r"\s(?:on\w+|hx-on[\w:-]*)\s*="),
    "a script address": re.compile(r"javascript:"),
    "unescaped text": re.compile(r"\|\s*safe\b|{%\s*autoescape off"),
    "an address of another host": re.compile(r"(?:src|srcset)=[\"']https?://"),
}
# a letter brings its style along: mail programs load no style sheet, and no policy of ours holds there
BRINGS_STYLE = ROOT / "templates" / "emails" / "letter_base.html"


def findings() -> Iterator[str]:
    """Name each place, one line each; text mails may turn escaping off, since they are no HTML."""
    for path in sorted((ROOT / "templates").rglob("*")):
        if not path.is_file():
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for what, pattern in FORBIDDEN.items():
                if path.suffix == ".txt" and what == "unescaped text":
                    continue
                if path == BRINGS_STYLE and what == "an inline style":
                    continue
                if pattern.search(line):
                    yield f"{path.relative_to(ROOT)}:{number} has {what}"


if __name__ == "__main__":
    found = list(findings())
    print("\n".join(found) or "templates: no inline style or script, everything escaped")
    sys.exit(bool(found))
