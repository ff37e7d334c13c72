"""Text that is safe where it is printed, and words that both the drawings and the paths use."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal

from itgraph import terms
from itgraph.lineage.edges import RELATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from itgraph.lineage.edges import Edge
    from itgraph.lookup import Thing

# What json.dumps leaves as it is, and a terminal may obey or a reader be misled by: C1 controls, invisible
# characters, changes of the writing direction, halves of surrogate pairs.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def clean(text: str) -> str:
    r"""Return text on one line, with what a terminal obeys or hides shown as an escape.

    >>> print(clean("Alpaca\x1b[31m\n LoRA"))
    Alpaca\x1b[31m LoRA
    """
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in " ".join(text.split())
    )


def encodable(text: str, encoding: str) -> str:
    r"""Return text that an encoding can write: what it lacks is escaped.

    >>> encodable("Tülu", "ascii")
    'T\\xfclu'
    """
    return text.encode(encoding, "backslashreplace").decode(encoding)


def can_encode(text: str, encoding: str) -> bool:
    """Return whether an encoding has all characters of a text."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def name(thing: Thing) -> str:
    """Return a thing's name on one line; its IRI, if the name is blank."""
    return clean(thing.label) or clean(thing.iri)


def named(thing: Thing) -> str:
    """Return a thing's name and kind, because a dataset and a model may share a name."""
    return f"{name(thing)} ({thing.kind})"


def say_relation(edge: Edge, direction: Literal["up", "down"]) -> str:
    """Return what is said before the far end of an edge: ``base model (quantized)``."""
    words = RELATIONS[edge.relation]
    manner = say_manner(edge)
    return f"{words.up if direction == 'up' else words.down}{f' ({manner})' if manner else ''}"


def say_manner(edge: Edge) -> str:
    """Return how a model is built on its base, and whether that is only inferred; empty, if it is not known."""
    return edge.manner if edge.is_manner_stated or not edge.manner else f"{edge.manner}, as inferred"


def evidence(edge: Edge) -> Iterable[str]:
    """Iterate over who says so, a line each: rows with a link to their lines, then rules."""
    for row in edge.rows:
        yield f"{clean(str(row))}  {clean(row.link)}".rstrip()
    for rule in edge.rules:
        yield clean(f"concluded by the rule {rule.removeprefix(terms.BASE + 'rule/')}")


def to_json(value: object) -> str:
    """Return readable JSON, its keys in the order given."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
