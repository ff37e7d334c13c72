"""What the tables of an export mean: each table, each column, what identifies a row, and where a column leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SEVERAL = "Where there are several, they are joined by '; '."

TABLES: Mapping[str, str] = {
    "models": "Language models, multimodal models and families of them: a row for each.",
    "datasets": "Datasets that models are tuned on: a row for each.",
    "benchmarks": "Sets of tasks that models are evaluated on: a row for each.",
    "techniques": "Methods of tuning: a row for each.",
    "papers": "Papers and other works that the sources cite: a row for each.",
    "people": "People who are named as authors: a row for each.",
    "organizations": "Companies, laboratories and teams that develop something or are authors: a row for each.",
    "authorships": "Who wrote which paper, and in which place: a row for each author of each paper.",
    "concepts": "Categories, domains, modalities, licences and the like: a row for each.",
    "licensings": "Which part of a thing has which licence, and who says so: a row for each part of each thing.",
    "rows": "The rows of the surveys, with the lines that they stand in: a row for each.",
    "curated_facts": "Facts that were read elsewhere than in a survey, with their addresses: a row for each.",
    "snapshots": "The versions of the documents that were read: a row for each.",
    "rules": "The rules by which statements are concluded: a row for each.",
    "issues": "Defects of the sources, and where sources contradict each other: a row for each.",
    "conflicts": "Where a source says otherwise than a survey: a row for each.",
    "quantities": "Figures as the sources write them, with their precision: a row for each figure of each thing.",
    "edges": "Relations between things, with the sources that state them: a row for each.",
    "quads": "Every statement of the graph, with the graph that states it: a row for each.",
}
"""What each table holds, and what a row of it stands for."""

_MEANINGS: Mapping[str, str] = {
    "iri": "The IRI of what the row is about.",
    "label": "Its name; of what has none, its IRI.",
    "aliases": "Other spellings of its name.",
    "parameter_count": "How many parameters it has; of several sizes, the smallest.",
    "parameters": "How many parameters it has, as the source writes it.",
    "base_models": "The names of the models that it was tuned from.",
    "trained_on": "The names of the datasets that it was tuned on.",
    "member_of": "The names of the families that it belongs to.",
    "self_built": "Whether its training data was made for it; empty where sources disagree or say nothing.",
    "training_set_count": "How many examples it was tuned on; of several numbers, the smallest.",
    "training_set_size": "How many examples it was tuned on, as the source writes it.",
    "category": "The categories that a survey puts it in.",
    "modalities": "What it takes or gives: text, images and so on.",
    "domains": "The fields that it is meant for.",
    "languages": "Its languages, as tags of BCP 47.",
    "language_count": "How many languages it has; of several numbers, the smallest.",
    "multilingual": "Whether it has several languages; empty where sources disagree or say nothing.",
    "open_source": "Whether a survey calls it open source; empty where sources disagree or say nothing.",
    "developers": "The names of those who made it.",
    "license": "The names of its licences, of all its parts together.",
    "licensing": "Each of its parts with its licence and what that allows: part: licence (access).",
    "access": "What may be done with it: the narrowest that any source gives any part of it; empty where no licence of "
    "it was read, which is neither open nor closed.",
    "access_by_code_alone": "What may be done with its code, where nothing is known of the rest.",
    "paper_released": "When its paper was published, as exactly as is known.",
    "weights_released": "When its weights were published, as exactly as is known.",
    "data_released": "When its data was published, as exactly as is known.",
    "service_released": "When it could first be used as a service, as exactly as is known.",
    "papers": "The names of the papers that describe it.",
    "project": "The addresses that a survey links to as its project.",
    "paper_link": "The addresses that a survey links to as its paper.",
    "hugging_face_id": "What the Hugging Face hub calls it.",
    "github_repository": "Its repository at GitHub: owner/name.",
    "arxiv_id": "Its number at arXiv.",
    "doi": "Its DOI.",
    "homepage": "The addresses of its own page.",
    "same_as": "The addresses of pages elsewhere that are about the same thing.",
    "instruction_count": "How many instructions it has; of several numbers, the smallest.",
    "instructions": "How many instructions it has, as the source writes it.",
    "instance_count": "How many instances it has; of several numbers, the smallest.",
    "instances": "How many instances it has, as the source writes it.",
    "task_count": "How many tasks it has; of several numbers, the smallest.",
    "tasks": "How many tasks it has, as the source writes it.",
    "generated_by": "The names of the models that wrote it.",
    "source_datasets": "The names of the datasets that it was made from.",
    "construction": "How it was made, as a survey writes it.",
    "evaluation_types": "The kinds of evaluation that it is for.",
    "year": "The year in which it was published; of several, the first.",
    "authors": "The names of its authors, in order.",
    "author_list_complete": "Whether the list of its authors is complete; empty where sources disagree or say nothing.",
    "url": "Its address.",
    "titles": "Its titles, as the sources write them.",
    "citation": "How the sources cite it.",
    "organization_kind": "What kind of organisation it is.",
    "paper": "The IRI of the paper.",
    "position": "The place of the author in the list, from 1; of several, the first.",
    "author": "The IRI of the author: a person or an organisation.",
    "author_label": "The name of the author.",
    "name_as_written": "The name of the author as the source writes it.",
    "notation": "Its code, such as the identifier of a licence at SPDX.",
    "scheme": "The IRI of the list that it is of.",
    "scheme_label": "The name of the list that it is of.",
    "thing": "The IRI of the thing that is spoken of.",
    "thing_label": "The name of the thing that is spoken of.",
    "part": "The part of the thing: weights, data or code.",
    "license_label": "The name of the licence.",
    "sources": "The addresses where it can be read; empty where only a rule concludes it.",
    "snapshot": "The IRI of the version of the document.",
    "table": "The table, or the file of facts, that it stands in.",
    "row_number": "Its number in its table, from 1.",
    "reference_number": "The number of the reference.",
    "line_start": "The first of its lines in the document.",
    "line_end": "The last of its lines in the document.",
    "about": "The IRIs of what it is about.",
    "about_label": "The names of what it is about.",
    "cites": "The IRIs of the references that it cites.",
    "heading": "The heading that it stands under.",
    "text": "What it says, as it stands there.",
    "raw": "Its cells as they stood, where they were moved under the columns that they fit.",
    "quoted_from": "The address of its lines.",
    "comment": "What is to be said of it.",
    "primary_source": "The address where it was read.",
    "primary_sources": "The addresses of the sources that disagree.",
    "date": "The date of the version.",
    "repository": "The repository that the document is from.",
    "commit": "The commit that it is of.",
    "sha256": "The SHA-256 checksum of the text that was read.",
    "repair": "How a damaged copy of the document was repaired.",
    "order": "Its place in the order in which rules are run.",
    "sparql": "The rule itself, a SPARQL CONSTRUCT query.",
    "code": "The kind of defect.",
    "severity": "How bad it is: error, warning or info.",
    "message": "What is wrong, in a sentence.",
    "contradicted_by": "The IRIs of the facts that contradict the row.",
    "property": "The property that is spoken of.",
    "survey_says": "What the survey says.",
    "source_says": "What the source says.",
    "effect": "Whether the source replaces the statement of the survey, adds to it or qualifies it.",
    "why": "Why, in a sentence.",
    "rows": "The IRIs of the rows that are contradicted.",
    "subject": "The IRI of the subject.",
    "subject_label": "The name of the subject.",
    "current": "Whether the current view has it; otherwise only an older source says so.",
    "precision": "How exact the figure is: Exact, About, AtLeast, Range, Alternatives or Unreadable.",
    "unit": "What is counted.",
    "per": "What the figure is of each of, such as task.",
    "values": "The numbers that the figure names.",
    "minimum": "The smallest number that the figure allows.",
    "maximum": "The largest number that the figure allows.",
    "relation": "The relation, by the name of its property.",
    "object": "The IRI of the object.",
    "object_label": "The name of the object.",
    "stated": "Whether a source states it; otherwise a rule concludes it.",
    "predicate": "The IRI of the property.",
    "datatype": "The IRI of the datatype of a literal; empty where the object is none.",
    "language": "The language of a literal, where it has one.",
    "graph": "The IRI of the graph that states it; empty for the current view.",
}
_MEANINGS_IN: Mapping[tuple[str, str], str] = {
    ("licensings", "license"): "The IRI of the licence.",
    ("licensings", "access"): "What the licence allows.",
    ("licensings", "sources"): "The addresses where it can be read.",
    ("quantities", "property"): "The name of the property that has the figure.",
    ("conflicts", "property"): "The IRI of the property that is spoken of.",
    ("quantities", "text"): "The figure as the source writes it.",
    ("rules", "comment"): "What the rule concludes, in words.",
    ("quads", "object"): "The object: an IRI, or the text of a literal.",
}
_LISTS = {
    *("aliases", "parameters", "base_models", "trained_on", "member_of", "training_set_size", "category", "modalities"),
    *("domains", "languages", "developers", "license", "licensing", "paper_released", "weights_released"),
    *("data_released", "service_released", "papers", "project", "paper_link", "hugging_face_id", "github_repository"),
    *("arxiv_id", "doi", "homepage", "same_as", "instructions", "instances", "tasks", "generated_by"),
    *("source_datasets", "construction", "evaluation_types", "authors", "url", "titles", "citation", "sources"),
    *("about", "about_label", "cites", "primary_sources", "contradicted_by", "rows", "values", "quoted_from"),
}
_SINGLE_IN = {("licensings", "license")}

KEYS: Mapping[str, tuple[str, ...]] = {
    **{table: ("iri",) for table in TABLES if table not in {"quantities", "edges", "quads"}},
    "quantities": ("iri", "subject", "property"),
    "edges": ("subject", "relation", "object"),
}
"""The columns that tell a row from all others; in ``quads`` it takes all of them, and some may be empty."""

REFERENCES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("authorships", "paper"): ("papers", "iri"),
    ("licensings", "license"): ("concepts", "iri"),
    ("rows", "snapshot"): ("snapshots", "iri"),
    ("issues", "snapshot"): ("snapshots", "iri"),
    ("conflicts", "iri"): ("curated_facts", "iri"),
}
"""The columns that lead to one column of another table, where each of their cells has one value."""


def meaning(table: str, column: str) -> str:
    """Say what a column means.

    Raises:
        KeyError: nobody has said so; a test holds that there is no such column.

    >>> meaning("licensings", "license"), meaning("models", "aliases")
    ('The IRI of the licence.', "Other spellings of its name. Where there are several, they are joined by '; '.")
    >>> meaning("models", "colour")
    Traceback (most recent call last):
        ...
    KeyError: 'colour'
    """
    said = _MEANINGS_IN.get((table, column)) or _MEANINGS[column]
    return f"{said} {SEVERAL}" if column in _LISTS and (table, column) not in _SINGLE_IN else said
