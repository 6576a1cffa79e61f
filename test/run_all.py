#!/usr/bin/env python3
# ===- run_all.py - run every test suite and count --------------------------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# Runs lit, googletest and pytest, reads their own result files, and ends with one line: `N passed, N failed[, N
# skipped]`. A suite that breaks before it writes results counts as a failure, and so does a known failure that passes.
#
# ===-----------------------------------------------------------------------===#
"""Run all of Lexon's tests."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEST_SECONDS = 300  # one test
MAX_KNOWN_FAILURES = 50
LIT_PASSED = {"PASS", "FLAKYPASS", "FIXED"}
LIT_SKIPPED = {"UNSUPPORTED", "SKIPPED"}


@dataclass
class Results:
    """Names of tests, as `suite:name`."""

    passed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)

    def add(self, name: str, outcome: str) -> None:
        """`outcome` is the name of one of the three sets."""
        getattr(self, outcome).add(name)

    def update(self, other: Results) -> None:
        self.passed |= other.passed
        self.failed |= other.failed
        self.skipped |= other.skipped


@dataclass(frozen=True)
class Setting:
    build: Path
    venv: Path
    jobs: int
    nightly: bool
    known: frozenset[str]
    scratch: Path


def known_failures() -> frozenset[str]:
    lines = (ROOT / "test" / "known-failures.txt").read_text().splitlines()
    entries = [line.split("|") for line in lines if line.strip() and not line.startswith("#")]
    for entry in entries:
        if len(entry) != 3 or not all(part.strip() for part in entry):
            sys.exit(f"test/known-failures.txt: expected TEST | REASON | ISSUE, found '{'|'.join(entry)}'")
    if len(entries) > MAX_KNOWN_FAILURES:
        sys.exit(f"test/known-failures.txt: {len(entries)} entries; {MAX_KNOWN_FAILURES} are allowed")
    return frozenset(entry[0].strip() for entry in entries)


def run(command: list[str | Path], **environment: str) -> int:
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode


def run_lit(setting: Setting) -> Results:
    report = setting.scratch / "lit.json"
    command = [setting.venv / "bin" / "lit", "-sv", "--output", report, "-j", str(setting.jobs)]
    command += ["--timeout", str(TEST_SECONDS), "--param", f"venv={setting.venv}"]
    if setting.nightly:
        command += ["--param", "nightly=1"]
    expected = [name.removeprefix("lit:") for name in setting.known if name.startswith("lit:")]
    if expected:
        command += ["--xfail", ";".join(expected)]
    code = run([*command, setting.build / "test"])
    results = Results()
    tests = json.loads(report.read_text())["tests"] if report.exists() else []
    for test in tests:
        name = "lit:" + test["name"].split(" :: ", 1)[1]
        outcome = test["code"]
        if outcome == "EXCLUDED":
            continue
        if outcome == "XFAIL":  # settle() decides what a known failure counts as
            results.add(name, "failed" if name in setting.known else "passed")
        elif outcome == "XPASS" and name in setting.known:
            results.add(name, "passed")
        else:
            results.add(name, "passed" if outcome in LIT_PASSED else "skipped" if outcome in LIT_SKIPPED else "failed")
    if code and not results.failed and not results.passed & setting.known:  # the latter: XPASS, settled later
        results.add(f"lit:(ended with {code})", "failed")
    return results


def run_unit(setting: Setting) -> Results:
    results = Results()
    sources = list((ROOT / "test" / "Unit").rglob("*.cpp"))
    binaries = sorted((setting.build / "bin").glob("*-unit-tests"))
    if sources and not binaries:
        results.add("unit:(not built)", "failed")
    for binary in binaries:
        report = setting.scratch / f"{binary.name}.json"
        code = run([binary, "--gtest_brief=1", "--gtest_color=no", f"--gtest_output=json:{report}"])
        suites = json.loads(report.read_text())["testsuites"] if report.exists() else []
        tests = [test for suite in suites for test in suite["testsuite"]]
        for test in tests:
            ran = test["status"] == "RUN" and test["result"] != "SKIPPED"
            outcome = "failed" if test.get("failures") else "passed" if ran else "skipped"
            results.add(f"unit:{test['classname']}.{test['name']}", outcome)
        if code and not any(test.get("failures") for test in tests):
            results.add(f"unit:{binary.name} (ended with {code})", "failed")
    return results


def run_python(setting: Setting) -> Results:
    report = setting.scratch / "pytest.xml"
    command: list[str | Path] = [setting.venv / "bin" / "python", "-m", "pytest", "test/Python", "-q", "--color=no"]
    command += [f"--junit-xml={report}", "-o", f"cache_dir={setting.build / 'test' / 'pytest-cache'}"]
    command += [f"--timeout={TEST_SECONDS}", "--tb=short"]
    if setting.jobs > 1:  # a file's tests share what its fixtures build, so a file stays in one process
        command += ["-n", str(setting.jobs), "--dist", "loadfile"]
    if not setting.nightly:
        command += ["-m", "not nightly"]
    path = os.pathsep.join([str(setting.build / "bin"), str(setting.venv / "bin"), os.environ["PATH"]])
    code = run(command, PATH=path, LEXON_BUILD_DIR=str(setting.build))
    results = Results()
    cases = ElementTree.parse(report).iter("testcase") if report.exists() else []
    for case in cases:
        broken = case.find("failure") is not None or case.find("error") is not None
        outcome = "failed" if broken else "skipped" if case.find("skipped") is not None else "passed"
        results.add("python:" + case_name(case), outcome)
    results.passed -= results.failed  # a test that passes and whose teardown fails is reported twice
    if code not in (0, 5) and not results.failed:
        results.add(f"python:(ended with {code})", "failed")
    return results


def case_name(case: ElementTree.Element) -> str:
    """pytest's node id: junit gives `test.Python.cli.test_x.TestClass` and a name, or a module as the name alone."""
    name = case.get("name") or "?"
    parts, rest = ((case.get("classname") or "").split("."), [name]) if case.get("classname") else (name.split("."), [])
    for length in range(len(parts), 0, -1):
        path = Path(*parts[:length]).with_suffix(".py")
        if (ROOT / path).exists():
            return "::".join([str(path), *parts[length:], *rest])
    return ".".join([*parts, *rest])


SUITES: dict[str, Callable[[Setting], Results]] = {"lit": run_lit, "unit": run_unit, "python": run_python}


def settle(results: Results, known: frozenset[str], suites: list[str]) -> list[str]:
    """Applies the known failures to `results`; returns what to say about them."""
    messages = []
    for name in sorted(known):
        if name.split(":", 1)[0] not in suites or name in results.skipped:
            continue
        if name in results.failed:
            results.failed.discard(name)
            results.skipped.add(name)
            continue
        messages.append(f"known failure {'passes' if name in results.passed else 'does not exist'}: {name}")
        results.passed.discard(name)
        results.failed.add(name)
    return messages


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="build folder")
    parser.add_argument("--venv", type=Path, help="virtual environment (default: BUILD/venv)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="tests to run at the same time")
    parser.add_argument("--nightly", action="store_true", help="run the slow tests too")
    parser.add_argument("--suite", action="append", choices=list(SUITES), help="run only this suite (may be repeated)")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    # A shell's background job ignores Ctrl-C, and so would every process of the tests, also those that test it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    build = arguments.build.absolute()
    venv = (arguments.venv or build / "venv").absolute()
    suites = arguments.suite or list(SUITES)
    known = known_failures()
    results = Results()
    with tempfile.TemporaryDirectory(prefix="lexon-test-") as scratch:
        setting = Setting(build, venv, max(1, arguments.jobs), arguments.nightly, known, Path(scratch))
        for name in suites:
            print(f"== {name}", flush=True)
            start = time.monotonic()
            results.update(SUITES[name](setting))
            print(f"== {name}: {time.monotonic() - start:.0f} s", flush=True)
    messages = settle(results, known, suites)
    for message in messages:
        print(message)
    for name in sorted(results.failed):
        print(f"failed: {name}")
    counts = f"{len(results.passed)} passed, {len(results.failed)} failed"
    print(counts + (f", {len(results.skipped)} skipped" if results.skipped else ""), flush=True)
    return 0 if results.passed and not results.failed else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
