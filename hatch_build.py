"""Fetches the editor YASGUI with npm, and puts it into what is built; without npm or network the query page has ours.

Hatchling calls the hook for a wheel and for a source distribution, so that a wheel that is made of the latter needs no
npm any more. ``make`` runs this file as a script, for a checkout.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SOURCES = (".npmrc", "build.mjs", "package-lock.json", "package.json")
_SECONDS = 240


class WebBuildHook(BuildHookInterface[Any]):
    """Adds ``build/web`` to a wheel as ``itgraph/_files/web``, and to a source distribution as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it, unless the package is installed as a checkout that is worked on."""
        if version == "editable":
            return
        root = Path(self.root)
        problem = build_web(root)
        if problem is None:
            target = "itgraph/_files/web" if self.target_name == "wheel" else "build/web"
            build_data["force_include"][str(root / "build" / "web")] = target
        else:
            self.app.display_warning(problem)


def build_web(root: Path) -> str | None:
    """Build ``build/web``, unless it is there and newer than what it is made of; return why not, if it cannot be."""
    sources = [root / "web" / name for name in _SOURCES]
    made = root / "build" / "web" / "yasgui" / "LICENSES.txt"
    if made.is_file() and made.stat().st_mtime >= max(source.stat().st_mtime for source in sources):
        return None
    without = "the query page has its plain editor, and a site of files answers no SPARQL"
    npm = shutil.which("npm")
    if npm is None:
        return f"There is no npm (Node.js) here: {without}."
    workshop = root / "build" / "npm"
    workshop.mkdir(parents=True, exist_ok=True)
    for source in sources:
        shutil.copy(source, workshop)
    for command in ([npm, "ci", "--prefer-offline"], [npm, "run", "build", "--", str(root / "build" / "web")]):
        try:
            done = subprocess.run(  # noqa: S603
                command, cwd=workshop, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"npm did not fetch YASGUI ({error}): {without}."
        if done.returncode:
            said = next((line for line in done.stderr.splitlines() if line.strip()), "it does not say why")
            return f"npm did not fetch YASGUI ({said.strip()}): {without}."
    return None


if __name__ == "__main__":
    problem = build_web(Path(__file__).resolve().parent)
    if problem is not None:
        sys.stderr.write(f"{problem}\n")
