"""Author lists in the three conventions of the survey; the line of each list in its test's id (2024-10-15)."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.survey.people import AuthorList, Name, parse_authors, parse_name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(
            "Ning Ding, Yulin Chen, Bokai Xu, and Bowen Zhou.",
            ("Ning Ding", "Yulin Chen", "Bokai Xu", "Bowen Zhou"),
            id="L1180-commas-and-and",
        ),
        pytest.param("Tiedong Liu and Bryan Kian Hsiang.", ("Tiedong Liu", "Bryan Kian Hsiang"), id="L1476-two-names"),
        pytest.param("Po-Nien Kung and Nanyun Peng. ", ("Po-Nien Kung", "Nanyun Peng"), id="L1555-hyphen"),
        pytest.param(
            "Canwen Xu and Daya Guo and Nan Duan and Julian McAuley.",
            ("Canwen Xu", "Daya Guo", "Nan Duan", "Julian McAuley"),
            id="L1177-and-throughout",
        ),
        pytest.param(
            "Mishra, Swaroop and Khashabi, Daniel and Baral, Chitta and Hajishirzi, Hannaneh.",
            ("Mishra, Swaroop", "Khashabi, Daniel", "Baral, Chitta", "Hajishirzi, Hannaneh"),
            id="L1069-bibtex",
        ),
        pytest.param(
            "Dubois, Yann and Galambosi, Balázs and Liang, Percy and Hashimoto, Tatsunori B.",
            ("Dubois, Yann", "Galambosi, Balázs", "Liang, Percy", "Hashimoto, Tatsunori B."),
            id="L1540-dot-of-an-initial-stays",
        ),
        pytest.param(
            "Khashabi, Daniel, Sewon Min, Tushar Khot, and Hannaneh Hajishirzi.",
            ("Khashabi, Daniel", "Sewon Min", "Tushar Khot", "Hannaneh Hajishirzi"),
            id="L1058-mla",
        ),
        pytest.param("LAION.ai.", ("LAION.ai",), id="L1142-organization-with-a-dot"),
        pytest.param("OpenAI.", ("OpenAI",), id="L1132-organization"),
        pytest.param("YuLan-Chat-Team.", ("YuLan-Chat-Team",), id="L1346-team"),
        pytest.param("Jon Durbin.", ("Jon Durbin",), id="L1352-one"),
        pytest.param("", (), id="none"),
    ],
)
def test_complete_lists(text: str, names: tuple[str, ...]) -> None:
    assert parse_authors(text) == AuthorList(names=names, complete=True)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(
            "Yizhong Wang, Swaroop Mishra, David Stap, et al.",
            ("Yizhong Wang", "Swaroop Mishra", "David Stap"),
            id="L1078-et-al",
        ),
        pytest.param(
            "Scao, Teven Le, Angela Fan, Suzana Ilić, Daniel Hesslow, Roman Castagné et al. ",
            ("Scao, Teven Le", "Angela Fan", "Suzana Ilić", "Daniel Hesslow", "Roman Castagné"),
            id="L1252-mla-and-et-al-without-a-comma",
        ),
        pytest.param("Chi, Ed H and Zhou, Denny and others.", ("Chi, Ed H", "Zhou, Denny"), id="L1524-and-others"),
        pytest.param("Hugo Touvron et al", ("Hugo Touvron",), id="no-dot"),
    ],
)
def test_lists_cut_short(text: str, names: tuple[str, ...]) -> None:
    assert parse_authors(text) == AuthorList(names=names, complete=False)


def test_names_without_commas_between_them() -> None:
    """L1464: reference 73 lost its commas."""
    found = parse_authors("Sendong Zhao Bing Qin Ting Liu Haochun Wang, Chi Liu.")
    assert found.names == ("Sendong Zhao", "Bing Qin", "Ting Liu", "Haochun Wang", "Chi Liu")
    assert found.complete
    assert [code for code, _ in found.problems] == ["run-together-authors"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Pinto, Henrique Ponde De Oliveira", id="L1528-family-name-first"),
        pytest.param("Caio César Teodoro Mendes", id="L1200-four-words"),
        pytest.param("Anthony Meng Huat Tiong", id="L1426-four-words"),
    ],
)
def test_long_names_are_one_person(name: str) -> None:
    assert parse_authors(f"A. Bee, C. Dee, and {name}.").problems == ()
    assert parse_authors(f"{name} and Bee, Anne and Cee, Dan.").names == (name, "Bee, Anne", "Cee, Dan")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("Khashabi, Daniel", Name(display="Daniel Khashabi"), id="L1058-inverted"),
        pytest.param("Scao, Teven Le", Name(display="Teven Le Scao"), id="L1252-particle-as-given-name"),
        pytest.param("Bras, Ronan Le", Name(display="Ronan Le Bras"), id="L1548"),
        pytest.param("Oskar van der Wal", Name(display="Oskar van der Wal"), id="L1310-particles"),
        pytest.param("Gustavo de Rosa", Name(display="Gustavo de Rosa"), id="L1200-particle"),
        pytest.param("Dimitri von Rütte", Name(display="Dimitri von Rütte"), id="L1135-particle"),
        pytest.param("Kyle O’Brien", Name(display="Kyle O’Brien"), id="L1307-apostrophe"),
        pytest.param("Brian O’Horo", Name(display="Brian O’Horo"), id="L1291-apostrophe"),
        pytest.param("Ariel Herbert-Voss", Name(display="Ariel Herbert-Voss"), id="L1242-hyphen"),
        pytest.param("Chien-Sheng Wu", Name(display="Chien-Sheng Wu"), id="L1060-small-letter-after-no-space"),
        pytest.param("OpenAI", Name(display="OpenAI", is_organization=True), id="L1132"),
        pytest.param("LAION.ai", Name(display="LAION.ai", is_organization=True), id="L1142"),
        pytest.param("JosephusCheung", Name(display="JosephusCheung", is_organization=True), id="L1186-handle"),
        pytest.param("Jing  Yi", Name(display="Jing Yi"), id="white-space"),
    ],
)
def test_names(written: str, expected: Name) -> None:
    assert parse_name(written) == expected


@pytest.mark.parametrize(
    ("written", "display"),
    [
        pytest.param("Aur’elien Rodriguez", "Aurélien Rodriguez", id="L1266-rest-of-an-accent"),
        pytest.param("yue Zhang", "Yue Zhang", id="L1468-small-letter"),
        pytest.param("Qi jie Gao", "Qi jie Gao", id="L1501-small-letter-inside"),
        pytest.param("Ed Huai hsin Chi", "Ed Huai hsin Chi", id="L1232-small-letter-inside"),
    ],
)
def test_broken_names(written: str, display: str) -> None:
    name = parse_name(written)
    assert name.display == display
    assert repr(written) in name.problem
    assert not name.is_organization
    assert parse_authors(f"Ann Bee, {written}, and Cee Dee.").problems == (("broken-name", name.problem),)


_WORD = st.tuples(st.sampled_from("AÉZ王"), st.text("bcdeéøz王-", min_size=2, max_size=7)).map("".join)
_NAME = st.lists(_WORD, min_size=2, max_size=3).map(" ".join)


@given(st.lists(_NAME, min_size=3, max_size=6), st.booleans())
def test_no_author_is_lost_or_moved(names: list[str], cut: bool) -> None:
    listed = ", ".join(names) + ", et al." if cut else ", ".join(names[:-1]) + f", and {names[-1]}."
    found = parse_authors(listed)
    assert found.names == tuple(names)
    assert found.complete is not cut


@given(st.lists(st.tuples(_WORD, _NAME), min_size=2, max_size=6), st.booleans())
def test_inverted_authors_are_not_lost_or_moved(people: list[tuple[str, str]], cut: bool) -> None:
    names = [f"{family}, {given_names}" for family, given_names in people]
    found = parse_authors(" and ".join([*names, "others"] if cut else names) + ".")
    assert found.names == tuple(names)
    assert [parse_name(name).display for name in found.names] == [f"{given} {family}" for family, given in people]


_PIECE = st.sampled_from(
    ["and", "&", "et al.", "others", ",", ", ", ".", "Ann", "B.", "de", "O’Brien", "Ōe", "AI", "7"]
)


@given(st.one_of(st.text(max_size=120), st.lists(_PIECE, max_size=15).map(" ".join)))
def test_lists_never_raise_and_lose_no_letters(text: str) -> None:
    found = parse_authors(text)
    kept = Counter(character for name in found.names for character in name if character.isalnum())
    given_letters = Counter(character for character in text if character.isalnum())
    assert not kept - given_letters
    # What may go: the words that join names, and those that cut the list.
    lost = given_letters - kept
    assert set(lost) <= set("andANDetalothersETALOTHERS")
    if "and" not in text.lower() and found.complete and found.names:
        assert not lost


@given(st.text(min_size=1, max_size=40))
def test_names_never_raise_and_lose_no_letters(text: str) -> None:
    name = parse_name(text)
    letters = [sorted(c.casefold() for c in form if c.isalnum()) for form in (text, name.display)]
    if not name.problem:
        assert letters[0] == letters[1]
    else:
        assert len(name.display) <= len(" ".join(text.split())) + text.count(",")
