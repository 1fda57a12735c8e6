"""What the people of the demo wrote about themselves, and the portraits of those who gave one.

Everything that a staff list would hold stands in samples/vesper-staff.csv, everything that they say on the pretend
network in samples/vesper-people.csv and samples/vesper-posts.ndjson.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Portrait:
    """A drawn portrait: the file static/img/<stem>-640.avif, what it shows, and the backdrop it was drawn on."""

    stem: str
    alt: str
    backdrop: str


@dataclass(frozen=True, slots=True)
class Part:
    """A person of the demo. line reads "{first name} {line}" in the chorus, about heads their own page."""

    email: str
    line: str = ""
    about: str = ""
    portrait: Portrait | None = None


BRAND = "vesper"
NAME = "Vesper"
TAGLINE = "Vesper night trains"
OWNER = "owner@vesper.example"
NINJA = "ingrid@vesper.example"
ASKER = "kofi@vesper.example"
FAN = "lea@reader.example"  # signs in by a code: no password
FOLLOWED = (NINJA, ASKER, "zeynep@vesper.example")
CLOSING_LINE = "We are awake so that you can sleep."

CAST = (
    Part(
        "ingrid@vesper.example",
        "drives the last train over the Brenner.",
        "I have driven the Brenner some two thousand times and have yet to see it twice.",
        Portrait("ingrid", "Ingrid Solbakk, silver hair and round glasses, in her driver's jacket", "slate"),
    ),
    Part(
        "amara@vesper.example",
        "knows who takes milk.",
        "I can tell from the door how somebody slept.",
        Portrait("amara", "Amara Okonjo, laughing, hair up in a bun, gold earrings, in a wine-red uniform", "marigold"),
    ),
    Part(
        "tomas@vesper.example",
        "found the forty seconds that brought Prague back.",
        "A timetable is a promise with arithmetic in it.",
        Portrait("tomas", "Tomáš Řeháček, brown hair and a short beard, in a linen shirt", "sage"),
    ),
    Part(
        "yusuf@vesper.example",
        "has bread in the oven before Salzburg.",
        "Everything I cook, I cook at 140 an hour.",
        Portrait("yusuf", "Yusuf Çelik, black moustache, smiling, in a white chef's jacket", "clay"),
    ),
    Part(
        "noor@vesper.example",
        "draws for the person who is awake at four.",
        "I draw for the person who is awake at four.",
        Portrait("noor", "Noor van Dalen in a green headscarf, looking straight at you", "plum"),
    ),
    Part(
        "mateus@vesper.example",
        "has shaken hands with every bolt on this line.",
        "Thirty-seven years beside the rail, and it still has news.",
        Portrait("mateus", "Mateus Figueira, white beard, eyes closed with laughing, in an orange track vest", "teal"),
    ),
    Part(
        "lucia@vesper.example",
        "would rather have you angry than silent.",
        "Write to me angry. I prefer it to silence.",
        Portrait("lucia", "Lucía Ferrán, long dark curls, laughing, in a red jumper", "marigold"),
    ),
    Part(
        "henrik@vesper.example",
        "thinks red is the kindest colour we have.",
        "Red says: wait, I'm looking after something.",
        Portrait("henrik", "Henrik Aalto, fair hair and square glasses, in a blue jumper", "iris"),
    ),
    Part(
        "zeynep@vesper.example",
        "boards alone, or it is not finished.",
        "If I cannot board alone, it is not finished.",
        Portrait("zeynep", "Zeynep Aydın, brown bob, in a dark green jumper with a gold pin", "clay"),
    ),
    Part(
        "oskar@vesper.example",
        "is the one with the broom.",
        "Second year. First shovel.",
        Portrait("oskar", "Oskar Brandl, red hair and freckles, laughing with one eye shut", "moss"),
    ),
    Part(
        "meilin@vesper.example",
        "is the only adult in Europe at 02:15.",
        "At 02:15 I am the only adult in Europe.",
        Portrait("meilin", "Mei-Lin Hartmann, long black hair with a straight fringe, half a smile", "iris"),
    ),
    Part(
        "kofi@vesper.example",
        "does eleven coaches in twelve minutes.",
        "Twelve minutes, eleven coaches. Time us.",
        Portrait("kofi", "Kofi Lindqvist, round cream-coloured glasses, short beard, in a yellow jumper", "sage"),
    ),
    Part("bo@vesper.example", about="I count my shifts in coffee."),
    Part("alexandra@vesper.example", about="At the border I make tea for everybody."),
    Part("layla@vesper.example", about="I apologise best in Arabic."),
    Part("sakura@vesper.example", about="I close every door thirty thousand times."),
    Part("maximiliane@vesper.example", about="I know where all ninety-four coaches sleep."),
    Part("siobhan@vesper.example", about="I no longer fall over at Buchs."),
    Part("joao@vesper.example", about="Two plates on the straight, one in the curve."),
    Part("defne@vesper.example", about="I am awake before the dough."),
    Part("an@vesper.example", about="I remember six hundred birthdays."),
    Part("thordis@vesper.example", about="I ask the night shift what it dreamt."),
    Part("pietro@vesper.example", about="I have punched a million small paper moons."),
    Part("olena@vesper.example", about="I tell the train that it is doing well."),
)
