"""Fails when the kernel's clock in an image is slower than asked: v++ lowers it where timing is not met.

Usage: check_clock.py INFO PERIOD_NS   (INFO: what `xclbinutil --info` wrote)
"""

import re
import sys


def kernel_clock_mhz(text):
    """The frequency of the data clock, in MHz; None when the text tells of none."""
    for block in re.split(r"\n\s*\n", text):
        found = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in block.splitlines())}
        if found.get("Type") == "DATA" and found.get("Frequency", "").endswith("MHz"):
            return float(found["Frequency"].removesuffix("MHz"))
    return None


def main(path, period_ns):
    with open(path, encoding="utf-8") as file:
        mhz = kernel_clock_mhz(file.read())
    asked = 1000 / float(period_ns)
    if mhz is None:
        return f"{path}: no clock of type DATA"
    # Frequencies in images are whole numbers of MHz.
    if mhz + 1 <= asked:
        return f"timing is not met: {mhz:g} MHz instead of {asked:g}; make the project again with a longer --clock"
    print(f"clock: {mhz:g} MHz, {asked:g} asked")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
