# Part of Lexon, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command `lexon`. Subcommands are registered in `app.py`.

Those for C take a compiler's command line, and are started as often as a compiler is: they go to their tool before
anything is imported that the others need (typer alone takes longer than compiling a small file).
"""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line: exit code 0 if all is well, 1 after an error, 2 after a wrong command line."""
    from lexon.cli import c

    if len(sys.argv) > 1 and sys.argv[1] in c.COMMANDS:
        c.start(sys.argv[1], sys.argv[2:])
    from lexon.cli import app

    app.main()


if __name__ == "__main__":
    main()
