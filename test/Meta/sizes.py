# RUN: %python %s
"""No source file has more than 800 lines."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from tree import files, finish, read

LIMIT = 800
SOURCES = (".cpp", ".h", ".hpp", ".in", ".td", ".def", ".py", ".cmake", ".txt", ".sh", ".md", "Makefile")
counted = [(path, read(path).count("\n")) for path in files(*SOURCES) if path.parts[:2] != ("docs", "reference")]
long = [f"{path}: {lines} lines" for path, lines in counted if lines > LIMIT]
finish(long, f"files over {LIMIT} lines; split by idea")
