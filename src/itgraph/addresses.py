"""Addresses as they may be shown and kept: without a password."""

from __future__ import annotations

import re


def without_credentials(address: str) -> str:
    """Return what was meant as an address, without what may be a user and a password in it.

    Rather too much is left out than too little: a password may hold any character, and the address a slip of the pen.

    >>> without_credentials("https://ann:p@ss/w?rd@example.org/a/b")
    'https://example.org/a/b'
    >>> without_credentials("http//ann:s/e@localhost"), without_credentials("ann:secret@localhost:7878//x")
    ('http//localhost', 'localhost:7878//x')
    >>> without_credentials("git@example.org:a/b")
    'git@example.org:a/b'
    """
    cut = re.sub(r"//.*@", "//", address, flags=re.DOTALL)
    return re.sub(r"\A[^@]*:.*@", "", cut, flags=re.DOTALL)
