"""Whether the HTML is valid, by the Nu checker."""

import json
import subprocess
import urllib.parse
from collections.abc import Mapping
from pathlib import Path

from bench.audit.places import MODULES

JAR = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"


def errors(files: Mapping[str, Path]) -> dict[str, list[str]]:
    """What the checker calls an error, by the page's name; pages without any are left out."""
    by_file = {str(path.resolve()): name for name, path in files.items()}
    command = ["java", "-Xss2m", "-jar", str(JAR), "--format", "json", "--errors-only", "--html", *by_file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found: dict[str, list[str]] = {}
    for one in json.loads(done.stderr or done.stdout)["messages"]:
        path = urllib.parse.unquote(urllib.parse.urlsplit(one.get("url", "")).path)
        found.setdefault(by_file.get(path, path), []).append(f"line {one.get('lastLine', '?')}: {one['message']}")
    return found
