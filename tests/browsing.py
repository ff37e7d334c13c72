"""What goes wrong on a page in a real browser."""

from __future__ import annotations

from playwright.sync_api import Dialog, Page


class Watched:
    """A page, with whatever goes wrong on it; what it may ask for is for the kinds of pages to say."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        page.on("console", lambda message: self.note(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.note(f"error: {error}"))
        page.on("dialog", self._dismiss)

    def note(self, what: str) -> None:
        """Note that something has gone wrong."""
        self.wrong.append(what)

    def note_request(self, address: str) -> None:
        """Note that something was asked for that may not be."""
        self.note(f"request: {address[:100]}")

    def _dismiss(self, dialog: Dialog) -> None:
        self.note(f"dialog: {dialog.message}")
        dialog.dismiss()
