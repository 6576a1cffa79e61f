# RUN: lexon-opt --list-passes > %t
# RUN: %python %s %t
"""The Python package reads pass names from the manifest; it spells none itself."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from tree import declared_passes, files, finish, matches

# Pipelines are listed with the passes but named on purpose; names of one word (`cse`, `inline`) are English words too.
listed = Path(sys.argv[1]).read_text().split("Pass Pipelines:")[0]
registered = set(re.findall(r"^  --([a-z0-9]+(?:-[a-z0-9]+)+) +-", listed, re.MULTILINE))
passes = registered | declared_passes().keys()
if len(passes) < 100:
    sys.exit("lexon-opt --list-passes was not understood")
spelled = "|".join(sorted(map(re.escape, passes), key=len, reverse=True))
finish(matches(rf"(?<![\w-])(?:{spelled})(?![\w-])", files(".py", under=("python",))), "pass names in Python")
