# RUN: %python %s
"""No path of one machine anywhere, and no package host where packages are installed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from tree import files, finish, matches

PATHS = r"(?<![\w.)}])/(?:work|root|farm|home/[a-z]\w*)/"
HOSTS = r"https?://"
installers = [path for path in files() if path.parts[0] in ("externals", "Makefile", "pyproject.toml")]
finish(
    matches(PATHS, [path for path in files() if path.name != "LICENSE"]) + matches(HOSTS, installers),
    "paths or hosts that exist only in some places",
)
