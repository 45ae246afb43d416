"""What commands that make a page have in common: where it goes, and the same as JSON."""

from __future__ import annotations

import argparse
import json
from typing import Any

from hlsgen.core.atomic import disk_errors, write_text


def show_page(arguments: argparse.Namespace, page: str, found: dict[str, Any]) -> None:
    """Write `page` to the file of --out and print its path, or print the page; with --json print `found` instead."""
    if arguments.out:
        with disk_errors(arguments.out):
            arguments.out.parent.mkdir(parents=True, exist_ok=True)
        write_text(arguments.out, page)
    print(json.dumps(found, indent=2) if arguments.json else arguments.out or page)
