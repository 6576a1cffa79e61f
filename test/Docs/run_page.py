# ===- run_page.py - runs the commands of a documentation page ---------------===#
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
#
# The `sh` blocks of a page run one after another in one shell, in a folder that looks like the source folder. What a
# block prints must be the `text` block behind it, in which `...` stands for any text.
#
# ===-----------------------------------------------------------------------===#
"""run_page.py SOURCE PAGE FOLDER"""

import re
import subprocess
import sys
from pathlib import Path

source, page, folder = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
blocks = re.findall(r"^```(sh|text)\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
commands = [text for kind, text in blocks if kind == "sh"]
if not commands:
    sys.exit(f"{page}: no commands")
for name in ("docs", "examples", "test"):
    (folder / name).symlink_to(source / name)

MARK = "\n== end of block ==\n"
script = "".join(f"{command}printf '{MARK}'\n" for command in commands)
done = subprocess.run(
    ["sh"], input=script, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
)
printed = iter(done.stdout.split(MARK))
wrong = 0
output = ""
for kind, text in blocks:
    if kind == "sh":
        output = next(printed, "")
        continue
    pattern = r".*?".join(map(re.escape, text.strip().split("...")))
    if not re.fullmatch(pattern, output.strip(), re.DOTALL):
        wrong += 1
        print(f"{page}: expected\n{text}\n--- but the command printed\n{output}")
print(f"{page}: {len(commands)} commands, {wrong} outputs differ")
sys.exit(1 if wrong else 0)
