"""Who can sign in to the demo: passwords made for this copy alone, kept where only its owner reads them."""

import os
import secrets
from pathlib import Path

_WORDS = (
    *(
        "amber",
        "anchor",
        "apron",
        "badge",
        "ballast",
        "basket",
        "berth",
        "blanket",
        "bridge",
        "butter",
        "cabin",
        "candle",
    ),
    *(
        "carpet",
        "cedar",
        "cello",
        "cherry",
        "clover",
        "copper",
        "cotton",
        "curtain",
        "drawer",
        "ember",
        "fennel",
        "ferry",
    ),
    *(
        "garden",
        "ginger",
        "gravel",
        "hammer",
        "harbour",
        "hinge",
        "ivory",
        "kettle",
        "ladder",
        "lantern",
        "lemon",
        "linen",
    ),
    *(
        "mango",
        "maple",
        "marble",
        "meadow",
        "mirror",
        "mitten",
        "orchard",
        "paper",
        "pepper",
        "pillow",
        "plaster",
        "pocket",
    ),
    *(
        "quartz",
        "ribbon",
        "saddle",
        "shovel",
        "signal",
        "silver",
        "sleeper",
        "spoon",
        "thimble",
        "ticket",
        "timber",
        "tunnel",
    ),
    *("velvet", "walnut", "whistle", "window"),
)


def logins(data_dir: Path, emails: tuple[str, ...]) -> dict[str, str]:
    """Return the password of each address; made on first use and kept in data_dir/demo-logins.txt (mode 0600)."""
    path = data_dir / "demo-logins.txt"
    try:
        kept = dict(line.split("\t", 1) for line in path.read_text().splitlines() if "\t" in line)
    except FileNotFoundError:
        kept = {}
    found = {email: kept.get(email) or _password() for email in emails}
    if found != kept:
        data_dir.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(f"{email}\t{password}\n" for email, password in found.items())
        part.replace(path)
    return found


def _password() -> str:
    return "-".join([*(secrets.choice(_WORDS) for _ in range(4)), f"{secrets.randbelow(1000):03}"])
