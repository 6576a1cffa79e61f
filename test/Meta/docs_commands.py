# RUN: lexon-opt --help-hidden > %t.lexon-opt
# RUN: lexon-translate --help > %t.lexon-translate
# RUN: lexon-translate --help-hidden >> %t.lexon-translate
# RUN: lexon-reduce --help-hidden > %t.lexon-reduce
# RUN: lexon-opt --list-pipelines > %t.pipelines
# RUN: %python %s %t.lexon-opt %t.lexon-translate %t.lexon-reduce %t.pipelines
"""Every command, flag, stage, target, path and option of a pipeline that the hand-written docs name exists."""

import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from tree import ROOT, files, finish, read

flags = {Path(name).suffix[1:]: Path(name).read_text() for name in sys.argv[1:4]}
pipelines = set(re.findall(r"^(\S+): ", Path(sys.argv[4]).read_text(), re.MULTILINE))
stages = set(re.findall(r"^  ([a-z0-9-]+) ", Path(sys.argv[4]).read_text(), re.MULTILINE))
TUTORIAL = Path("docs/tutorial")
targets = set(re.findall(r"^([a-z-]+):", read(Path("Makefile")), re.MULTILINE))
commands = set(re.findall(r'app\.command\("([\w-]+)"\)', read(Path("python/lexon/cli/app.py"))))
of_c = read(Path("python/lexon/cli/c.py")).partition("COMMANDS = ")[2].partition("}")[0]
commands.update(re.findall(r'"([\w-]+)": \w+', of_c))


def check_line(line: str) -> list[str]:
    """What a line of code in the docs names that does not exist."""
    problems = []
    for command in re.split(r"[|;]|&&", line.split(" #")[0]):
        words = command.split()
        tool = Path(words[0]).name if words else ""
        if tool == "make":
            problems += [f"make {word}" for word in words[1:] if re.fullmatch(r"[a-z-]+", word) and word not in targets]
        if tool == "lexon" and len(words) > 1 and not words[1].startswith("-") and words[1] not in commands:
            problems.append(f"lexon {words[1]}")
        for flag in re.findall(r"(?<!\S)--?([a-zA-Z][\w-]*)", command) if tool in flags else []:
            if not re.search(rf"^\s+(?:-|--|=){flag}\b", flags[tool], re.MULTILINE):
                problems.append(f"{tool} --{flag}")
        for stage in re.findall(r"--(?:stop|start)-after=([a-z][\w-]*)", command):
            problems += [] if stage in stages else [f"stage {stage}"]
        for names in re.findall(r"--pipeline='?([a-z][^' ]*)", command):
            wanted = re.sub(r"\{.*?(\}|$)", "", names).split(",")
            problems += [f"pipeline {name}" for name in wanted if name not in pipelines]
    return problems


def check_options(text: str) -> list[str]:
    """The pipelines with options in `text` that lexon-opt does not take; only it knows what an option may be."""
    problems = []
    for pipeline in sorted(set(re.findall(rf"\b(?:{'|'.join(pipelines)})\{{[^}}\n]*\}}", text))):
        command = ["lexon-opt", f"--pipeline={pipeline}"]
        result = subprocess.run(command, input="module {}", capture_output=True, text=True)
        if result.returncode:
            problems.append(f"options, {pipeline}: {result.stderr.strip()}")
    return problems


def check_page(page: Path) -> list[str]:
    text = read(page)
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    if page.parent == TUTORIAL:
        lines = []  # test/Docs runs them, with flags of the tutorial's own passes
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    lines += re.findall(r"`([^`\n]+)`", prose)
    problems = [problem for line in lines for problem in check_line(line)] + check_options(text)
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose):
        if not (ROOT / page.parent / link).exists():
            problems.append(f"link {link}")
    folders = "docs|examples|externals|include|lib|python|test|tools|benchmarks"
    for path in re.findall(rf"`((?:{folders})/[\w./-]+)`", prose):
        if not (ROOT / path).exists():
            problems.append(f"path {path}")
    return [f"{page}: no such {problem}" for problem in problems]


pages = [path for path in files(".md") if path.parent in (Path(), Path("docs"), TUTORIAL)]
finish([problem for page in pages for problem in check_page(page)], "the docs name what does not exist")
