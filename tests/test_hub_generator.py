"""The synthetic hub: the same each time, and of the shape that was measured of the real one."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from benchmarks.hub_generator import MOST_PARENTS, Model, make_models, write_hub


@pytest.fixture(scope="module")
def models() -> list[Model]:
    return list(make_models(20_000))


def test_it_has_so_many_models_and_each_name_once(models: list[Model]) -> None:
    assert len({model.id for model in models}) == len(models) == 20_000


def test_the_shares_are_the_published_ones(models: list[Model]) -> None:
    known = {model.id for model in models}
    bases = {parent for model in models for parent in model.parents}
    alone = sum(not model.parents and model.id not in bases for model in models)
    assert alone / len(models) == pytest.approx(0.689, abs=0.01)
    assert sum(bool(model.parents) for model in models) / len(models) == pytest.approx(0.298, abs=0.01)
    assert len(bases & known) / len(models) == pytest.approx(0.027, abs=0.015)
    relations = Counter(model.relation for model in models if model.parents)
    assert relations["quantized"] / relations.total() == pytest.approx(0.186, abs=0.02)
    assert relations["merge"] / relations.total() == pytest.approx(0.024, abs=0.01)


def test_the_largest_family_has_its_share_of_children(models: list[Model]) -> None:
    children = Counter(parent for model in models for parent in model.parents)
    assert children.most_common(1)[0][1] == pytest.approx(32_497 * 20_000 / 1_817_398, rel=0.05)
    # As a parent may be drawn twice, and once more under a wrong name, a merge has about as many as were asked for.
    assert max(len(model.parents) for model in models) > 0.8 * MOST_PARENTS[0]


def test_it_has_a_long_chain_and_what_makes_trouble(models: list[Model]) -> None:
    parents = {model.id: model.parents for model in models}
    depth: dict[str, int] = {}
    for model in models:  # parents come first, but in circles
        depth[model.id] = 1 + max((depth.get(parent, 0) for parent in model.parents), default=0)
    assert max(depth.values()) >= 40
    assert any(name in of for name, of in parents.items()), "a model that is its own base"
    circles = [(name, of[0]) for name, of in parents.items() if of and name in parents.get(of[0], ()) and name != of[0]]
    assert len(circles) == 2
    assert sum(parent not in parents for of in parents.values() for parent in of) > 10


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write_hub(tmp_path / name, 500, seed)
    for file in ("models.jsonl", "datasets.jsonl"):
        one, again, other = ((tmp_path / name / file).read_bytes() for name in ("one", "again", "other"))
        assert one == again
        assert one != other


def test_without_a_family_the_bytes_stay_what_they_were(tmp_path: Path) -> None:
    write_hub(tmp_path, 2_000)
    digest = hashlib.sha256()
    for file in ("models.jsonl", "datasets.jsonl"):
        digest.update((tmp_path / file).read_bytes())
    # Figures that were measured on a hub are of no use once it is another one.
    assert digest.hexdigest() == "33bc2c085775b46ce2e945a09c1061dc0984a9c00ada50aa00ecea51bafca0c2"


@pytest.mark.parametrize("family", [1_000, 2_500, 5_000])
def test_a_family_is_about_as_large_as_was_asked_for(family: int) -> None:
    models = list(make_models(20_000, family=family))
    children = defaultdict(set)
    for model in models:
        for parent in model.parents:
            children[parent].add(model.id)
    found = {models[0].id}
    waiting = [models[0].id]
    while waiting:
        new = children[waiting.pop()] - found
        found |= new
        waiting += new
    assert len(found) - 1 == pytest.approx(family, rel=0.03)
    assert len({model.id for model in models}) == len(models) == 20_000
    # All else is as without one: how many are derived, and of the others' bases the first is not all.
    assert sum(bool(model.parents) for model in models) / len(models) == pytest.approx(0.298, abs=0.01)
    assert sum(len(named) > 20 for named in children.values()) > 20


def test_a_family_of_more_than_are_derived_is_refused() -> None:
    with pytest.raises(ValueError, match="of 1,000 models 297 are derived from others: no family has 298"):
        next(make_models(1_000, family=298))


def test_each_line_is_an_entry_of_a_listing(tmp_path: Path) -> None:
    write_hub(tmp_path, 2_000)
    entries = [json.loads(line) for line in (tmp_path / "models.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(entries) == 2_000
    for entry in entries:
        assert {"id", "author", "sha", "createdAt", "downloads", "likes", "tags"} <= set(entry)
        stated = entry.get("cardData", {}).get("base_model", [])
        parents = [stated] if isinstance(stated, str) else stated
        assert [tag for tag in entry["tags"] if tag.count(":") == 1 and tag.startswith("base_model:")] == [
            f"base_model:{parent}" for parent in parents
        ]
    datasets = (tmp_path / "datasets.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(datasets) == 250
