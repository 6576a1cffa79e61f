# RUN: rm -rf %t && mkdir -p %t
# RUN: %python %s %t
"""run_all.py counts what the suites report; nothing that breaks counts as passed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import run_all
from run_all import Results, Setting

scratch = Path(sys.argv[1])


def settled(known: set[str], suites: tuple[str, ...] = ("lit", "unit")) -> Results:
    results = Results({"lit:good"}, {"lit:bad"}, {"lit:absent"})
    run_all.settle(results, frozenset(known), list(suites))
    return results


def expect(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        sys.exit(f"{what}: expected {wanted}, found {found}")


# A known failure that fails is skipped; one that passes, or that no test answers to, is a failure.
expect(settled(set()), Results({"lit:good"}, {"lit:bad"}, {"lit:absent"}), "no known failures")
expect(settled({"lit:bad"}), Results({"lit:good"}, set(), {"lit:bad", "lit:absent"}), "a known failure")
expect(settled({"lit:good"}).failed, {"lit:good", "lit:bad"}, "a known failure that passes")
expect(settled({"lit:gone"}).failed, {"lit:gone", "lit:bad"}, "a known failure without a test")
expect(settled({"python:other"}).failed, {"lit:bad"}, "a known failure of a suite that did not run")
expect(settled({"lit:absent"}).skipped, {"lit:absent"}, "a known failure that was skipped")


def fake(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(0o755)


# Suites that die before they write a result are failures.
setting = Setting(scratch, scratch, 1, False, frozenset(), scratch / "results")
setting.scratch.mkdir()
fake(scratch / "bin" / "python", "kill -9 $$\n")
fake(scratch / "bin" / "lit", "exit 2\n")
fake(scratch / "bin" / "some-unit-tests", "kill -11 $$\n")
for name, suite in run_all.SUITES.items():
    results = suite(setting)
    expect((len(results.passed), len(results.failed)), (0, 1), f"a broken {name}")

# What googletest and pytest write.
gtest = (
    '{"testsuites": [{"testsuite": [{"classname": "S", "name": "good", "status": "RUN", "result": "COMPLETED"},'
    '{"classname": "S", "name": "bad", "status": "RUN", "result": "COMPLETED", "failures": [{"failure": "x"}]},'
    '{"classname": "S", "name": "off", "status": "NOTRUN", "result": "SUPPRESSED"}]}]}'
)
fake(scratch / "bin" / "some-unit-tests", f"cat > \"${{3#--gtest_output=json:}}\" <<'END'\n{gtest}\nEND\nexit 1\n")
expect(run_all.run_unit(setting), Results({"unit:S.good"}, {"unit:S.bad"}, {"unit:S.off"}), "googletest")
pytest = (
    '<testsuites><testsuite><testcase classname="test.Meta.runner" name="good"/>'
    '<testcase classname="test.Meta.runner.TestX" name="bad"><failure/></testcase>'
    '<testcase classname="test.Meta.runner" name="off"><skipped/></testcase>'
    '<testcase classname="" name="test.Meta.passes"><skipped/></testcase>'
    '<testcase classname="test.Meta.runner" name="torn"/>'
    '<testcase classname="test.Meta.runner" name="torn"><error/></testcase></testsuite></testsuites>'
)
fake(scratch / "bin" / "python", f"cat > {setting.scratch}/pytest.xml <<'END'\n{pytest}\nEND\nexit 1\n")
here = "python:test/Meta/runner.py::"
skipped = {here + "off", "python:test/Meta/passes.py"}
wanted = Results({here + "good"}, {here + "TestX::bad", here + "torn"}, skipped)
expect(run_all.run_python(setting), wanted, "pytest")
