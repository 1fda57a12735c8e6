"""manage.py sandbox VERB ...: the verbs of the pretend network on the command line."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from advocacy.sandbox import allowing, limits, loading, verbs
from advocacy.sandbox.refusal import Refused

SHOWN_PROBLEMS = 50
BAR = 40  # characters
# what is told of the id that a verb answers with; the id ends its line, for a script that goes on with it
TOLD = {
    "inhabitant": "Lives on the pretend network now, as number",
    "say": "Said on the pretend network; workers read it when its author is due. Post",
    "edit": "Said anew, as post",
    "delete": "Taken away: post",
    "rename": "Has another handle now: number",
    "tick": "Said, as post",
}
DJANGOS = {"verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color", "skip_checks"}
DJANGOS |= {"stdout", "stderr"}


class Command(BaseCommand):
    """Exit status: 0 clean, 1 done but some lines have problems, 2 not done."""

    help = "Load and move the pretend social network."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare one sub-command per verb."""
        parts = parser.add_subparsers(dest="verb", required=True)
        part = parts.add_parser("load", help="load people.csv and posts.ndjson[.gz]")
        part.add_argument("people", type=Path)
        part.add_argument("posts", type=Path)
        part.add_argument("--as-if-now", action="store_true", help="move all times so that the newest post is now")
        part = parts.add_parser("inhabitant", help="add somebody")
        part.add_argument("handle")
        for name in ("--name", "--description", "--location", "--url", "--lang", "--picture"):
            part.add_argument(name)
        part = parts.add_parser("say", help="let somebody say something")
        part.add_argument("handle")
        part.add_argument("text", nargs="?", default="")
        for name in ("--at", "--reply-to", "--repost", "--quote", "--picture", "--alt", "--lang"):
            part.add_argument(name)
        part = parts.add_parser("edit", help="say a post anew")
        part.add_argument("id")
        part.add_argument("text")
        part = parts.add_parser("delete", help="take away one post, or somebody's newest ones")
        part.add_argument("id", nargs="?")
        part.add_argument("--handle")
        part.add_argument("--last", type=int, default=1)
        part = parts.add_parser("rename", help="change a handle")
        part.add_argument("old")
        part.add_argument("new")
        part = parts.add_parser("describe", help="change what a profile says: its bio")
        part.add_argument("handle")
        part.add_argument("text")
        for verb in ("protect", "suspend", "deactivate"):
            part = parts.add_parser(verb)
            part.add_argument("handle")
            part.add_argument("--off", action="store_true")
        part = parts.add_parser("tick", help="let inhabitants speak")
        part.add_argument("--people", type=int, default=1)
        part = parts.add_parser("disallow", help="take back what somebody allowed apps")
        part.add_argument("handle")
        parts.add_parser("reset", help="empty the sandbox")
        self._fault_arguments(parts.add_parser("fault", help="let an endpoint misbehave"))

    def _fault_arguments(self, part: ArgumentParser) -> None:
        part.add_argument("endpoint", choices=limits.ENDPOINTS)
        part.add_argument("--status", type=int)
        part.add_argument("--delay", type=float, default=0, help="seconds before the answer")
        part.add_argument("--drop", action="store_true", help="close the connection without an answer")
        part.add_argument(
            "--truncate", action="store_true", help="half a body; with --drop under the whole one's length"
        )
        part.add_argument("--garbage", action="store_true", help="HTML with status 200")
        part.add_argument("--after", action="store_true", help="do what was asked, then let the answer go wrong")
        part.add_argument("--late", type=float, default=0, help="seconds until readers see what was posted")
        part.add_argument("--limit", type=int, help="calls left in this window")
        part.add_argument("--reset-in", type=int, default=60, help="seconds until the window of --limit or a 429 ends")
        part.add_argument("--no-reset", action="store_true", help="a 429 without its reset header")
        part.add_argument("--page", type=int, help="only this page of a list")
        part.add_argument("--account", help="only for this account's id")
        part.add_argument("--times", type=int, help="so often; else until --clear")
        part.add_argument("--clear", action="store_true", help="let the endpoint behave again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one verb and leave with its exit status."""
        words = {name: value for name, value in options.items() if name not in DJANGOS and value is not None}
        verb = words.pop("verb")
        try:
            code = getattr(self, f"_{verb}", self._simple(verb))(**words)
        except (Refused, OSError) as problem:
            self.stderr.write(str(problem))
            code = 2
        if code:
            sys.exit(code)

    def _simple(self, verb: str) -> Any:
        def run(**words: Any) -> int:
            result = getattr(verbs if hasattr(verbs, verb) else allowing, verb)(**words)
            for line in result if isinstance(result, list) else [str(result)] if result else []:
                self.stdout.write(f"{TOLD[verb]} {line}" if verb in TOLD else line)
            return 0

        return run

    def _fault(self, *, endpoint: str, clear: bool, no_reset: bool, **how: Any) -> int:
        if clear:
            verbs.clear(endpoint=endpoint)
            return 0
        verbs.fault(endpoint=endpoint, **how | ({"reset_in": None} if no_reset else {}))
        return 0

    def _load(self, *, people: Path, posts: Path, as_if_now: bool) -> int:
        report = loading.load(people, posts, as_if_now=as_if_now, progress=self._progress)
        if sys.stdout.isatty():
            self.stdout.write("")
        self.stdout.write(f"people: {report.people_added} added, {report.people_known} there already")
        self.stdout.write(f"posts: {report.posts_added} added, {report.posts_known} there already")
        for problem in report.problems[:SHOWN_PROBLEMS]:
            self.stderr.write(str(problem))
        if len(report.problems) > SHOWN_PROBLEMS:
            self.stderr.write(f"and {len(report.problems) - SHOWN_PROBLEMS} more problems")
        return 1 if report.problems else 0

    def _progress(self, done: int, part: float) -> None:
        if sys.stdout.isatty():
            bar = "#" * round(part * BAR)
            self.stdout.write(f"\r[{bar:<{BAR}}] {part:4.0%} {done:>9,} posts", ending="")
            self.stdout.flush()
        elif done % 20_000 == 0:
            self.stdout.write(f"{done} posts read")
