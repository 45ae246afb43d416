"""The child side of `yosys`: run a script through pyosys. Run as `python -m hlsgen.synth.worker LOG`.

The script comes as JSON on standard input; the label of each step is printed when it begins.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> int:
    script = json.load(sys.stdin)
    # Yosys prints from C++ to the file descriptors themselves, so those are turned to the log.
    with os.fdopen(os.dup(1), "w", buffering=1) as progress, open(sys.argv[1], "w", encoding="utf-8") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        # Imported late: the library must find its output already redirected.
        from pyosys import libyosys

        design = libyosys.Design()
        for label, commands in script:
            progress.write(label + "\n")
            for command in commands:
                design.run_pass(command)
    return 0


if __name__ == "__main__":
    sys.exit(main())
