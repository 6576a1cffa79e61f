"""What the checks of the source tree share."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def files(*suffixes: str, under: tuple[str, ...] = ()) -> list[Path]:
    """Files of the project, new ones included, relative to its root; `under` limits them to some folders."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    paths = sorted({Path(name) for name in listed if name})
    return [
        path
        for path in paths
        if (not suffixes or path.name.endswith(suffixes))
        and (not under or path.parts[0] in under)
        and (ROOT / path).is_file()
    ]


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def matches(pattern: str, paths: list[Path], flags: int = 0) -> list[str]:
    """`FILE:LINE: text` of each line in which the pattern is found."""
    search = re.compile(pattern, flags).search
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path in paths
        for number, line in enumerate(read(path).splitlines(), start=1)
        if search(line)
    ]


def declared_passes() -> dict[str, Path]:
    """Flag of each pass of ours, and the Passes.td that declares it."""
    declaration = re.compile(r':\s*(?:Interface)?Pass<"([^"]+)"')
    return {flag: path for path in files("Passes.td", under=("include",)) for flag in declaration.findall(read(path))}


def finish(problems: list[str], what: str) -> None:
    """Ends the check: with the list of what is wrong, or quietly."""
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(f"{len(problems)} problem(s): {what}")
