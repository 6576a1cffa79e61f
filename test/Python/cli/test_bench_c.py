# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon bench --c`: a kernel of the suite, programs of the user's, what fails, and the page. Times are not judged."""

import csv
import json

import pytest

from lexon.bench import creport
from lexon.bench.cprograms import OTHER, OWN, Program, known_programs, measure, run
from lexon.bench.job import Outcome, SystemResult

SLOW = """\
#include <stdio.h>
int main(int argc, char **argv) {
  volatile double sum = 0;
  for (int i = 0; i < 20000000 * argc; i++)
    sum += i;
  printf("%g\\n", sum);
  return 3;
}
"""


def outcome(name, own, other, **more):
    return Outcome(name, [SystemResult(OWN, own), SystemResult(OTHER, other)], **more)


def test_a_kernel_and_the_page(lexon, tmp_path):
    done = lexon("bench", "--c", "--only=jacobi-1d", "--quick", "--out=out")
    assert done.returncode == 0, done
    assert "jacobi-1d" in done.stdout and "geometric mean" in done.stdout and "gemm" not in done.stdout
    stored = json.loads((tmp_path / "out" / "c" / "rows" / "jacobi-1d.json").read_text())
    assert [len(system["times"]) for system in stored["systems"]] == [2, 2] and stored["machine"]["cpu"]
    page = lexon("bench", "--c", "--out=out", "--report=page")
    assert page.returncode == 0, page
    assert "| jacobi-1d |" in (tmp_path / "page" / "c.md").read_text()
    with (tmp_path / "page" / "c.csv").open() as file:
        (line,) = csv.DictReader(file)
    assert line["program"] == "jacobi-1d" and line["cpu"] and float(line["ratio"]) > 0
    least = [min(system["times"]) for system in stored["systems"]]
    assert float(line["ratio"]) == pytest.approx(least[1] / least[0], abs=0.006)
    assert float(line["clang_ms"]) == pytest.approx(1e3 * least[1], rel=0.01)


def test_users_program(lexon, tmp_path):
    (tmp_path / "slow.c").write_text(SLOW)
    (tmp_path / "short.c").write_text("int main(void) { return 0; }\n")
    done = lexon("bench", "--c", "slow.c", "--runs=1", "--out=out")
    assert done.returncode == 0 and "slow.c" in done.stdout, done
    short = lexon("bench", "--c", "short.c", "--out=out")
    assert short.returncode == 0 and "over in less than 20 ms: short.c" in short.stdout, short


def test_another_output_is_a_failure(lexon, tmp_path):
    # Clocks differ, so what the two print does: as if one compiler were wrong.
    text = SLOW.replace("sum)", "sum + clock())").replace("%g", "%.17g")
    (tmp_path / "random.c").write_text("#include <time.h>\n" + text)
    done = lexon("bench", "--c", "random.c", "--runs=2", "--out=out")
    assert done.returncode == 1 and "prints or ends otherwise" in done.stdout, done
    (tmp_path / "refused.c").write_text("int main(void) { return x; }\n")
    refused = lexon("bench", "--c", "refused.c", "--out=out")
    assert refused.returncode == 1 and "does not compile" in refused.stdout, refused
    assert "Traceback" not in refused.stderr


def test_times(tmp_path):
    """A program's own figure counts; of others the whole run; those that crash are no runs."""
    script = tmp_path / "program"
    script.write_text("#!/bin/sh\necho out; echo 'kernel: 0.250000 s' >&2; exit 4\n")
    script.chmod(0o755)
    found = run(script)
    assert not isinstance(found, str)
    assert (found.printed, found.exit_code, found.seconds) == (b"out\n", 4, 0.25)
    script.write_text("#!/bin/sh\nkill -SEGV $$\n")
    assert run(script) == "ended by signal 11"


def test_judgement():
    good = creport.Report({"a": outcome("a", [2.0, 1.0], [4.0, 5.0]), "b": outcome("b", [2.0], [1.0])})
    assert good.ratios == {"a": 4.0, "b": 0.5} and good.good
    assert good.summary() == ["geometric mean 1.41, least 0.50 (b), 1 of 2 below 1"]
    assert good.rows()[0] == ("a", "4000.00", "1000.00", "4.00")
    assert not creport.Report({"b": outcome("b", [2.0], [1.0])}).good
    failed = creport.Report({"a": outcome("a", [1.0], [4.0]), "c": outcome("c", [1.0], [2.0], problem="wrong")})
    assert not failed.good and failed.rows()[1] == ("c", "", "", "failed") and "c: wrong" in failed.summary()
    busy = creport.Report({"a": outcome("a", [1.0], [4.0], machine={"disturbed": 1.0})})
    assert "other programs used 1.00 CPUs" in busy.summary()[-1]


def test_known_programs(lexon, tmp_path):
    names = [program.name for program in known_programs()]
    assert len(names) == len(set(names)) and {"gemm", "adi", "transformer-large", "fourier"} <= set(names)
    listed = lexon("bench", "--c", "--list")
    assert listed.stdout.split() == names
    none = measure(Program("none", tmp_path / "none.c"), 1, lambda _: None)
    assert none.problem.startswith("lexon: does not compile")


def test_bad_input(lexon):
    for arguments, text in (
        (["--c", "none.c"], "no such file"),
        (["--c", "--only=gem"], "did you mean gemm"),
        (["--c", "--out=empty", "--report=page"], "has no results"),
    ):
        done = lexon("bench", *arguments)
        assert (done.returncode, text in done.stderr) == (1, True), done
