"""The head of a card on Hugging Face: what the hub reads of a model or a dataset, as YAML between two ``---`` lines.

Only the hub's own keys are used, with its own words for licences. What is not known is left out, and said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from itgraph.access import DISCLAIMER, DISPUTED
from itgraph.documents.document import Document
from itgraph.names import name_key
from itgraph.results import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from itgraph.documents.ancestry import Ancestry, Licence, Part
    from itgraph.lineage import Relation

# https://huggingface.co/docs/hub/repositories-licenses; what is not here is `other`.
_LICENCES = frozenset(
    """apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0 bigcode-openrail-m
    afl-3.0 artistic-2.0 bsl-1.0 bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc0-1.0 cc-by-2.0 cc-by-2.5
    cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0
    cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0
    cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 agpl-3.0 gpl-2.0 gpl-3.0 lgpl-2.1 lgpl-3.0
    isc lppl-1.3c ms-pl mpl-2.0 odc-by odbl openrail++ osl-3.0 postgresql ofl-1.1 ncsa unlicense zlib pddl lgpl-lr
    deepfloyd-if-license llama2 gemma""".split()
)
_OTHER_WORDS = {"odc-by-1.0": "odc-by", "odbl-1.0": "odbl", "pddl-1.0": "pddl", "llama-2-community": "llama2"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_ARXIV = "https://arxiv.org/abs/"


def make_card(ancestry: Ancestry) -> Document:
    """Write the head of the card of a model, or of a dataset (a benchmark is one to the hub)."""
    import yaml

    fields: dict[str, object] = {}
    notes: list[str] = []
    start = ancestry.start
    if start.thing.kind == "model":
        _add_license(start, "weights", fields, notes)
        _add_parents(ancestry, "baseModel", "base_model", fields, notes)
        _add_parents(ancestry, "trainedOn", "datasets", fields, notes)
        if isinstance(bases := fields.get("base_model"), list) and len(bases) > 1:
            notes.append("base_model: the hub may take several for a merge; say base_model_relation if it is none")
    else:
        fields["pretty_name"] = printable(_one_line(start.thing.label), keep="")
        _add_license(start, "data", fields, notes)
        _add_parents(ancestry, "sourceDataset", "source_datasets", fields, notes)
        # That a model wrote of it is said; that people wrote nothing of it is not: often the questions are theirs.
        if any(edge.relation == "generatedBy" for edge in ancestry.parents(start.thing.iri)):
            notes.append("language_creators: left out, since no source says that models alone wrote it")
    _add_language(start, fields, notes)
    tags = [f"arxiv:{link.url.removeprefix(_ARXIV)}" for link in start.links if link.kind == "arxiv"]
    if tags:
        fields["tags"] = list(dict.fromkeys(tags))
    notes += (f"disputed: {message}" for message in start.disputed)
    said = [f"By itgraph, from what sources say of {start.thing.label}. {DISCLAIMER}", *notes]
    comments = "".join(f"# {printable(_one_line(text), keep='')}\n" for text in said)
    # Without a field, YAML would have braces.
    body = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=10_000) if fields else ""
    content = f"---\n{comments}{body}---\n".encode("utf-8", "backslashreplace")
    return Document(content=content, notes=tuple(notes))


def _add_license(part: Part, what: str, fields: dict[str, object], notes: list[str]) -> None:
    licences = part.own_licences
    if not licences:
        others = ", ".join(dict.fromkeys(f"{licence.name} ({licence.part})" for licence in part.licences))
        known = f"; known is {others}" if others else ""
        why = DISPUTED if part.is_licence_disputed else f"no source says the licence of the {what}"
        notes.append(f"license: left out, since {why}{known}")
        return
    words = list(dict.fromkeys(_word(licence) for licence in licences))
    if len(words) == 1 and words[0] in _LICENCES:
        fields["license"] = words[0]
        return
    if part.thing.kind != "model" and all(word in _LICENCES for word in words):
        fields["license"] = words
        return
    # Of a model the hub takes one; which of several holds for whom is not ours to say.
    fields["license"] = "other"
    fields["license_name"] = "-and-".join(re.sub(r"[^a-z0-9.+]+", "-", word).strip("-") or "unnamed" for word in words)
    unlisted = [licence for licence in licences if _word(licence) not in _LICENCES]
    links = [licence.address for licence in unlisted if licence.address]
    if links:
        fields["license_link"] = links[0]
    elif unlisted:
        notes.append("license_link: left out, since no address of the licence's text is known")
    if len(words) > 1:
        notes.append(f"license: several, of which the hub takes one: {', '.join(licence.name for licence in licences)}")


def _word(licence: Licence) -> str:
    """Return the hub's word for a licence; of one that it does not list, its name in lower case."""
    name = (licence.spdx or licence.name or licence.iri).lower()
    name = re.sub(r"-(only|or-later)\Z", "", name) if licence.spdx else name
    return _OTHER_WORDS.get(name, name)


def _add_parents(ancestry: Ancestry, relation: Relation, key: str, fields: dict[str, object], notes: list[str]) -> None:
    """Add what a thing was made from, by the hub's names; what has none there, or several, is left out and said."""
    parts = {part.thing.iri: part for part in ancestry.parts}
    found: list[str] = []
    edges = [edge for edge in ancestry.parents(ancestry.start.thing.iri) if edge.relation == relation]
    for edge in edges:
        names = parts[edge.parent.iri].hugging_face
        if len(names) == 1:
            found.append(names[0])
            if name_key(edge.parent.label) not in (name_key(names[0]), name_key(names[0].rpartition("/")[2])):
                notes.append(
                    f"{key}: {names[0]} stands for {edge.parent.label}, of which it is one repository;"
                    " which size or version was used, this graph does not say"
                )
        elif names:
            notes.append(f"{key}: {edge.parent.label} left out, choose one of {', '.join(names)}")
        else:
            notes.append(f"{key}: {edge.parent.label} left out, since no repository on the hub is known of it")
    if found:
        fields[key] = sorted(set(found))
    elif not edges and key == "datasets":
        notes.append(f"{key}: left out, since no source says what it was trained on")


def _add_language(part: Part, fields: dict[str, object], notes: list[str]) -> None:
    codes: Sequence[str] = [code for code in part.languages if _LANGUAGE.fullmatch(code)]
    if codes or part.multilingual:
        fields["language"] = list(codes) or ["multilingual"]
    else:
        notes.append("language: left out, since no source says it")


def _one_line(text: str) -> str:
    return " ".join(text.split())
