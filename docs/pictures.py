"""Take the pictures of the README: the explorer as it opens, in a real browser. ``make pictures`` runs this."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

import itgraph

FOLDER = Path(__file__).resolve().parent
PICTURES = {
    "explorer-light": ("light", ""),
    "explorer-dark": ("dark", ""),
    "overview-light": ("light", "#view=overview"),
}


def main() -> None:
    """Take them all."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = itgraph.load().explore(Path(folder) / "lineage.html")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, scheme in PICTURES.items():
            page = browser.new_page(
                viewport={"width": 1280, "height": 720}, color_scheme="light" if scheme == "light" else "dark"
            )
            page.goto(page_file.as_uri())
            page.wait_for_selector("html[data-ready]")
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
