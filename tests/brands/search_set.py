"""What a search must find: people, what they said, and for each question the answer in its order.

It holds on every database; tests/brands/test_search.py asks it of the one that the suite runs on.
"""

from typing import NamedTuple

# name -> title, place, team, topics, line, about
PEOPLE: dict[str, tuple[str, str, str, tuple[str, ...], str, str]] = {
    "Jürgen Groß": ("Driver", "Villach", "On board", (), "drives through snow.", ""),
    "Åse Bjørnstad": ("Timetable planner", "Tromsø", "Planning", ("Winter timetable",), "", ""),
    "Zofia Żółkiewska": ("Conductor", "Łódź", "On board", (), "", "I know every bend between Łódź and Kraków."),
    "Ελένη Παπαδοπούλου": ("Cook", "Θεσσαλονίκη", "Kitchen", (), "", ""),
    "Алёна Чайкина": ("Steward", "Київ", "On board", (), "", ""),
    "山田花子": ("車掌", "東京", "", (), "夜行列車が好きです", ""),
    "Noor van Dalen": ("Carriage designer", "Utrecht", "Workshop", ("Brakes", "Bogies"), "", ""),
    "O'Brien_100%": ("Cleaner", "Cork", "Workshop", (), "", ""),
}
# (who, what they said), newest first
POSTS = [
    ("Noor van Dalen", "Snow again, and the brakes hold."),  # 0
    ("Jürgen Groß", "Schneeräumer über Nacht, die Weichen sind frei."),  # 1
    ("Åse Bjørnstad", "Nå kommer snøen til Tromsø."),  # 2
    ("Zofia Żółkiewska", "Śnieg na torach, spóźnienie dziesięć minut."),  # 3
    ("Ελένη Παπαδοπούλου", "Ο ΚΑΦΈΣ είναι έτοιμος, καλημέρα!"),  # 4
    ("Алёна Чайкина", "Ёлка в вагоне и горячий чай."),  # 5
    ("山田花子", "夜行列車のカフェは東京から始まります。"),  # 6
    ("Noor van Dalen", "🚂 on time 🇩🇪 ❄️"),  # 7
    ("Zofia Żółkiewska", 'She said "never again" - it was 100% wet_paint \\o/'),  # 8
    ("Åse Bjørnstad", "More snow than trains. See https://example.org/reindeer"),  # 9
    ("Noor van Dalen", "snowplough"),  # 10
    ("Jürgen Groß", "Snow, snow, snow."),  # 11
    ("Åse Bjørnstad", "The last snow."),  # 12
]
NOOR, JUERGEN, ASE, ZOFIA = "Noor van Dalen", "Jürgen Groß", "Åse Bjørnstad", "Zofia Żółkiewska"
ELENI, ALJONA, HANAKO, OBRIEN = "Ελένη Παπαδοπούλου", "Алёна Чайкина", "山田花子", "O'Brien_100%"


class Answer(NamedTuple):
    """What a question finds."""

    people: list[str]  # by what they are
    speakers: list[str]  # by what they said
    posts: list[int]  # places in POSTS


QUESTIONS: dict[str, Answer] = {
    # by name before the rest; who spoke twice or more before who spoke once, then the newest
    "snow": Answer([JUERGEN], [NOOR, ASE], [0, 9, 10, 11, 12]),
    "SNOW": Answer([JUERGEN], [NOOR, ASE], [0, 9, 10, 11, 12]),
    "who knows about snow?": Answer([JUERGEN], [NOOR, ASE], [0, 9, 10, 11, 12]),
    "snow brakes": Answer([], [NOOR], [0]),
    "brakes sno": Answer([], [NOOR], [0]),
    "sno brakes": Answer([], [], []),  # only the last word may be a beginning
    "brakes": Answer([NOOR], [], [0]),
    "on board": Answer([JUERGEN, ZOFIA, ALJONA], [], []),
    "villach": Answer([JUERGEN], [], []),
    "bend": Answer([ZOFIA], [], []),
    "winter": Answer([ASE], [], []),
    # umlauts, Norwegian, Polish: with and without their marks
    "jurgen": Answer([JUERGEN], [], []),
    "GROSS": Answer([JUERGEN], [], []),
    "schneeraumer": Answer([], [JUERGEN], [1]),
    "Über": Answer([], [JUERGEN], [1]),
    "über die": Answer([], [JUERGEN], [1]),
    "bjornstad": Answer([ASE], [], []),
    "snøen": Answer([], [ASE], [2]),
    "tromso": Answer([ASE], [], [2]),
    "lodz": Answer([ZOFIA], [], []),
    "Śnieg": Answer([], [ZOFIA], [3]),
    "zolkiewska": Answer([ZOFIA], [], []),
    # composed otherwise, and full width
    "Ju\u0308rgen": Answer([JUERGEN], [], []),
    "ｓｎｏｗｐｌｏｕｇｈ": Answer([], [NOOR], [10]),
    # Greek, Cyrillic
    "καφες": Answer([], [ELENI], [4]),
    "ελενη": Answer([ELENI], [], []),
    "ёлка": Answer([], [ALJONA], [5]),
    "елка": Answer([], [ALJONA], [5]),
    "ЧАЙ": Answer([ALJONA], [], [5]),
    # Japanese sets no blanks
    "夜行": Answer([HANAKO], [], [6]),
    "カフェ": Answer([], [HANAKO], [6]),
    "列": Answer([HANAKO], [], [6]),
    "東京 カフェ": Answer([], [HANAKO], [6]),
    "京列": Answer([], [], []),
    # emoji
    "🚂": Answer([], [NOOR], [7]),
    "🇩🇪": Answer([], [NOOR], [7]),
    "🇫🇷": Answer([], [], []),
    "❄️": Answer([], [NOOR], [7]),
    "❄": Answer([], [NOOR], [7]),
    # signs only part words: no quotation, no exclusion, no wildcard
    '"never again"': Answer([], [ZOFIA], [8]),
    "-never": Answer([], [ZOFIA], [8]),
    "never & again": Answer([], [ZOFIA], [8]),
    "!never | (again:*)": Answer([], [ZOFIA], [8]),
    "wet_paint": Answer([], [ZOFIA], [8]),
    "wet%paint": Answer([], [ZOFIA], [8]),
    "100%": Answer([OBRIEN], [ZOFIA], [8]),
    "o'brien": Answer([OBRIEN], [], []),
    "\\o/ wet": Answer([], [ZOFIA], [8]),
    "%": Answer([], [], []),
    "_": Answer([], [], []),
    "\\": Answer([], [], []),
    "'": Answer([], [], []),
    "sn%w": Answer([JUERGEN], [], []),  # two parts, which stand somewhere in what there is of a person
    "sn\0ow": Answer([JUERGEN], [], []),
    "sno_q": Answer([], [], []),
    "snow\0": Answer([JUERGEN], [NOOR, ASE], [0, 9, 10, 11, 12]),
    # addresses are no words
    "reindeer": Answer([], [], []),
    "https": Answer([], [], []),
    # a slip in a name, where nobody is called that
    "jurgne": Answer([JUERGEN], [], []),
    "zolkievsak": Answer([ZOFIA], [], []),
    "bjorstad planner": Answer([ASE], [], []),
    "asa": Answer([], [], []),  # a short word is taken as it is
    "x" * 5000: Answer([], [], []),
    "snow " * 2000: Answer([JUERGEN], [ASE, NOOR], [0, 9, 11, 12]),  # one whole word and one that begins so
    "夜" * 300: Answer([], [], []),
}
