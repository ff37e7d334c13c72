"""What properties are called in words, from either end."""

from __future__ import annotations

import re

from itgraph import terms
from itgraph.lineage.edges import RELATIONS

INCOMING = (
    terms.BASE_MODEL,
    terms.TRAINED_ON,
    terms.GENERATED_BY,
    terms.SOURCE_DATASET,
    terms.MEMBER_OF,
    terms.DESCRIBED_IN,
    terms.SCHEMA_AUTHOR,
    terms.DEVELOPER,
    terms.LICENSE,
)
"""The properties that are told of both things: what builds on a thing, what a paper describes, in the order shown."""

_WORDS = {
    **{terms.ITG + relation: (words.up, words.down) for relation, words in RELATIONS.items()},
    terms.MEMBER_OF: ("member of", "members"),
    terms.DESCRIBED_IN: ("described in", "describes"),
    terms.SCHEMA_AUTHOR: ("author", "author of"),
    terms.DEVELOPER: ("developer", "developed"),
    terms.LICENSE: ("licence", "licence of"),
    terms.SCHEMA_IN_LANGUAGE: ("language", ""),
    terms.DCTERMS_TITLE: ("title", ""),
    terms.DCTERMS_ISSUED: ("year", ""),
    terms.DCTERMS_BIBLIOGRAPHIC_CITATION: ("citation", ""),
    terms.SCHEMA_URL: ("link", ""),
    terms.BIBO_DOI: ("DOI", ""),
    terms.ARXIV_ID: ("arXiv", ""),
    terms.HUGGING_FACE_ID: ("Hugging Face", ""),
    terms.GITHUB_REPOSITORY: ("GitHub", ""),
    terms.ORGANIZATION_KIND: ("kind of organisation", ""),
    terms.PROV_HAD_PRIMARY_SOURCE: ("read at", ""),
    terms.RDFS_COMMENT: ("remark", ""),
}


def is_worded(property_: str) -> bool:
    """Tell whether a property of another vocabulary has words of ours.

    >>> is_worded(terms.BIBO_DOI), is_worded(terms.FAIR4ML_TRAINED_ON)
    (True, False)
    """
    return property_ in _WORDS


def property_label(property_: str) -> str:
    """Return a property in words.

    >>> property_label(terms.LICENSE), property_label(terms.TRAINING_SET_SIZE)
    ('licence', 'training set size')
    """
    if property_ in _WORDS:
        return _WORDS[property_][0]
    local = re.split(r"[#/]", property_)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower()


def incoming_label(property_: str) -> str:
    """Return a property in the words of what it leads to: one of :data:`INCOMING`.

    >>> incoming_label(terms.GENERATED_BY)
    'wrote'
    """
    return _WORDS[property_][1]
