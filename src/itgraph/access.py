"""What may be done with a thing, by the licences of its parts: worked out once, for all that shows it.

In the graph the access of a thing is the narrowest of all licences of it that were read. One of the code alone says
nothing of weights or data, though: where no other was read, what is shown is that the access is not known, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.store import iter_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from itgraph.records import Access
    from itgraph.store import Store

NARROWEST_FIRST: tuple[Access, ...] = ("closed", "restricted", "open")
"""What licences allow, from the narrowest to the widest."""

UNKNOWN = "unknown"
"""The access of a thing of which no licence was read: not open, and not the same as none."""

ITSELF = {"model": "weights", "dataset": "data", "benchmark": "data"}
"""The kinds of things that licences are looked for, each with the part that is the thing itself."""

DISCLAIMER = "Licences are given as their sources state them; this is not legal advice."

DISPUTED = "sources disagree about the licence, and none is taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What may be done with a thing: in one word and in a line.

    ``access`` is :data:`UNKNOWN` where no licence of the thing itself says it, and empty (as is ``said``) for what
    nobody asks: the access of a paper or a person.
    """

    access: str
    said: str


def is_of_itself(kind: str, part: str) -> bool:
    """Tell whether a licence of a part is one of the thing itself; where it is not said of which part, it is.

    >>> is_of_itself("model", "weights"), is_of_itself("model", "code"), is_of_itself("technique", "code")
    (True, False, True)
    """
    return part in ("", ITSELF.get(kind, part))


def narrowest(accesses: Iterable[str]) -> Access | None:
    """Return the narrowest of some accesses; nothing, where none is one that is known.

    >>> narrowest(["open", "closed", "restricted"]), narrowest(["gated"]), narrowest([])
    ('closed', None, None)
    """
    said = set(accesses)
    return next((access for access in NARROWEST_FIRST if access in said), None)


def own_access(kind: str, said: Iterable[str], licences: Iterable[tuple[str, str]]) -> Access | None:
    """Return what may be done with a thing; nothing, where no licence of the thing itself says it.

    ``said`` are the accesses of the thing, ``licences`` those of its parts: each the part (empty where it is not
    said) and what it allows (likewise).

    >>> own_access("model", ["open", "restricted"], [("weights", "open"), ("code", "restricted")])
    'restricted'
    >>> own_access("model", ["open"], [("code", "open")]) is None
    True
    """
    parts = tuple(licences)
    known = {access for access in (*said, *(access for _, access in parts)) if access in NARROWEST_FIRST}
    of_itself = {access for part, access in parts if is_of_itself(kind, part)}
    # What is said of the thing and is of none of its parts is of the thing itself.
    unexplained = known - {access for _, access in parts}
    return narrowest(known) if unexplained or narrowest(of_itself) else None


def tell_access(
    kind: str, said: Iterable[str], licences: Iterable[tuple[str, str]], *, is_disputed: bool = False
) -> Allowed:
    """Say what may be done with a thing, or why that is not known; ``is_disputed`` where sources disagree about it.

    >>> tell_access("model", ["open"], [("code", "open")]).said
    'open, by a licence of its code alone; that of the weights is not known'
    >>> tell_access("dataset", [], [("", "")]).said
    'not known: it is not said what its licence allows'
    >>> tell_access("dataset", [], []).said, tell_access("paper", [], []).said
    ('not known: no licence of it was read', '')
    """
    parts = tuple(licences)
    known = {*said, *(access for _, access in parts)}
    own = own_access(kind, known, parts)
    if own:
        several = [access for access in reversed(NARROWEST_FIRST) if access in known]
        others = f", the narrowest of its licences ({', '.join(several)})" if len(several) > 1 else ""
        return Allowed(access=own, said=f"{own}{others}")
    if kind not in ITSELF:
        return Allowed(access="", said="")
    alone = narrowest(access for _, access in parts)
    if alone:
        named = ", ".join(sorted({part for part, access in parts if access}))
        is_licensed = any(is_of_itself(kind, part) for part, _ in parts)
        of_itself = f"that of the {ITSELF[kind]} is not known"
        if is_licensed:
            of_itself = f"what that of the {ITSELF[kind]} allows is not said"
        return Allowed(access=UNKNOWN, said=f"{alone}, by a licence of its {named} alone; {of_itself}")
    if parts:
        why = "it is not said what its licence allows"
    else:
        why = DISPUTED if is_disputed else "no licence of it was read"
    return Allowed(access=UNKNOWN, said=f"not known: {why}")


def read_licensed(store: Store, iris: Sequence[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Read of each of several things what is licensed: the part, and what its licence allows.

    A licence of which no more is said than that the thing is under it has neither.
    """
    found: dict[str, set[tuple[str, str]]] = {iri: set() for iri in iris}
    explained: set[tuple[str, str]] = set()
    for nodes in iter_values("?s", iris):
        parts = store.select(
            f"SELECT ?s ?licence ?part ?access WHERE {{ {nodes} ?s itg:licensing ?node . ?node itg:license ?licence"
            " OPTIONAL { ?node itg:part ?part } OPTIONAL { ?node itg:access ?access } }"
        )
        for row in parts.rows:
            subject, licence, part, access = ("" if term is None else term.value for term in row)
            explained.add((subject, licence))
            found[subject].add((part, access))
        for row in store.select(f"SELECT ?s ?licence WHERE {{ {nodes} ?s itg:license ?licence }}").rows:
            subject, licence = ("" if term is None else term.value for term in row)
            if (subject, licence) not in explained:
                found[subject].add(("", ""))
    return {iri: tuple(sorted(parts)) for iri, parts in found.items()}
