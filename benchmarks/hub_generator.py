"""A synthetic Hugging Face hub of any size: what its API lists, as JSON lines, made of published figures.

The shape follows measurements of the hub of June to October 2025 (Laufer and others; the MSR study of its dependencies;
HuggingKG; HuggingGraph): 69 % of the models stand alone; of the others 79 % were tuned (adapters among them), 18.6 %
quantised and 2.4 % merged, from up to 65 parents; a few bases have tens of thousands of children (32,497, 32,173,
30,580, 23,792, 9,569 ... of 1,817,398 models); one chain is 40 models long. It also has what makes trouble: parents
that were renamed or are not there, models that name themselves as their base, circles, and the arXiv number that the
hub's card template itself cites.

The figures know no family that nearly everything belongs to. With ``--family N`` there is one: the ten largest bases
are built on the first of them, as far as their children are wanted, and of the other derived models as many are drawn
from that family as make about N.

The same seed, size and family give the same bytes. A model of a smaller hub is not that of a larger one.

Usage: .venv/bin/python benchmarks/hub_generator.py --models 20000 -o hub
       (hub/models.jsonl and hub/datasets.jsonl)
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

MODELS = 1_817_398
"""The hub that the figures below were counted in."""

ISOLATED = 0.689
FAMILIES = 25_184 / MODELS
HUBS = (32_497, 32_173, 30_580, 23_792, 9_569, 9_205, 8_266, 6_450, 5_483, 3_997)
DATASETS = 0.125
MOST_PARENTS = (65, 65, 57, 52, 47, 36, 36, 34, 25, 25)
CHAIN = 40

# Of derived models; the hub counts an adapter as tuned, HuggingKG tells 155,642 from 107,162.
RELATIONS = (("adapter", 0.468), ("finetune", 0.322), ("quantized", 0.186), ("merge", 0.024))
LICENCES = (
    *(("apache-2.0", 298_442), ("mit", 109_820), ("other", 81_887), ("openrail", 37_498)),
    *(("creativeml-openrail-m", 29_233), ("cc-by-nc-4.0", 14_315), ("llama2", 10_294), ("llama3", 9_887)),
    *(("gemma", 8_677), ("unknown", 8_368)),
)
HAS_LICENCE = 0.33
HAS_CARD = 0.67
HAS_DATASETS = 0.05
HAS_ARXIV = 0.12
TEMPLATE_ARXIV = "1910.09700"
DANGLING = 0.01
RENAMED = 0.002
STATES_RELATION = 0.55
LANGUAGES = ("en", "zh", "fr", "de", "es", "ja", "ko", "ar", "ru", "pt")
SYLLABLES = ("ra", "lo", "mi", "ta", "ne", "ko", "vi", "su", "dra", "pel", "qua", "zen", "or", "ix", "um", "bel")
STYLES = {
    "adapter": ("lora", "adapter", "qlora"),
    "finetune": ("ft", "instruct", "chat", "sft", "dpo"),
    "quantized": ("GGUF", "AWQ", "GPTQ", "4bit", "exl2"),
    "merge": ("merge", "slerp", "ties", "franken"),
}
_BEGIN = datetime(2022, 3, 2, tzinfo=UTC)
_SECONDS = 3 * 365 * 24 * 3600


@dataclass(slots=True)
class Model:
    """A model, as the listing gives it."""

    id: str
    relation: str = ""
    parents: tuple[str, ...] = ()


class _Family:
    """The models that descend from the first base: which they are, and what their own children are drawn from."""

    def __init__(self, wanted: int, children: list[int]) -> None:
        """Begin a family of so many; ``children`` is how many the largest bases have, the first one's first."""
        self.wanted = wanted
        self.members = [0]
        self._within = {0}
        # Those of the first base are of its family in any case.
        self.bases = sum(total <= wanted for total in accumulate(children)) if wanted else 1
        for base in range(1, self.bases):
            self.add(base)
        self.drawn: list[int] = []

    def add(self, place: int) -> None:
        """Take in a model."""
        self._within.add(place)
        self.members.append(place)

    def __contains__(self, place: int) -> bool:
        return place in self._within

    def is_next(self, left: int, chance: random.Random) -> bool:
        """Say whether the next of the derived models that are left should be one of the family."""
        return bool(self.wanted) and chance.random() * left < self.wanted - len(self.members) + 1

    def draw(self, several: int, chance: random.Random) -> list[int]:
        """Return parents of a new model, drawn as all are: most often from what is already well used."""
        # What is drawn from begins with one in twenty: otherwise the first few would have all that follow.
        self.drawn = self.drawn or self.members[self.bases :: 20]
        pool = self.drawn if self.drawn and chance.random() < 0.93 else self.members
        parents = sorted({pool[chance.randrange(len(pool))] for _ in range(several)})
        self.drawn.extend(parents[:1])
        return parents


def make_models(number: int, seed: int = 1, family: int = 0) -> Iterator[Model]:
    """Yield models, parents before children but for circles; with ``family``, so many descend from the first.

    Raises:
        ValueError: so many models are not derived from any.
    """
    chance = random.Random(seed)  # noqa: S311 - a benchmark
    roots = max(1, round(number * FAMILIES))
    derived = max(0, number - round(number * ISOLATED) - roots)
    if family > derived:
        raise ValueError(f"of {number:,} models {derived:,} are derived from others: no family has {family:,}")
    within = _Family(family, [round(children * number / MODELS) for children in HUBS[: max(1, roots - 1)]])
    ids: list[str] = []

    def name(style: str = "") -> str:
        word = "".join(chance.choices(SYLLABLES, k=3)).capitalize()
        owner = "".join(chance.choices(SYLLABLES, k=2))
        # The number keeps names apart, and sizes are what people look for.
        tail = f"-{style}" if style else ""
        ids.append(f"{owner}{len(ids) % 9973}/{word}-{chance.choice((1, 3, 7, 8, 13, 70))}B-{len(ids)}{tail}")
        return ids[-1]

    for place in range(roots):
        yield Model(name(), "finetune", (ids[0],)) if 0 < place < within.bases else Model(name())
    # How many children the largest bases have, scaled; the rest are drawn, often from what is already well used.
    hubs = [index for index, children in enumerate(HUBS) for _ in range(round(children * number / MODELS))]
    chance.shuffle(hubs)
    merges = [parents for parents in MOST_PARENTS if parents < number // 20]
    chain = min(CHAIN - 1, derived // 4)
    # What parents are drawn from: the bases, each as often as it has been drawn. The largest have their share already.
    drawn = list(range(min(len(HUBS), roots - 1), roots))
    previous = chance.randrange(roots)
    for count in range(derived):
        relation = chance.choices([r for r, _ in RELATIONS], [w for _, w in RELATIONS])[0]
        if count < chain:
            relation, parents = "finetune", [previous]
            previous = len(ids)
        elif hubs:
            relation, parents = ("finetune" if relation == "merge" else relation), [hubs.pop()]
        else:
            several = 1
            if relation == "merge":
                several = merges.pop() if merges else 2 + min(8, int(chance.expovariate(0.9)))
            if within.is_next(derived - count, chance):
                parents = within.draw(several, chance)
            else:
                # A few are made from any model, most often one that was not a base before.
                pool = drawn if chance.random() < 0.93 else range(len(HUBS), len(ids))
                parents = sorted({pool[chance.randrange(len(pool))] for _ in range(several)})
                if family:
                    parents = sorted({drawn[parent % len(drawn)] if parent in within else parent for parent in parents})
                drawn.extend(parents[:1])
        name(chance.choice(STYLES[relation]))
        # No name in the chain is wrong, which would break it.
        named = [ids[parent] if count < chain else _misname(ids[parent], chance) for parent in parents]
        if any(parent in within and ids[parent] == said for parent, said in zip(parents, named, strict=True)):
            within.add(len(ids) - 1)
        yield Model(ids[-1], relation, tuple(named))
    if number - len(ids) >= 3:  # what makes trouble is rare, and in every hub: itself as base, and a circle
        itself, first, second = name(), name(), name()
        yield Model(itself, "finetune", (itself,))
        yield Model(first, "finetune", (second,))
        yield Model(second, "finetune", (first,))
    for _ in range(number - len(ids)):
        yield Model(name())


def _misname(name: str, chance: random.Random) -> str:
    """Return the name of a parent as a card may give it: now and then an old one, or that of nothing."""
    draw = chance.random()
    if draw < RENAMED:
        return name.replace("/", "-old/", 1)
    if draw < RENAMED + DANGLING:
        return name + "-gone"
    return name


def format_model(model: Model, place: int, number: int, datasets: int, chance: random.Random) -> str:
    """Return the line of a model: half of the listings have ``baseModels``, the others only tags and the card."""
    owner = model.id.split("/")[0]
    tags: list[str] = []
    card: dict[str, object] = {}
    entry: dict[str, object] = {
        "id": model.id,
        "author": owner,
        "sha": f"{chance.getrandbits(160):040x}",
        "createdAt": _date(place, number),
        "downloads": int(chance.paretovariate(0.6)) - 1,
        "likes": int(chance.paretovariate(1.1)) - 1,
        "private": False,
    }
    if model.parents or chance.random() < HAS_CARD:
        if model.parents:
            card["base_model"] = model.parents[0] if len(model.parents) == 1 else list(model.parents)
            if chance.random() < STATES_RELATION:
                card["base_model_relation"] = model.relation
            # The hub names each parent twice: as such, and by the relation that it was told or has inferred.
            tags += [f"base_model:{parent}" for parent in model.parents]
            tags += [f"base_model:{model.relation}:{parent}" for parent in model.parents]
            if chance.random() < 0.5:
                models = [{"_id": f"{chance.getrandbits(96):024x}", "id": parent} for parent in model.parents]
                entry["baseModels"] = {"relation": model.relation, "models": models}
        if chance.random() < HAS_LICENCE / HAS_CARD:
            licence = chance.choices([name for name, _ in LICENCES], [count for _, count in LICENCES])[0]
            card["license"] = licence
            if licence == "other":
                card["license_name"] = chance.choice(("qwen", "deepseek", "nvidia-open-model-license", "tongyi"))
            tags.append(f"license:{licence}")
        if chance.random() < HAS_DATASETS / HAS_CARD:
            named = [
                f"owner{index % 997}/data-{index}"
                for index in chance.choices(range(datasets), k=chance.choice((1, 1, 2)))
            ]
            card["datasets"] = named
            tags += [f"dataset:{name}" for name in named]
        if chance.random() < 0.3:
            languages = chance.sample(LANGUAGES, chance.choice((1, 1, 1, 2)))
            card["language"] = languages[0] if len(languages) == 1 else languages
            tags += languages
        if chance.random() < HAS_ARXIV:
            # Six in ten only carry the number that stands in the template of a card.
            arxiv = (
                TEMPLATE_ARXIV
                if chance.random() < 0.6
                else f"23{chance.randrange(1, 13):02}.{chance.randrange(20_000):05}"
            )
            tags.append(f"arxiv:{arxiv}")
    tags.append("region:us")
    entry["tags"] = tags
    if card:
        entry["cardData"] = card
    return json.dumps(entry, separators=(",", ":")) + "\n"


def format_dataset(index: int, number: int, chance: random.Random) -> str:
    """Return the line of a dataset; one in twelve is made from others."""
    card: dict[str, object] = {"license": chance.choice(("apache-2.0", "mit", "cc-by-4.0", "other"))}
    if index and chance.random() < 0.08:
        sources = chance.choices(range(index), k=chance.choice((1, 2, 2, 3)))
        card["source_datasets"] = [f"owner{source % 997}/data-{source}" for source in dict.fromkeys(sources)]
    entry = {
        "id": f"owner{index % 997}/data-{index}",
        "author": f"owner{index % 997}",
        "sha": f"{chance.getrandbits(160):040x}",
        "createdAt": _date(index, number),
        "downloads": int(chance.paretovariate(0.6)) - 1,
        "likes": int(chance.paretovariate(1.1)) - 1,
        "tags": [f"license:{card['license']}"],
        "cardData": card,
    }
    return json.dumps(entry, separators=(",", ":")) + "\n"


def _date(place: int, number: int) -> str:
    return (_BEGIN + timedelta(seconds=_SECONDS * place // max(1, number))).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def write_hub(folder: Path, number: int, seed: int = 1, family: int = 0) -> None:
    """Write ``models.jsonl`` and ``datasets.jsonl`` of a hub of ``number`` models.

    Raises:
        ValueError: so large a family cannot be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    datasets = max(1, round(number * DATASETS))
    chance = random.Random(seed + 1)  # noqa: S311 - a benchmark
    with (folder / "models.jsonl").open("w", encoding="utf-8") as file:
        for place, model in enumerate(make_models(number, seed, family)):
            file.write(format_model(model, place, number, datasets, chance))
    with (folder / "datasets.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(format_dataset(index, datasets, chance) for index in range(datasets))


def main() -> None:
    """Write a hub."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--models", type=int, default=20_000, help="how many models (default: 20000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", type=int, default=0, metavar="N", help="let about N models descend from one")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    options = parser.parse_args()
    try:
        write_hub(options.output, options.models, options.seed, options.family)
    except ValueError as error:
        parser.error(f"--family: {error}; name a smaller one")


if __name__ == "__main__":
    main()
