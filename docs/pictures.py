"""Take the pictures of the README: the explorer in a real browser. ``make pictures`` runs this."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import sync_playwright

import itgraph

FOLDER = Path(__file__).resolve().parent
PICTURES: dict[str, tuple[Literal["light", "dark"], str]] = {
    "explorer-light": ("light", "#n=model/radiology-gpt"),
    "explorer-dark": ("dark", "#n=model/radiology-gpt"),
    "access-light": ("light", "#n=model/minotaur&lens=access"),
    "access-dark": ("dark", "#n=model/minotaur&lens=access"),
}


def main() -> None:
    """Take them all."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = itgraph.load().explore(Path(folder) / "lineage.html")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (scheme, view) in PICTURES.items():
            page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme=scheme)
            page.goto(page_file.as_uri() + view)
            page.wait_for_selector("html[data-ready]")
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
