"""Compares the .hwh that Vivado wrote with the one that hlsgen expected: what drivers were written and tried against.

Usage: check_handoff.py EXPECTED VIVADO   (exit status 1 when a block, an address or a register differs)
"""

import sys
from xml.etree import ElementTree


def facts(path):
    """(block, what) -> value: the type, addresses and registers of each block that the processor reaches."""
    found = {}
    modules = list(ElementTree.parse(path).getroot().iter("MODULE"))
    reached = set()
    for module in modules:
        for place in module.iter("MEMRANGE"):
            # Memory and what masters in the logic see is the business of Vivado.
            if place.get("MEMTYPE") == "REGISTER" and "/" not in place.get("INSTANCE", "/"):
                block = place.get("INSTANCE")
                reached.add(block)
                at = f"address of {place.get('SLAVEBUSINTERFACE')}"
                found[block, at] = tuple(int(place.get(end), 16) for end in ("BASEVALUE", "HIGHVALUE"))
    for module in modules:
        block = module.get("INSTANCE")
        if block not in reached:
            continue
        vendor, library, name, version = module.get("VLNV").split(":")
        # Other people's blocks come in the version that this Vivado has.
        found[block, "type"] = ":".join((vendor, library, name, *([version] if vendor == "hlsgen" else [])))
        for registers in module.iter("ADDRESSBLOCK"):
            for register in registers.iter("REGISTER") if vendor == "hlsgen" else ():
                values = {part.get("NAME"): part.get("VALUE") for part in register.findall("PROPERTY")}
                found[block, f"register {register.get('NAME')}"] = int(values["ADDRESS_OFFSET"], 0)
    return found


def main(expected_path, made_path):
    expected, made = facts(expected_path), facts(made_path)
    differences = [
        f"{block}: {what}: {made.get((block, what), 'absent')} in {made_path}, {value} expected"
        for (block, what), value in expected.items()
        if made.get((block, what)) != value
    ]
    print("\n".join(differences) or f"{made_path}: {len(expected)} facts as expected")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
