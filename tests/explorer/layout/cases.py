"""Graphs to lay out: the same ones for Python and for the page, which have to agree on each."""

from __future__ import annotations

import random
from functools import cache
from typing import NamedTuple

from itgraph.explorer.layout import Box, Layout, Spacing, lay_out


class Case(NamedTuple):
    """Something to lay out: sizes (width, height), edges (parent, child), and the spacing."""

    name: str
    sizes: tuple[tuple[int, int], ...]
    edges: tuple[tuple[int, int], ...]
    spacing: tuple[int, int, int, float]


@cache
def lay_out_case(case: Case) -> Layout:
    column, row, component, aspect = case.spacing
    return lay_out(
        [Box(width=width, height=height) for width, height in case.sizes],
        case.edges,
        Spacing(column=column, row=row, component=component, aspect=aspect),
    )


SPACINGS = ((60, 10, 40, 1.6), (80, 7, 25, 1.6), (1, 0, 0, 0.7))


def make_sizes(count: int, seed: int) -> tuple[tuple[int, int], ...]:
    chance = random.Random(seed)  # noqa: S311
    return tuple((chance.randrange(40, 200), chance.choice((24, 24, 24, 25, 39, 60))) for _ in range(count))


def lineage_edges(count: int, per_node: float, seed: int) -> list[tuple[int, int]]:
    """Descent with hubs: a new thing is made from earlier ones, rather from those that many were made from."""
    chance = random.Random(seed)  # noqa: S311
    edges: set[tuple[int, int]] = set()
    known = [0]
    for child in range(1, count):
        parent = chance.choice(known) if chance.random() < 0.7 else chance.randrange(child)
        edges.add((parent, child))
        known += [parent, child]
    while len(edges) < min(round(count * per_node), count * (count - 1) // 2):
        child = chance.randrange(1, count)
        parent = chance.choice(known) if chance.random() < 0.7 else chance.randrange(child)
        if parent < child:
            edges.add((parent, child))
    return shuffled(sorted(edges), count, chance)


def layered_edges(count: int, per_node: float, seed: int) -> list[tuple[int, int]]:
    """Edges between layers by chance, half of them from a few hubs; usually several components."""
    chance = random.Random(seed)  # noqa: S311
    layer_of = [chance.randrange(2 + count // 15) for _ in range(count)]
    hubs = [chance.randrange(count) for _ in range(1 + count // 20)]
    edges = set()
    for _ in range(round(count * per_node)):
        parent = chance.choice(hubs) if chance.random() < 0.5 else chance.randrange(count)
        child = chance.randrange(count)
        if layer_of[parent] < layer_of[child]:
            edges.add((parent, child))
    return shuffled(sorted(edges), count, chance)


def any_edges(count: int, per_node: float, seed: int) -> list[tuple[int, int]]:
    """Edges with cycles, repetitions, and from a node to itself."""
    chance = random.Random(seed)  # noqa: S311
    return [(chance.randrange(count), chance.randrange(count)) for _ in range(round(count * per_node))]


def shuffled(edges: list[tuple[int, int]], count: int, chance: random.Random) -> list[tuple[int, int]]:
    """Return the edges under other numbers and in another order, so that neither gives the layers away."""
    number = list(range(count))
    chance.shuffle(number)
    edges = [(number[parent], number[child]) for parent, child in edges]
    chance.shuffle(edges)
    return edges


def known_cases() -> list[Case]:
    shapes: dict[str, tuple[int, list[tuple[int, int]]]] = {
        "nothing": (0, []),
        "one": (1, []),
        "an edge to itself": (1, [(0, 0)]),
        "a cycle of two": (2, [(0, 1), (1, 0)]),
        "a cycle of five": (5, [(node, (node + 1) % 5) for node in range(5)]),
        "the same edge twice": (3, [(0, 1), (0, 2), (0, 1)]),
        "singles": (40, []),
        "a chain": (150, [(node, node + 1) for node in range(149)]),
        "a star": (150, [(0, node) for node in range(1, 150)]),
        "an edge past a chain": (6, [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4), (0, 5), (5, 4)]),
        "complete, bipartite": (24, [(one, 12 + other) for one in range(12) for other in range(12)]),
        "twins on long edges": (9, [(0, 1), (1, 2), *((end, 3 + to) for end in (0, 2) for to in range(5))]),
    }
    return [
        Case(name=name, sizes=make_sizes(count, 1), edges=tuple(edges), spacing=SPACINGS[0])
        for name, (count, edges) in shapes.items()
    ]


def random_cases() -> list[Case]:
    """Return 330 graphs of 1 to 120 things and five of 300, always the same."""
    cases = known_cases()
    for kind, make_edges in (("lineage", lineage_edges), ("layered", layered_edges), ("any", any_edges)):
        for seed in range(110):
            count = 1 + (seed * 47 % 120) ** 2 // 119
            per_node = (0.6, 1.0, 1.3, 1.8)[seed % 4]
            cases.append(
                Case(
                    name=f"{kind}, {count} things, seed {seed}",
                    sizes=make_sizes(count, seed),
                    edges=tuple(make_edges(count, per_node, seed)),
                    spacing=SPACINGS[seed % len(SPACINGS)],
                )
            )
    for name, edges in (
        ("lineage of 300", lineage_edges(300, 1.3, 1)),
        ("sparse lineage of 300", lineage_edges(300, 1.1, 2)),
        ("layered 300", layered_edges(300, 1.6, 3)),
        ("any 300", any_edges(300, 0.9, 4)),
        ("any 300, dense", any_edges(300, 1.3, 5)),
    ):
        cases.append(Case(name=name, sizes=make_sizes(300, 9), edges=tuple(edges), spacing=SPACINGS[0]))
    return cases
