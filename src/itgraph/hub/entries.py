"""An entry of the Hugging Face hub: what a listing or a card says of one model or one dataset.

What is written there is written by people. An entry is read as far as it can be, and what cannot be read is a
:class:`Problem` of that entry, never an exception. Three places may name the bases of a model: its card, the tags that
the hub makes of the card, and ``baseModels``, which is what the hub made of it.

- **Bases**: those of the card in its order, then those that only the tags name, then those that only ``baseModels``
  names. A place that names none says nothing; two that name different ones are a problem, ``bases-differ``. Names that
  differ only in case are one name, as they are on the hub.
- **Relation**: the card's ``base_model_relation``, else that of ``baseModels``, else that of the tags, else
  :func:`infer_relation`. Where they disagree, that order decides, and it is a problem, ``relations-differ``.
- **Everything else**: the card; the tags tell what the card is silent about. A bare ``en`` among the tags is a language
  only where there is no card: of a card without languages, ``ml`` and ``cv`` are what its author is working on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, get_args

Kind = Literal["model", "dataset"]
"""What the hub has."""

Relation = Literal["adapter", "finetune", "merge", "quantized", ""]
"""How a model was made from its bases, in the words of the hub; empty where nothing says it."""

RelationBy = Literal["card", "hub", "rule", ""]
"""Who says the relation: the card, the hub (tags or ``baseModels``), or we, by :func:`infer_relation`."""

Code = Literal[
    "bad-id",
    "bad-language",
    "bases-differ",
    "malformed-json",
    "malformed-yaml",
    "missing-id",
    "relations-differ",
    "self-base",
    "unknown-relation",
    "unreadable",
    "wrong-type",
]
"""The codes of problems.

``wrong-type``: a value that its field cannot have, and that is left out; ``bad-id``: what cannot name anything on the
hub, or on arXiv; ``self-base``: it names itself as its base or source; ``unknown-relation``: none of the four;
``bases-differ``, ``relations-differ``: two places say different things; ``bad-language``: no BCP 47 tag;
``missing-id``, ``malformed-json``, ``malformed-yaml``, ``unreadable``: an item, or a part of it, that cannot be read.
"""

TEMPLATE_ARXIV = "1910.09700"
"""The paper that the hub's own template of a card links to (on the carbon footprint), so that it says nothing."""

RELATIONS: frozenset[str] = frozenset(get_args(Relation)) - {""}
"""The relations, without the empty one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is wrong with an entry: a code, and a sentence that begins with the field."""

    code: Code
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A model or a dataset of the hub, as its listing and its card describe it; what is not known is empty or ``None``.

    ``id`` is ``owner/name``, or only ``name`` for old ones; ``sha`` has 40 hexadecimal digits; ``created`` and
    ``modified`` are days, ``2023-05-01``. ``bases`` and ``datasets`` are those of a model, ``sources`` those of a
    dataset; none of them is the entry itself. A ``relation`` may stand without bases, where the name of the base is no
    name. ``licences`` are the hub's identifiers in lower case, or whatever stands in their place. ``arxiv`` has ids
    without versions, and never that of the hub's template: ``has_template_arxiv`` says that it was there.
    """

    kind: Kind
    id: str
    sha: str = ""
    created: str = ""
    modified: str = ""
    downloads: int | None = None
    likes: int | None = None
    bases: tuple[str, ...] = ()
    relation: Relation = ""
    relation_by: RelationBy = ""
    datasets: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    licence_name: str = ""
    licence_link: str = ""
    languages: tuple[str, ...] = ()
    arxiv: tuple[str, ...] = ()
    has_template_arxiv: bool = False
    new_version: str = ""
    task: str = ""
    library: str = ""
    problems: tuple[Problem, ...] = ()


def parse_entry(value: object, kind: Kind) -> Entry | Problem:
    """Read an entry from a value of JSON, such as the hub's API lists; a problem if it does not say what it is about.

    >>> entry = parse_entry({"id": "a/b", "cardData": {"base_model": "gpt2", "license": "MIT"}}, "model")
    >>> entry.bases, entry.relation, entry.relation_by, entry.licences
    (('gpt2',), 'finetune', 'rule', ('mit',))
    >>> parse_entry({"id": "a/b", "created_at": "2023-05-01 10:00:00+00:00"}, "model").created
    '2023-05-01'
    >>> parse_entry({"likes": 3}, "model")
    Problem(code='missing-id', message='id: there is none, nor a modelId')
    """
    if not isinstance(value, dict):
        return Problem(code="wrong-type", message=f"expected an object with an id, not {_kind_of(value)}")
    if "card_data" in value or "created_at" in value:
        value = dict[object, object]({_SPELT.get(key, key): one for key, one in value.items()})
    get = value.get
    written = get("id") or get("modelId")
    if not written or not isinstance(written, str):
        return Problem(code="missing-id", message="id: there is none, nor a modelId")
    name = written if _is_hub_id(written) else parse_id(written, kind)
    if name is None:
        return Problem(code="bad-id", message=f"id: {_shown(written)} cannot be an id of the hub")
    reading = _Reading(name, kind)
    # Most fields are absent in most entries: what is absent costs no call here, and there are millions of entries.
    card = get("cardData")
    if not isinstance(card, dict):
        card = _NO_CARD if card is None else reading.card(card)
    of_card = card.get
    tags = _NO_TAGS if (listed := get("tags")) is None else reading.tags(listed, bare_languages=not card)
    if (library := get("library_name")) is None:
        library = of_card("library_name")
    library = "" if library is None else reading.text("library_name", library)
    bases: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    relation: Relation = ""
    relation_by: RelationBy = ""
    if kind == "model":
        if tags.bases or "base_model" in card or "base_model_relation" in card or get("baseModels") is not None:
            bases, relation, relation_by = reading.bases(value, card, tags)
            if bases and not relation:
                relation, relation_by = infer_relation(value, bases, library, tags.values), "rule"
        if (named := of_card("datasets", tags.datasets)) is not None:
            datasets = reading.names("datasets", named, "dataset")
    elif (named := of_card("source_datasets", tags.sources)) is not None:
        sources = reading.sources(named)
    licences, languages = of_card("license", tags.licences), of_card("language", tags.languages)
    licence_name, licence_link, new_version = of_card("license_name"), of_card("license_link"), of_card("new_version")
    if (task := get("pipeline_tag")) is None:
        task = of_card("pipeline_tag")
    sha, created, modified = get("sha"), get("createdAt"), get("lastModified")
    downloads, likes = get("downloads"), get("likes")
    return Entry(
        kind=kind,
        id=name,
        sha="" if sha is None else reading.sha(sha),
        created="" if created is None else reading.day("createdAt", created),
        modified="" if modified is None else reading.day("lastModified", modified),
        downloads=None if downloads is None else reading.count("downloads", downloads),
        likes=None if likes is None else reading.count("likes", likes),
        bases=bases,
        relation=relation,
        relation_by=relation_by,
        datasets=datasets,
        sources=sources,
        licences=() if licences is None else reading.licences(licences),
        licence_name="" if licence_name is None else reading.text("license_name", licence_name),
        licence_link="" if licence_link is None else reading.text("license_link", licence_link),
        languages=() if languages is None else reading.languages(languages),
        arxiv=() if tags.arxiv is None else tuple(tags.arxiv),
        has_template_arxiv=tags.has_template_arxiv,
        new_version="" if new_version is None else reading.new_version(new_version),
        task="" if task is None else reading.text("pipeline_tag", task),
        library=library,
        problems=tuple(reading.problems),
    )


_SPELT: dict[object, str] = {
    "card_data": "cardData",
    "created_at": "createdAt",
    "last_modified": "lastModified",
    "base_models": "baseModels",
    "model_id": "modelId",
}
"""What the hub's own Python library calls what its API calls otherwise: so people write down what it gave them."""


# -- The relation, where nobody states it --------------------------------------------------------------------

_ADAPTER_LIBRARIES = frozenset({"peft", "adapter-transformers"})
_ADAPTER_TAGS = frozenset({"peft", "lora", "adapter"})
_QUANTIZED = frozenset({"gguf", "awq", "gptq", "exl2"})
_BITS = frozenset(f"{bits}-bit" for bits in range(1, 9))
_IN_BITS = frozenset({"bitsandbytes", "mlx"})


def infer_relation(
    value: dict[object, object], bases: tuple[str, ...], library: str, tagged: Iterable[object]
) -> Relation:
    """Tell how a model was made from its bases where neither the card nor the hub says it.

    The hub "will infer the type of relationship", and documents one rule: a merge is what names "two or more"
    (https://huggingface.co/docs/hub/model-cards#specifying-a-base-model). That it goes by the files of the main branch
    is what its users have found (https://huggingface.co/bartowski/Replete-LLM-Qwen2-7b-exl2/discussions/1). So, in
    this order: several bases are a merge; what PEFT or Adapters load, or what is tagged ``lora``, is an adapter; what
    is in a format of quantised weights (GGUF, AWQ, GPTQ, EXL2; with bits: bitsandbytes, MLX), or is configured so, is
    quantised; everything else is tuned.

    >>> infer_relation({}, ("gpt2",), "mlx", ["4-bit"]), infer_relation({}, ("gpt2",), "mlx", [])
    ('quantized', 'finetune')
    """
    if len(bases) > 1:
        return "merge"
    tags = {tag.lower() for tag in tagged if isinstance(tag, str)}
    tags.add(library := library.lower())
    files = value.get("siblings")
    if library in _ADAPTER_LIBRARIES or not tags.isdisjoint(_ADAPTER_TAGS) or _has_file(files, "adapter_config.json"):
        return "adapter"
    config = value.get("config")
    if (
        not tags.isdisjoint(_QUANTIZED)
        or (not tags.isdisjoint(_BITS) and not tags.isdisjoint(_IN_BITS))
        or (isinstance(config, dict) and config.get("quantization_config"))
        or (isinstance(config, str) and '"quantization_config": {' in config)  # as tables keep it
        or _has_file(files, ".gguf")
    ):
        return "quantized"
    return "finetune"


def _has_file(files: object, ending: str) -> bool:
    """Say whether a list of files (``siblings``) has one that ends so."""
    if not isinstance(files, list):
        return False
    names = (file.get("rfilename") if isinstance(file, dict) else file for file in files)
    return any(isinstance(name, str) and name.endswith(ending) for name in names)


# -- Ids -----------------------------------------------------------------------------------------------------

_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
_NO_OWNERS = ("api", "blog", "buckets", "collections", "datasets", "docs", "models", "papers", "spaces")
"""What stands at the beginning of addresses of the hub where an owner could stand, and is none."""

_ID = re.compile(rf"(?!(?:{'|'.join(_NO_OWNERS)})(?:/|$))(?:{_PART}/)?{_PART}")
_ADDRESS = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([^?#]*)(?:[?#].*)?", re.IGNORECASE | re.DOTALL)
_PLACES = frozenset({"blob", "commit", "commits", "discussions", "raw", "resolve", "tree"})
"""What follows an id in addresses of the hub."""


def _is_hub_id(text: str) -> bool:
    return "--" not in text and ".." not in text and _ID.fullmatch(text) is not None


@lru_cache(maxsize=65_536)
def parse_id(text: str, kind: Kind) -> str | None:
    """Return the id that a text names, which may be its whole address on the hub; ``None`` if it cannot be one.

    >>> parse_id("https://huggingface.co/datasets/rajpurkar/squad", "dataset")
    'rajpurkar/squad'
    >>> parse_id("./checkpoints/last", "model") is None, parse_id("https://example.org/a/b", "model") is None
    (True, True)
    """
    text = text.strip()
    if match := _ADDRESS.fullmatch(text):
        text = match[1].strip("/")
        if kind == "dataset":
            if not text.startswith("datasets/"):
                return None
            text = text[len("datasets/") :]
        # What follows the name is a place in the repository: tree/main, blob/main/README.md.
        parts = text.split("/")
        if not _PLACES.isdisjoint(parts[1:3]):
            parts = parts[: 1 if parts[1] in _PLACES else 2]
        text = "/".join(parts).removesuffix(".git")
    return text if _is_hub_id(text) else None


_ARXIV = re.compile(r"([0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]+)?")


@lru_cache(maxsize=65_536)
def _parse_arxiv(text: str) -> str | None:
    match = _ARXIV.fullmatch(text.strip())
    return match[1] if match else None


# -- Languages -----------------------------------------------------------------------------------------------

ISO_639_1 = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg
    ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw
    ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()
)
"""The codes of two letters, which the hub has as bare tags."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@lru_cache(maxsize=4096)
def _parse_language(text: str) -> str | None:
    """Return a BCP 47 tag, its first part in lower case; also ``code`` and ``multilingual``, which the hub has."""
    text = text.strip()
    if text.lower() in ("code", "multilingual"):
        return text.lower()
    if not _LANGUAGE.fullmatch(text):
        return None
    primary, hyphen, rest = text.partition("-")
    return primary.lower() + hyphen + rest


# -- Reading values that people wrote ------------------------------------------------------------------------


@dataclass(slots=True)
class _Tags:
    """What the tags say; ``None`` where they say nothing. ``values`` are all of them, as they are."""

    values: Sequence[object] = ()
    bases: list[object] | None = None
    relations: list[str] | None = None
    datasets: list[object] | None = None
    sources: list[object] | None = None
    licences: list[object] | None = None
    languages: list[object] | None = None
    arxiv: dict[str, None] | None = None
    has_template_arxiv: bool = False


_KEYS = frozenset({"arxiv", "base_model", "dataset", "language", "license", "source_datasets"})
"""What tags speak of that is read here."""


class _Reading:
    """An entry while it is read: it collects the problems."""

    __slots__ = ("_lowered", "_reported", "id", "kind", "problems")

    def __init__(self, name: str, kind: Kind) -> None:
        self.id = name
        self.kind: Kind = kind
        self.problems: list[Problem] = []
        self._lowered = name.lower()
        # Tags repeat what the card says. What is wrong with it is said once.
        self._reported: set[tuple[str, str]] | None = None

    def report(self, code: Code, message: str) -> None:
        self.problems.append(Problem(code=code, message=message))

    def report_type(self, field: str, value: object, expected: str) -> None:
        self.report("wrong-type", f"{field}: expected {expected}, not {_kind_of(value)}; it is left out")

    def report_once(self, code: Code, text: str, message: str) -> None:
        if self._reported is None:
            self._reported = set()
        if (code, text) not in self._reported:
            self._reported.add((code, text))
            self.report(code, message)

    # Parts

    def card(self, value: object) -> dict[object, object]:
        """Return the card as a mapping: an empty one where there is none."""
        if isinstance(value, str):
            value = self.json("cardData", value)
        if value is None:
            return _NO_CARD
        if isinstance(value, dict):
            return value
        self.report_type("cardData", value, "an object")
        return _NO_CARD

    def json(self, field: str, text: str) -> object:
        """Return what a JSON text says (dumps in tables keep objects so); ``None`` if it is none, or empty."""
        if not text or text.isspace():
            return None
        try:
            value: object = json.loads(text)
        except (ValueError, RecursionError):
            self.report("malformed-json", f"{field}: it is not JSON; it is left out")
            return None
        return value

    def tags(self, value: object, *, bare_languages: bool) -> _Tags:
        """Sort the tags by what they speak of."""
        said = _Tags()
        if isinstance(value, str) and value.lstrip().startswith("["):
            value = self.json("tags", value)
        if not isinstance(value, list):
            if value is not None:
                self.report_type("tags", value, "a list of strings")
            return said
        said.values = value
        for tag in value:
            if not isinstance(tag, str):
                self.report_type("tags", tag, "a string")
                continue
            key, colon, rest = tag.partition(":")
            if not colon:
                if bare_languages and tag in ISO_639_1:
                    said.languages = _added(said.languages, tag)
            elif key not in _KEYS:
                continue
            elif key == "base_model":
                _add_base(said, rest)
            elif key == "arxiv":
                self._add_arxiv(said, rest)
            elif key == "license":
                said.licences = _added(said.licences, rest)
            elif key == "dataset":
                said.datasets = _added(said.datasets, rest)
            elif key == "language":
                said.languages = _added(said.languages, rest)
            elif key == "source_datasets":
                said.sources = _added(said.sources, rest)
        return said

    def _add_arxiv(self, said: _Tags, text: str) -> None:
        paper = _parse_arxiv(text)
        if paper is None:
            self.report_once("bad-id", f"arxiv:{text}", f"tags: {_shown(text)} is no arXiv id")
        elif paper == TEMPLATE_ARXIV:
            said.has_template_arxiv = True
        elif said.arxiv is None:
            said.arxiv = {paper: None}
        else:
            said.arxiv[paper] = None

    def bases(
        self, value: dict[object, object], card: dict[object, object], tags: _Tags
    ) -> tuple[tuple[str, ...], Relation, RelationBy]:
        """Return the bases that the card, the tags and the hub name, and the relation that is stated, if one is."""
        written = card.get("base_model")
        named = () if written is None else self.names("base_model", written, "model")
        tagged = () if tags.bases is None else self.names("tags", tags.bases, "model")
        listed, listed_relations = self._base_models(value.get("baseModels"))
        stated = self._relation(card.get("base_model_relation"), "base_model_relation")
        tagged_relations = tags.relations or []
        relation = stated
        for other in (*listed_relations, *tagged_relations):
            if not relation:
                relation = other
            elif other != relation:
                self._report_relations(stated, listed_relations, tagged_relations)
                break
        by: RelationBy = "card" if stated else "hub" if relation else ""
        # Most often all name the same one, or none.
        is_same = (not tagged or tagged == named) and (not listed or listed == named) and len(named) < 2
        return named if is_same else self._united(named, tagged, listed), relation, by  # type: ignore[return-value]

    def _united(self, *places: tuple[str, ...]) -> tuple[str, ...]:
        """Return all bases, each once, in the order of the places; two places that differ are a problem."""
        said = [place for place in places if place]
        united = {name.lower(): name for place in reversed(said) for name in reversed(place)}
        if any({name.lower() for name in place} != united.keys() for place in said):
            words = ("the card", "tags", "baseModels")
            which = "; ".join(f"{word}: {_joined(place)}" for word, place in zip(words, places, strict=True) if place)
            self.report("bases-differ", f"base_model: not all say the same; all are taken ({which})")
        order = dict.fromkeys(name.lower() for place in said for name in place)
        return tuple(united[name] for name in order)

    def _report_relations(self, stated: str, listed: list[str], tagged: list[str]) -> None:
        places = (("the card", [stated] if stated else []), ("baseModels", listed), ("tags", tagged))
        said = "; ".join(f"{word}: {_joined(dict.fromkeys(values))}" for word, values in places if values)
        self.report("relations-differ", f"base_model_relation: not all say the same; the first holds ({said})")

    def _relation(self, value: object, field: str) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            self.report_type(field, value, "a string")
            return ""
        relation = value.strip().lower()
        if relation in RELATIONS or not relation:
            return relation
        known = ", ".join(sorted(RELATIONS))
        self.report("unknown-relation", f"{field}: {_shown(value)} is none of {known}; it is left out")
        return ""

    def _base_models(self, value: object) -> tuple[tuple[str, ...], list[str]]:
        """Read ``baseModels``: ``{"relation": ..., "models": [{"id": ...}]}``, or a list of such."""
        if value is None:
            return (), []
        if isinstance(value, str):
            value = self.json("baseModels", value)
        names: list[object] = []
        relations: list[str] = []
        for part in _listed(value):
            if not isinstance(part, dict):
                self.report_type("baseModels", part, "an object")
                continue
            if relation := self._relation(part.get("relation"), "baseModels"):
                relations.append(relation)
            names += [model.get("id") if isinstance(model, dict) else model for model in _listed(part.get("models"))]
        return self.names("baseModels", names, "model"), relations

    # Fields

    def names(self, field: str, value: object, kind: Kind) -> tuple[str, ...]:
        """Return the ids that a field names, each once."""
        if isinstance(value, str):
            name = self.name(field, value, kind)
            return () if name is None else (name,)
        if isinstance(value, list):
            found: dict[str, None] = {}
            for part in value:
                if not isinstance(part, str):
                    self.report_type(field, part, "a string")
                elif (name := self.name(field, part, kind)) is not None:
                    found[name] = None
            return tuple(found)
        self.report_type(field, value, "a string or a list of strings")
        return ()

    def name(self, field: str, text: str, kind: Kind) -> str | None:
        """Return the id that a text names; ``None``, and a problem, if it names nothing, or the entry itself."""
        name = parse_id(text, kind)
        if name is None:
            self.report_once(
                "bad-id", text, f"{field}: {_shown(text)} cannot be the id of a {kind} on the hub; it is left out"
            )
        elif kind == self.kind and len(name) == len(self.id) and name.lower() == self._lowered:
            self.report_once("self-base", "", f"{field}: it names itself; that is left out")
            return None
        return name

    def sources(self, value: object) -> tuple[str, ...]:
        """Return what ``source_datasets`` names; the hub's words (``original``, ``extended|other``) name nothing."""
        parts: list[object] = []
        for part in _listed(value):
            if not isinstance(part, str):
                parts.append(part)
                continue
            how, bar, name = part.strip().partition("|")
            if bar and how == "extended":
                if name != "other" and not name.startswith("other-"):
                    parts.append(name)
            elif how not in ("original", "extended") or bar:
                parts.append(part)
        return self.names("source_datasets", parts, "dataset")

    def new_version(self, value: object) -> str:
        if not isinstance(value, str):
            self.report_type("new_version", value, "a string")
            return ""
        return self.name("new_version", value, self.kind) or ""

    def licences(self, value: object) -> tuple[str, ...]:
        if isinstance(value, str):
            licence = clean_text(value).lower()
            return (licence,) if licence else ()
        return tuple(dict.fromkeys(licence.lower() for licence in self._texts("license", value)))

    def languages(self, value: object) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for text in ((value,) if value else ()) if isinstance(value, str) else self._texts("language", value):
            language = _parse_language(text)
            if language is None:
                self.report("bad-language", f"language: {_shown(text)} is no BCP 47 tag, such as en; it is left out")
            else:
                found[language] = None
        return tuple(found)

    def _texts(self, field: str, value: object) -> list[str]:
        """Return the strings of a list that are not empty, cleaned."""
        if not isinstance(value, list):
            self.report_type(field, value, "a string or a list of strings")
            return []
        texts: list[str] = []
        for part in value:
            if not isinstance(part, str):
                self.report_type(field, part, "a string")
            elif text := clean_text(part):
                texts.append(text)
        return texts

    def text(self, field: str, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return clean_text(value)
        self.report_type(field, value, "a string")
        return ""

    def sha(self, value: object) -> str:
        if isinstance(value, str):
            if not value:
                return ""
            try:
                # It skips white space, so that both lengths are needed.
                if len(value) == 40 and len(bytes.fromhex(value)) == 20:
                    return value.lower()
            except ValueError:
                pass
        self.report("wrong-type", f"sha: expected 40 hexadecimal digits, not {_shown(value)}; it is left out")
        return ""

    def day(self, field: str, value: object) -> str:
        """Return the day of a time, ``2023-05-01``."""
        if isinstance(value, date):  # also a datetime: tables have them
            value = value.isoformat()
        if isinstance(value, str):
            day = value[:10]
            if _is_day(day) and (len(value) == 10 or value[10] in "T "):
                return day
            if not value:
                return ""
        self.report("wrong-type", f"{field}: expected a time such as 2023-05-01T12:00:00Z, not {_shown(value)}")
        return ""

    def count(self, field: str, value: object) -> int | None:
        """Return a number of downloads or likes; tables may have whole numbers as floats, and NaN for none."""
        if type(value) is int and 0 <= value <= _LARGEST:
            return value
        if isinstance(value, float):
            if value != value:  # noqa: PLR0124 - NaN
                return None
            value = int(value) if value.is_integer() else value
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST:
            return value
        self.report("wrong-type", f"{field}: expected a count, not {_shown(value)}; it is left out")
        return None


_NO_CARD: dict[object, object] = {}
_NO_TAGS = _Tags()
_LARGEST = 2**53
"""No count is larger: above it, not every program can tell one number from the next."""


def _added(values: list[object] | None, value: str) -> list[object]:
    if values is None:
        return [value]
    values.append(value)
    return values


def _add_base(said: _Tags, text: str) -> None:
    """Take a tag of a base: ``base_model:owner/name`` or ``base_model:quantized:owner/name``."""
    relation, colon, name = text.partition(":")
    if colon and relation in RELATIONS:
        said.relations = [relation] if said.relations is None else [*said.relations, relation]
        text = name
    said.bases = _added(said.bases, text)


def _listed(value: object) -> list[object]:
    """Return a list as it is, nothing as an empty one, and anything else as a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


@lru_cache(maxsize=8192)
def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False


def clean_text(text: str) -> str:
    r"""Return a text that can be shown and encoded: control characters become spaces, lone surrogates U+FFFD.

    >>> clean_text(" a\tb\x00 \ud800")
    'a b  �'
    """
    if not text.isprintable():
        text = "".join(" " if char < " " or "\x7f" <= char < "\xa0" else _whole(char) for char in text)
    return text.strip()


def _whole(char: str) -> str:
    return "\ufffd" if "\ud800" <= char <= "\udfff" else char


def _kind_of(value: object) -> str:
    """Name the type of a value in the words of JSON."""
    for kind, name in _JSON_TYPES:
        if isinstance(value, kind):
            return name
    return "nothing" if value is None else f"a {type(value).__name__}"


_JSON_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "a truth value"),
    (int, "a number"),
    (float, "a number"),
    (str, "a string"),
    (list, "a list"),
    (dict, "an object"),
)


def _shown(value: object) -> str:
    """Quote a value as far as a message can bear it; whatever cannot be printed is escaped."""
    if isinstance(value, str):
        return repr(value if len(value) <= 100 else value[:97] + "...")
    return _kind_of(value) if isinstance(value, (list, dict)) else ascii(value)[:100]


def _joined(names: Iterable[str]) -> str:
    shown = list(names)
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
