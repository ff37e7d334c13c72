from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from itgraph import resources
from itgraph.curated import find_spdx_id
from itgraph.errors import SourceError
from itgraph.hub import HubLicence, hub_licences, licence_of, licences

FAMILIES = {"bsd", "cc", "gfdl", "gpl", "lgpl", "openrail"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(resources, "data_path", lambda: tmp_path)
    hub_licences.cache_clear()
    yield tmp_path
    hub_licences.cache_clear()


@pytest.mark.parametrize(
    ("hub_id", "spdx", "access"),
    [
        ("apache-2.0", "Apache-2.0", "open"),
        ("MIT", "MIT", "open"),
        ("gpl-3.0", "GPL-3.0", "open"),
        ("odc-by", "ODC-By-1.0", "open"),
        ("cc-by-sa-4.0", "CC-BY-SA-4.0", "open"),
        ("cc-by-nc-4.0", "CC-BY-NC-4.0", "restricted"),
        ("cc-by-nd-4.0", "CC-BY-ND-4.0", "restricted"),
        ("llama3.1", "", "restricted"),
        ("gemma", "", "restricted"),
        ("openrail++", "", "restricted"),
        ("bsd", "", "open"),
        ("cc", "", ""),
        ("other", "", ""),
        ("unknown", "", ""),
    ],
)
def test_licences(hub_id: str, spdx: str, access: str) -> None:
    licence = licence_of(hub_id)
    assert licence is not None
    assert (licence.hub_id, licence.spdx, licence.access) == (hub_id.lower(), spdx, access)


@pytest.mark.parametrize("hub_id", ["", "qwen", "apache", "hub_id"])
def test_what_the_hub_has_no_identifier_for(hub_id: str) -> None:
    assert licence_of(hub_id) is None


def test_the_whole_list() -> None:
    assert len(hub_licences()) == 83
    assert all(licence.name for licence in hub_licences().values())


@pytest.mark.parametrize("licence", hub_licences().values(), ids=lambda licence: licence.hub_id)
def test_spdx_identifiers(licence: HubLicence) -> None:
    if licence.spdx:
        assert find_spdx_id(licence.spdx) == licence.spdx
    elif licence.hub_id not in FAMILIES:
        assert find_spdx_id(licence.hub_id) is None


@pytest.mark.parametrize("licence", hub_licences().values(), ids=lambda licence: licence.hub_id)
def test_what_limits_commerce_or_change_is_not_open(licence: HubLicence) -> None:
    limits = ("-nc", "-nd", "rail", "llama", "research", "noncommercial", "gemma", "amlr", "community")
    if any(word in licence.hub_id for word in limits):
        assert licence.access == "restricted"


def test_the_file_is_sorted_and_has_each_once() -> None:
    with (resources.hub_path() / "licences.csv").open(encoding="utf-8", newline="") as file:
        ids = [row[0] for row in csv.reader(file)][1:]
    assert ids == sorted(set(ids))


def test_without_the_folder(folder: Path) -> None:
    with pytest.raises(SourceError, match="data/hub/ is missing; install itgraph again") as caught:
        licence_of("mit")
    assert caught.value.path == str(folder / "hub")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"", "columns must be hub_id"),
        (b"hub_id,spdx\n", "columns must be hub_id"),
        (b"hub_id,spdx,name,access\nmit,MIT,MIT\n", "licences.csv:2: this is no licence"),
        (b"hub_id,spdx,name,access\nmit,MIT,MIT,free\n", "licences.csv:2: this is no licence"),
        (b"hub_id,spdx,name,access\nmit,MIT,\xff,open\n", "cannot be read"),
    ],
)
def test_a_damaged_list(folder: Path, content: bytes | None, message: str) -> None:
    (folder / "hub").mkdir()
    if content is not None:
        (folder / "hub" / "licences.csv").write_bytes(content)
    with pytest.raises(SourceError, match=message):
        licences.licence_of("mit")
