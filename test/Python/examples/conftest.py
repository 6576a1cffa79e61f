# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the tests of the examples share: importing, linking and building an example as its user would."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lexon import paths
from lexon.compiler.build import CompileOptions, build_file

ROOT = Path(__file__).resolve().parents[3]
Completed = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Example:
    """One folder of examples/, and a place for what is made once for all tests of a file."""

    name: str
    scratch: Path

    @property
    def folder(self) -> Path:
        return ROOT / "examples" / self.name

    def run(self, *command: object) -> Completed:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "python"), "NO_COLOR": "1"}
        words = [str(word) for word in command]
        return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=280, check=False)

    def succeed(self, *command: object) -> str:
        """Runs a command that must not fail; returns its standard output."""
        result = self.run(*command)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def fail(self, *command: object) -> str:
        """Runs a command that must fail without a crash; returns all that it printed."""
        result = self.run(*command)
        assert result.returncode > 0, result.stdout + result.stderr
        assert "Traceback" not in result.stderr
        return result.stdout + result.stderr

    def import_(self, out: Path, *options: object, scripts: Path | None = None) -> Path:
        """Runs the import script in `scripts` (default: the example's own); returns the folder of its files."""
        script = (scripts or self.folder) / f"import-{self.name}.py"
        self.succeed(sys.executable, script, *options, "--output-dir", out)
        return out

    def make(self, out: Path, *options: object, scripts: Path | None = None, matmul: str = "vector") -> Path:
        """Imports the model and links its runner beside it; returns the folder."""
        self.import_(out, *options, scripts=scripts)
        library = paths.build_dir() / "lib"
        links = [f"--link={library / name}" for name in ("libLexonRuntime.a", "libLexonTargetInfo.a")]
        compiled = CompileOptions(threads=2, matmul=matmul)
        objects = [
            build_file([out / f"{module}.mlir"], out / f"{module}.o", "obj", compiled)
            for module in ("forward", "subgraph0")
        ]
        command = [paths.tool("lexon-translate"), *objects, self._runner(), "--emit=exe", *links, "--link=-lstdc++"]
        self.succeed(*command, "-o", out / "runner")
        return out

    def configured(self, build: Path, **options: object) -> Completed:
        """Sets up a build of this example with the tools under test."""
        settings = {
            "CMAKE_BUILD_TYPE": "Release",
            "LEXON_BUILD_TESTS": "OFF",
            f"LEXON_{self.name.upper()}_EXAMPLES": "ON",
            "LEXON_PYTHON": sys.executable,
            "LEXON_TOOLS_DIR": paths.build_dir() / "bin",
            **options,
        }
        flags = [f"-D{name}={value}" for name, value in settings.items()]
        return self.run("cmake", "-G", "Ninja", "-S", ROOT, "-B", build, *flags)

    def configure(self, build: Path, **options: object) -> Path:
        """As `configured`, which must not fail; returns where the files go."""
        result = self.configured(build, **options)
        assert result.returncode == 0, result.stdout + result.stderr
        return build / "examples" / self.name

    def target(self, build: Path, *names: str) -> Completed:
        return self.run("cmake", "--build", build, "-j2", "--target", *names)

    def nothing_to_do(self, build: Path, name: str) -> bool:
        return "no work to do" in self.target(build, name).stdout

    def _runner(self) -> Path:
        """NAME_runner.cpp, compiled once."""
        out = self.scratch / "runner.o"
        if not out.exists():
            source = self.folder / f"{self.name}_runner.cpp"
            includes = (f"-I{ROOT / 'include'}", f"-I{paths.build_dir() / 'include'}")
            self.succeed("c++", "-std=c++17", "-O1", *includes, "-c", source, "-o", out)
        return out


@pytest.fixture(scope="module")
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Example:
    """The example that the test file is named after: test_NAME.py."""
    return Example(request.path.stem.removeprefix("test_"), tmp_path_factory.mktemp("runner"))
