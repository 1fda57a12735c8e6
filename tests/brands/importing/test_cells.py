"""Names, handles, ids and addresses as cells hold them."""

import pytest

from brands.importing.addresses import looks, mixes_scripts, read_address
from brands.importing.handles import read_accounts
from brands.importing.names import read_name
from brands.importing.records import Named


@pytest.mark.parametrize(
    ("name", "shown", "given", "family", "nickname"),
    [
        ("Ingrid Solheim", "Ingrid Solheim", "Ingrid", "Solheim", ""),
        ("Solheim, Ingrid", "Ingrid Solheim", "Ingrid", "Solheim", ""),
        ("Smith Jr., John", "John Smith Jr.", "John", "Smith", ""),
        ("Smith, John, PhD", "John Smith, PhD", "John", "Smith", ""),
        ("Martin Luther King III", "Martin Luther King III", "Martin Luther", "King", ""),
        ("Robert (Bob) Smith", "Bob Smith", "Robert", "Smith", "Bob"),
        ('Robert "Bob" Smith', "Bob Smith", "Robert", "Smith", "Bob"),
        ("Robert 'Bob' O'Neil", "Bob O'Neil", "Robert", "O'Neil", "Bob"),
        ("Smith, Robert (Bob)", "Bob Smith", "Robert", "Smith", "Bob"),
        ("Anna Lee (External)", "Anna Lee", "Anna", "Lee", ""),
        ("Anna (contractor) Lee", "Anna Lee", "Anna", "Lee", ""),
        ("Anna Lee (she/her)", "Anna Lee", "Anna", "Lee", ""),
        ("Anna Lee (née Park)", "Anna Lee", "Anna", "Lee", ""),
        ("Anna van der Berg", "Anna van der Berg", "Anna", "van der Berg", ""),
        ("JANE DOE", "JANE DOE", "JANE", "DOE", ""),
        ("  Ana\u00a0 María  ", "Ana María", "Ana", "María", ""),
        ("Jose\u0301 Nu\u0301n\u0303ez", "José Núñez", "José", "Núñez", ""),
        ("Prince", "Prince", "Prince", "", ""),
        ("山田 太郎", "山田 太郎", "太郎", "山田", ""),
        ("Анна Щукина", "Анна Щукина", "Анна", "Щукина", ""),
        ("عمر خليل", "عمر خليل", "عمر", "خليل", ""),
        ("A\u202eb", "Ab", "Ab", "", ""),
    ],
)
def test_a_whole_name_is_taken_apart_and_shown_as_written(
    name: str, shown: str, given: str, family: str, nickname: str
) -> None:
    assert read_name(name=name) == (shown, given, family, nickname)


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ({"first": "Ingrid", "last": "Solheim"}, "Ingrid Solheim"),
        ({"first": "Charles", "nickname": "Chuck", "last": "Grassley"}, "Chuck Grassley"),
        ({"first": "Robert (Bob)", "last": "Smith"}, "Bob Smith"),
        ({"first": "Sanford", "last": "Bishop", "suffix": "Jr."}, "Sanford Bishop Jr."),
        ({"first": "太郎", "last": "山田"}, "山田 太郎"),
        ({"name": "Robert B. Aderholt", "first": "Robert", "last": "Aderholt"}, "Robert B. Aderholt"),
        ({"last": "Solheim"}, "Solheim"),
    ],
)
def test_a_name_is_put_together_from_its_columns(parts: dict[str, str], shown: str) -> None:
    assert read_name(**parts).shown == shown


def accounts(handles: str, ids: str = "") -> tuple[list[Named], list[str]]:
    found, problems = read_accounts(handles, ids, handle_column="H", id_column="I")
    return list(found), [problem.name for problem in problems]


@pytest.mark.parametrize(
    "cell",
    [
        *("@Ingrid_S", "Ingrid_S", " @Ingrid_S ", "＠Ingrid_S", "https://x.com/Ingrid_S", "x.com/@Ingrid_S"),
        *("https://twitter.com/Ingrid_S/status/1", "http://mobile.twitter.com/Ingrid_S?lang=en"),
        *("https://www.twitter.com/Ingrid_S/", "http://twitter.com/#!/Ingrid_S", "<https://x.com/Ingrid_S>"),
        "https://twitter.com/intent/user?screen_name=Ingrid_S",
    ],
)
def test_a_handle_is_read_from_every_usual_form(cell: str) -> None:
    assert accounts(cell) == ([Named("Ingrid_S", "")], [])


@pytest.mark.parametrize(
    "cell",
    [
        *("Twitter username", "home", "https://twitter.com/home", "https://x.com/i/user/1", "sixteen_letters_", "a-b"),
        *("@h@mastodon.social", "https://example.org/h", "https://x.com/", "Ingrid Solheim", "анна"),
    ],
)
def test_what_is_no_handle_is_a_problem(cell: str) -> None:
    assert accounts(cell) == ([], ["not a handle"])


@pytest.mark.parametrize("cell", ["", "-", "—", "n/a", "None"])
def test_a_cell_may_say_that_there_is_none(cell: str) -> None:
    assert accounts(cell) == ([], [])


@pytest.mark.parametrize(
    "cell", ["h1; h2", "@h1 @h2", "h1,h2", "h1\nh2", "https://x.com/h1 https://x.com/h2", "h1; h2; h1"]
)
def test_a_cell_may_name_several_accounts(cell: str) -> None:
    assert accounts(cell) == ([Named("h1", ""), Named("h2", "")], [])


def test_ids_pair_with_handles_in_their_order() -> None:
    assert accounts("h1; h2", "12; 34") == ([Named("h1", "12"), Named("h2", "34")], [])
    assert accounts("h1; h2", "12") == ([], ["accounts do not pair"])
    assert accounts("", "12") == ([Named("", "12")], [])


@pytest.mark.parametrize(
    ("cell", "number"),
    [("76452765", "76452765"), ("7.6452765E+07", "76452765"), ("76452765.0", "76452765")],
)
def test_an_id_that_a_spreadsheet_wrote_its_own_way_is_exact_where_no_digit_is_missing(cell: str, number: str) -> None:
    assert accounts("", cell) == ([Named("", number)], [])


@pytest.mark.parametrize("cell", ["7.6E+07", "1.23457E+17", "9007199254740993.0", "12.5", "7,6452765e+07"])
def test_an_id_that_lost_digits_is_a_problem(cell: str) -> None:
    assert accounts("", cell) == ([], ["the id lost digits"])


@pytest.mark.parametrize("cell", ["0", "-5", "12a", "@h", "0012", "9" * 21])
def test_what_is_no_id_is_a_problem(cell: str) -> None:
    assert accounts("", cell) == ([], ["not an id"])


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        (" Ingrid.S@Example.ORG ", "ingrid.s@example.org"),
        ("Ingrid <i@example.org>", "i@example.org"),
        ("mailto:i@example.org", "i@example.org"),
        ("i@xn--exmple-cua.de", "i@exämple.de"),
        ("o'neil+x@sub.example.org", "o'neil+x@sub.example.org"),
    ],
)
def test_an_address_is_folded(cell: str, address: str) -> None:
    assert read_address(cell) == (address, True)


@pytest.mark.parametrize(
    "cell", ["i", "i@", "@example.org", "i@example", "a b@example.org", "a@b.org, c@d.org", "i@-.org"]
)
def test_what_is_no_address_is_seen(cell: str) -> None:
    assert not read_address(cell)[1]


def test_addresses_that_look_alike_have_the_same_look() -> None:
    assert looks("аnna@example.org") == looks("anna@example.org")  # the first begins with a Cyrillic letter
    assert looks("müller@example.org") == looks("muller@example.org")
    assert looks("anna1@example.org") != looks("annal@example.org")


@pytest.mark.parametrize(
    ("address", "mixed"),
    [("аnna@example.org", True), ("anna@exаmple.org", True), ("анна@пример.рф", False), ("анна@example.org", False)],
)
def test_letters_of_several_alphabets_in_one_word_are_seen(address: str, mixed: bool) -> None:
    assert mixes_scripts(address) == mixed
