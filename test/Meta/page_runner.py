# RUN: rm -rf %t && mkdir -p %t
# RUN: %python %s %t %build
"""run_page.py passes pages that are right, and fails those that are not."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "Docs"))
import run_page
from page import PageError, matches, read_page

scratch, build = Path(sys.argv[1]), Path(sys.argv[2])


def run(text: str, update: bool = False) -> str:
    """What is wrong with this page, in words; nothing if it is right."""
    page = scratch / "page.md"
    page.write_text(text)
    try:
        return "\n".join(run_page.run_page(page, build, scratch / "work", update))
    except PageError as error:
        return str(error)


def good(text: str) -> None:
    if problem := run(text):
        sys.exit(f"this page is right:\n{text}\nyet: {problem}")


def bad(text: str, *wanted: str) -> None:
    problem = run(text)
    if not problem or not all(word in problem for word in wanted):
        sys.exit(f"this page is wrong:\n{text}\nexpected: {wanted}\nfound: {problem or 'nothing'}")


def block(words: str, text: str) -> str:
    return f"```{words}\n{text}\n```\n"


def page(commands: str, output: str | None = None) -> str:
    return block("sh", commands) + (block("text", output) if output is not None else "")


# Outputs are compared line by line.
good(page("echo one; echo two", "one\ntwo"))
bad(page("echo one; echo two", "one\nthree"), "page.md:1: prints something else", "-three", "+two")
bad(page("echo one; echo two", "one"), "+two")
bad(page("echo one", "one\ntwo"), "-two")
bad(page("echo one"), "+one")
bad(page("true", "one"), "-one")
bad(page("echo one >&2"), "+one")
good(page("true"))
good(page("$ echo one\n$ echo two", "one\ntwo"))
good(page("printf 'one\\n\\n'", "one"))
bad(page("printf '\\none\\n'", "one"), "prints something else")
bad(page("echo ' one'", "one"), "prints something else")
good("Text.\n\n" + block("sh", "echo one") + "\nThis prints:\n\n" + block("mlir", "one"))
good("- item\n\n  ```sh\n  echo one\n  ```\n\n  ```text\n  one\n  ```\n")

# Wildcards stand for what they stand for, and for nothing else.
good(page("seq 5", "1\n...\n5"))
good(page("seq 5", "...\n3\n..."))
good(page("seq 5", "1\n2\n3\n4\n5\n..."))
bad(page("seq 5", "1\n...\n4"), "prints something else")
bad(page("seq 5", "...\n4\n3\n..."), "prints something else")
good(page("echo took 3 ms", "took … ms"))
bad(page("echo took 3 s", "took … ms"), "prints something else")
bad(page("printf '1\\n2\\n'", "1…2"), "prints something else")
good(page("echo 'a.c'", "a.c"))
bad(page("echo 'abc'", "a.c"), "prints something else")
if not matches(["a", "...", "b", "...", "c"], ["a", "b", "x", "b", "c"]) or matches(["...", "b"], ["a"]):
    sys.exit("matches(): wrong")

# Exit codes, wherever in a block the command stands.
good(page("echo one; false", "one\nexit code: 1"))
good(page("(exit 7)", "exit code: 7"))
bad(page("echo one; false", "one"), "+exit code: 1")
bad(page("false; echo one", "one"), "+exit code: 1")
bad(page("false | cat"), "+exit code: 1")
bad(page("echo one", "one\nexit code: 1"), "-exit code: 1")
bad(page("no-such-command"), "exit code: 127")
good(page("false || echo one", "one"))
bad(page("exit 0"), "ended the shell")

# A block may say that its output does not matter; its exit code still does.
good(block("sh output=any", "date"))
bad(block("sh output=any", "date; false"), "exit code 1")
bad(block("sh output=any", "date") + block("text", "one"), "output=any")

# Commands share a shell, and start where chapter 1 leaves its reader.
good(page("export A=1; cd /") + page('echo "$A $PWD"', "1 /"))
good(page('basename "$PWD"; test -x ../bin/lexon-opt && test -d ../../docs/tutorial', "tutorial"))
good(page("test $(command -v lexon-opt) -ef ../bin/lexon-opt; command -v FileCheck", "exit code: 1"))
good(block("sh setup", "cd docs") + page("ls tutorial/README.md", "tutorial/README.md"))
first = run_page.ROOT / "docs" / "tutorial" / "01-stages.md"
setup = next(found for found in read_page(first.read_text(), str(first)) if found.is_setup)
if setup.text != run_page.SETUP:
    sys.exit(f"chapter 1 tells its reader to type\n{setup.text}and the runner types\n{run_page.SETUP}")

# A chapter with one letter changed in an output.
chapter = (run_page.ROOT / "docs" / "tutorial" / "02-layout.md").read_text()
good(chapter)
bad(chapter.replace("\nlib/Transforms/ExpandStridedCopies.cpp\n", "\nlib/ExpandStridedCopies.cpp\n"), "-lib/", "+lib/")

# Files, and excerpts of files of the tree.
good(block("c file=sub/a.c", "int a;") + page("cat sub/a.c", "int a;"))
good(block("text from=test/known-failures.txt", "...") + page("true"))
good(block("cmake from=CMakeLists.txt", "project(lexon …\n...\noption(LEXON_BUILD_TESTS …") + page("true"))
bad(block("cmake from=CMakeLists.txt", "project(other)") + page("true"), "page.md:1", "not what stands")
bad(block("cmake from=NoSuchFile.txt", "project(other)") + page("true"), "there is no file")

# Pages that check nothing.
bad("Only text.\n", "a page without commands")
bad(block("sh setup", "true"), "a page without commands")
bad(block("text", "one") + page("true"), "no command, no output")
bad(page("echo one", "one") + block("text", "one"), "no command, no output")
bad(page("true") + block("cpp", "int a;") + block("cpp", "int b;"), "no command, no output")
bad(page("echo one", "..."), "says nothing")
bad(page("true", ""), "says nothing")
bad("```sh\ntrue\n", "does not end")
bad(block("sh often", "true"), "'often' means nothing")

# Only a folder of its own is emptied.
(scratch / "precious").mkdir()
(scratch / "precious" / "file").touch()
(scratch / "page.md").write_text(page("true"))
try:
    run_page.run_page(scratch / "page.md", build, scratch / "precious")
    sys.exit("the runner took somebody's folder")
except PageError:
    if not (scratch / "precious" / "file").exists():
        sys.exit("the runner emptied somebody's folder")

# A command that hangs is ended, and named.
run_page.Shell.run.__defaults__ = (1,)
bad(page("echo one; sleep 1000"), "page.md:1", "still running", "one")
run_page.Shell.run.__defaults__ = (run_page.COMMAND_SECONDS,)

# --update writes what was printed, and leaves what is right alone.
run(page("echo one", "…ne") + page("seq 2", "1") + page("false") + "End.\n", update=True)
wanted = page("echo one", "…ne") + page("seq 2", "1\n2") + page("false")
wanted += "\n" + block("text", "exit code: 1") + "End.\n"
found = (scratch / "page.md").read_text()
if found != wanted:
    sys.exit(f"--update wrote\n{found}\nexpected\n{wanted}")
