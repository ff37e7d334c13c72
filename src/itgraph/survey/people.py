"""Author lists: three conventions, cut short or not, and single names in either order.

The conventions are those of the survey: ``A, B, and C``; ``A and B and C`` (also with ``Last, First`` names, as in
BibTeX); and ``Last, First, First Last, …, and First Last`` (MLA: the first author alone is inverted).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CUT = re.compile(r"(?:\band\s+)?(?:\be[tl]\s+al\b\.?|\bothers\b)[\s.,]*$", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and|&)\s+")
_PARTICLES = frozenset("de da del della der den di do dos du el al la le bin ben ibn ten ter van von zu y e".split())
_ORGANIZATION = re.compile(
    r"\b(?:Team|Collective|Research|AI|Labs?|Group|Community|University|Institute|Inc)\b|\.(?:ai|com|org)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorList:
    """Names as written, in order; ``problems`` are pairs of an issue code and what was found."""

    names: tuple[str, ...]
    complete: bool
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name in the order in which it is spoken; ``problem`` says what had to be mended, if anything."""

    display: str
    is_organization: bool = False
    problem: str = ""


def parse_authors(text: str) -> AuthorList:
    """Split an author list.

    >>> parse_authors("Khashabi, Daniel, Sewon Min, and Hannaneh Hajishirzi").names
    ('Khashabi, Daniel', 'Sewon Min', 'Hannaneh Hajishirzi')
    >>> parse_authors("Lin, Bill Yuchen and Choi, Yejin and others")
    AuthorList(names=('Lin, Bill Yuchen', 'Choi, Yejin'), complete=False, problems=())
    """
    stripped = text.strip()
    cut = _CUT.sub("", stripped)
    complete = cut == stripped
    # The full stop that ends the list goes; the one of an initial or of `LAION.ai` stays.
    cut = re.sub(r"(?<=[^\s.]{2})\.$", "", cut.strip()).strip(" ,;")
    if not cut:
        return AuthorList(names=(), complete=complete)
    parts = [part.strip(" ,;") for part in _AND.split(cut)]
    parts = [part for part in parts if part]
    if len(parts) > 1 and all(part.count(",") <= 1 for part in parts) and (len(parts) > 2 or parts[0].count(",") == 1):
        bibtex = all("," not in part or _is_inverted(part) for part in parts)
        if bibtex and not (
            len(parts) == 2 and "," in parts[0] and "," not in parts[1] and " " in parts[0].split(",")[0]
        ):
            return _with_problems(parts, complete)
    chunks = [chunk.strip() for part in parts for chunk in part.split(",")]
    chunks = [chunk for chunk in chunks if chunk]
    # MLA: a family name alone, then the given names. A single word is no full name, unless it is an organisation.
    if len(chunks) > 1 and " " not in chunks[0] and not _ORGANIZATION.search(chunks[0]):
        chunks[:2] = [f"{chunks[0]}, {chunks[1]}"]
    return _with_problems(chunks, complete)


def _is_inverted(part: str) -> bool:
    family, _, given = part.partition(",")
    return bool(given.strip()) and len(family.split()) <= 3


def _with_problems(parts: list[str], complete: bool) -> AuthorList:
    names: list[str] = []
    problems: list[tuple[str, str]] = []
    for part in parts:
        words = part.split()
        # Commas are missing between names ("Sendong Zhao Bing Qin Ting Liu Haochun Wang"): no name has six words
        # that all begin with a capital, and where the count is even they are given and family names in turn.
        if (
            "," not in part
            and len(words) >= 6
            and len(words) % 2 == 0
            and all(word[0].isupper() and len(word) > 2 for word in words)
        ):
            pairs = [" ".join(words[index : index + 2]) for index in range(0, len(words), 2)]
            problems.append(("run-together-authors", f"{part!r} has no commas; read as {'; '.join(pairs)}"))
            names.extend(pairs)
        else:
            names.append(part)
    problems += (("broken-name", problem) for name in names if (problem := parse_name(name).problem))
    return AuthorList(names=tuple(names), complete=complete, problems=tuple(problems))


def parse_name(written: str) -> Name:
    """Read one name as written: turn it into spoken order and mend what conversions broke.

    >>> parse_name("Khashabi, Daniel").display
    'Daniel Khashabi'
    >>> parse_name("Aur’elien Rodriguez").display
    'Aurélien Rodriguez'
    >>> parse_name("Kyle O’Brien").problem
    ''
    """
    name = " ".join(written.split())
    problem = ""
    # A TeX accent that lost its backslash: an apostrophe before a vowel inside a word. `O’Brien` has a capital there.
    mended = re.sub(r"(?<=[a-z]{2})[’'´`]([aeiou])(?=[a-z])", lambda m: _acute(m[1]), name)
    if mended != name:
        problem = f"{written!r} carries the rest of a TeX accent; read as {mended!r}"
        name = mended
    # One word alone is no person's full name: `OpenAI`, `NousResearch`, a user's handle.
    organization = "," not in name and (" " not in name or bool(_ORGANIZATION.search(name)))
    family, comma, given = name.partition(",")
    if comma:
        name = f"{given.strip()} {family.strip()}".strip()
    if not organization:
        words = name.split()
        lower = [word for word in words if word[0].islower() and word.lower() not in _PARTICLES]
        if lower and words and words[0] in lower:
            capital = words[0][0].upper()
            if len(capital) == 1:  # ß has none of its own
                name = " ".join([capital + words[0][1:], *words[1:]])
        if lower and not problem:
            problem = f"{written!r}: {lower[0]!r} begins with a small letter"
        if any(character.isdigit() for character in name):
            problem = problem or f"{written!r} has a digit in it"
    return Name(display=name, is_organization=organization, problem=problem)


def _acute(vowel: str) -> str:
    return dict(zip("aeiou", "áéíóú", strict=True))[vowel]
