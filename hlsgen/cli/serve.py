"""`hlsgen serve PROJECT`: the RTL of a project as a board on the network, for PYNQ.remote."""

from __future__ import annotations

import argparse
import importlib
import importlib.util

from hlsgen.core.atomic import read_json
from hlsgen.core.errors import UserError
from hlsgen.device.fabric import simulated_bitstream


def run(arguments: argparse.Namespace) -> int:
    overlay = arguments.project / "overlay"
    described = [path for path in sorted(overlay.glob("*.json")) if (overlay / f"{path.stem}.py").is_file()]
    if not described:
        raise UserError(
            "there is no overlay with a driver here",
            where=str(arguments.project),
            do="name a folder that `hlsgen project DESIGN --board BOARD` has written",
        )
    data = read_json(described[0])
    if isinstance(data, dict) and "handoff" not in data:
        raise UserError(
            "PYNQ.remote has no cards like the one that this project is for",
            where=str(arguments.project),
            do=f"HLSGEN_DEVICE=rtl python {described[0].stem}.py in its overlay/ runs it here",
        )
    if importlib.util.find_spec("pynq") is None:
        raise UserError("pynq is not installed", do="pip install 'hlsgen[pynq]', in an environment of its own")
    device = importlib.import_module("hlsgen.device.server")
    bitstream = simulated_bitstream(overlay / data["handoff"], overlay / data["rtl"], overlay / "simulated")
    server, port = device.serve(bitstream, board=data["pynq_board"], host=arguments.host, port=arguments.port)
    print(f"{data['name']} on port {port} of {arguments.host}; Ctrl-C ends it. A client, in {overlay}:")
    print(f"  PYNQ_REMOTE_DEVICES={arguments.host} python -c 'from {data['name']} import load; print(load().state())'")
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        server.stop(grace=None)
    return 0
