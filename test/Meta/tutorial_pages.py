# RUN: %python %s
"""Every chapter of the tutorial is run by a test and listed, and every file beside it is used by one."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from tree import files, finish, read

FOLDER = Path("docs/tutorial")
chapters = [path for path in files(".md") if path.parent == FOLDER and path.name != "README.md"]
index = read(FOLDER / "README.md")
problems = []
for chapter in chapters:
    test = Path("test/Docs/tutorial") / f"{chapter.stem}.test"
    if test not in files(".test") or f"/{chapter.name} " not in read(test):
        problems.append(f"{chapter}: not run by {test}")
    if f"({chapter.name})" not in index:
        problems.append(f"{chapter}: not listed in {FOLDER / 'README.md'}")
text = "".join(read(chapter) for chapter in chapters)
problems += [
    f"{folder}: used by no chapter"
    for folder in sorted({path.parent for path in files() if path.is_relative_to(FOLDER / "code")})
    if folder.as_posix() not in text
]
finish(problems if chapters else ["no chapters"], "the tutorial is not whole")
