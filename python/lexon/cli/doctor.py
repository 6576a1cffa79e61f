# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`lexon doctor`: is everything there, and does it work?"""

from __future__ import annotations

from typing import Annotated

import typer


def doctor(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show what is installed and what the CPU offers, and test a small program. Exits with 1 if something is wrong."""
    from lexon.cli.console import output, progress
    from lexon.doctor import examine, healthy

    with progress("doctor"):
        checks = examine()
    if json:
        import dataclasses
        import json as format_json

        document = {"healthy": healthy(checks), "checks": [dataclasses.asdict(check) for check in checks]}
        typer.echo(format_json.dumps(document, indent=2))
    else:
        from rich.table import Table

        table = Table(box=None, show_header=False, pad_edge=False)
        for check in checks:
            mark = "[green]ok[/]" if check.ok else "[bold red]missing[/]" if check.needed else "[yellow]absent[/]"
            table.add_row(mark, check.name, check.detail)
            if not check.ok and check.advice:
                table.add_row("", "", f"what to do: {check.advice}", style="bold")
        output().print(table)
    raise typer.Exit(0 if healthy(checks) else 1)
