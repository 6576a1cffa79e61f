# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command line: one module per subcommand, registered here."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lexon import LexonError, __version__
from lexon.cli import bench, c, doctor, run, tune, verify
from lexon.cli import compile as compile_command
from lexon.cli import import_model as import_command
from lexon.cli.console import print_error

app = typer.Typer(
    name="lexon",
    help="Ahead-of-time compiler for PyTorch models, MLIR programs and C.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("import")(import_command.import_)
app.command("compile")(compile_command.compile_)
app.command("run")(run.run)
app.command("verify")(verify.verify)
app.command("tune")(tune.tune)
app.command("bench")(bench.bench)
for name, command in c.COMMANDS.items():  # for the list; `main` in __init__.py starts them
    app.command(name, context_settings={"ignore_unknown_options": True}, add_help_option=False)(command)
app.command("doctor")(doctor.doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lexon {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Runs any command; exit codes as of `lexon.cli.main`."""
    from lexon.compiler.driver import interrupts_as_exceptions

    try:
        with interrupts_as_exceptions():
            app()
    except LexonError as error:
        print_error(error)
        sys.exit(1)
    except OSError as error:  # a full disk, a folder that vanished: the user's world, not a defect
        print_error(LexonError(error.strerror or str(error), place=error.filename and str(error.filename)))
        sys.exit(1)

