"""The RTL of a design as a board on the network: what PYNQ.remote asks of one, over gRPC.

A client sets PYNQ_REMOTE_DEVICES to this machine's address and uses pynq as if a board were there. The services and
their messages are pynq's own (pynq.remote, 3.1 and newer). Needs the extra `pynq`.
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from pynq.remote import buffer_pb2, buffer_pb2_grpc, mmio_pb2, mmio_pb2_grpc
from pynq.remote import remote_device_pb2 as device_pb2
from pynq.remote import remote_device_pb2_grpc as device_pb2_grpc

from ..core.errors import UserError
from .fabric import Fabric

PORT = 7967  # the one that pynq asks
_GPIO = "pynq.remote.gpio_pb2_grpc"
_CHUNK_BYTES = 1 << 20
_FPGA_MANAGER = "/sys/class/fpga_manager/fpga0"
_FIRMWARE = "/lib/firmware/"


class Board:
    """Files, registers and buffers of a board whose fabric takes one bitstream."""

    def __init__(self, bitstream: Path, board: str = "") -> None:
        self.bitstream, self.fabric, self.lock = bitstream, Fabric(), threading.Lock()
        self.files = {
            "/proc/version": b"Linux, aarch64, simulated by hlsgen",
            f"{_FPGA_MANAGER}/state": b"operating",
            f"{_FPGA_MANAGER}/flags": b"0",
            **({"/proc/device-tree/chosen/pynq_board": board.encode()} if board else {}),
        }

    def write_file(self, path: str, data: bytes) -> None:
        """Firmware is kept; its name for the FPGA manager loads the design. Raises a `UserError` for another one."""
        if path == f"{_FPGA_MANAGER}/firmware":
            name = data.decode(errors="replace")
            given = self.files.get(_FIRMWARE + name, b"")
            if not given or not self.bitstream.read_bytes().endswith(_words_swapped(given)):
                raise UserError(f"{name} is not the bitstream of this design", do=f"load {self.bitstream}")
            self.fabric.load(self.bitstream)
        self.files[path] = data


def _words_swapped(data: bytes) -> bytes:
    """pynq turns the 32-bit words of a .bit file round for the FPGA manager."""
    return b"".join(data[k : k + 4][::-1] for k in range(0, len(data), 4))


def serve(bitstream: Path, *, board: str = "", host: str = "127.0.0.1", port: int = PORT) -> tuple[grpc.Server, int]:
    """A running server, and its port (0 asks for a free one). Raises a `UserError` when the port is taken."""
    hardware = Board(bitstream, board)
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    device_pb2_grpc.add_RemoteDeviceServicer_to_server(_Files(hardware), server)
    mmio_pb2_grpc.add_MmioServicer_to_server(_Registers(hardware), server)
    buffer_pb2_grpc.add_RemoteBufferServicer_to_server(_Buffers(hardware), server)
    if importlib.util.find_spec(_GPIO):  # came with pynq 4.0
        pins = importlib.import_module(_GPIO)
        pins.add_GpioServicer_to_server(pins.GpioServicer(), server)
    try:
        taken = server.add_insecure_port(f"{host}:{port}")
    except RuntimeError as error:
        raise UserError(f"port {port} of {host} is not free", do="stop what uses it, or name another --port") from error
    server.start()
    return server, taken


class _Files(device_pb2_grpc.RemoteDeviceServicer):
    def __init__(self, board: Board) -> None:
        self.board = board

    def existsfile(self, request: Any, context: grpc.ServicerContext) -> Any:
        return device_pb2.ExistsFileResponse(exists=request.file_path in self.board.files)

    def readfile(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        if request.file_path not in self.board.files:
            context.abort(grpc.StatusCode.NOT_FOUND, f"there is no {request.file_path}")
        yield from (device_pb2.ReadFileResponse(data=part) for part in _parts(self.board.files[request.file_path]))

    def writefile(self, request_iterator: Iterator[Any], context: grpc.ServicerContext) -> Any:
        requests = list(request_iterator)
        if requests:
            with self.board.lock:
                try:
                    self.board.write_file(requests[0].file_path, b"".join(request.data for request in requests))
                except UserError as error:
                    context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return device_pb2.WriteFileResponse()

    def set_bitstream_attrs(self, request: Any, context: grpc.ServicerContext) -> Any:
        return device_pb2.SetBitstreamAttrsResponse(status=True)

    def set_pl_clk(self, request: Any, context: grpc.ServicerContext) -> Any:
        return device_pb2.SetPlClkResponse(status=True)

    def shutdown(self, request: Any, context: grpc.ServicerContext) -> Any:
        return device_pb2.ShutdownResponse(status=True)


class _Registers(mmio_pb2_grpc.MmioServicer):
    """Accesses that fail are answered with a message, which the client raises."""

    def __init__(self, board: Board) -> None:
        self.board = board

    def get_mmio(self, request: Any, context: grpc.ServicerContext) -> Any:
        return mmio_pb2.GetMmioResponse(status=True, mmio_id=str(request.base_addr))

    def read(self, request: Any, context: grpc.ServicerContext) -> Any:
        first = int(request.mmio_id) + request.offset
        try:
            with self.board.lock:
                words = [self.board.fabric.read(first + k) for k in range(0, max(4, request.length), 4)]
        except UserError as error:
            return mmio_pb2.ReadResponse(msg=str(error))
        if request.word_order == "big":
            words.reverse()
        value = sum(word << 32 * k for k, word in enumerate(words))
        return mmio_pb2.ReadResponse(status=True, data=value & (1 << 8 * request.length) - 1)

    def write(self, request: Any, context: grpc.ServicerContext) -> Any:
        first = int(request.mmio_id) + request.offset
        try:
            with self.board.lock:
                for k in range(0, len(request.data), 4):
                    self.board.fabric.write(first + k, int.from_bytes(request.data[k : k + 4], "little"))
        except UserError as error:
            return mmio_pb2.WriteResponse(msg=str(error))
        return mmio_pb2.WriteResponse(status=True)


class _Buffers(buffer_pb2_grpc.RemoteBufferServicer):
    """Each buffer has the processor's copy here and the design's in the fabric's memory; flush and invalidate copy."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.copies: dict[str, tuple[int, bytearray]] = {}
        self.names = itertools.count(1)

    def allocate(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self.board.lock:
            try:
                address, _ = self.board.fabric.device.allocate(request.size)
            except UserError as error:
                context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
            name = str(next(self.names))
            self.copies[name] = address, bytearray(request.size)
        return buffer_pb2.AllocateResponse(buffer_id=name)

    def write(self, request_iterator: Iterator[Any], context: grpc.ServicerContext) -> Any:
        at = 0
        for request in request_iterator:
            _, copy = self.copies[request.buffer_id]
            copy[at : at + len(request.data)] = request.data
            at += len(request.data)
        return buffer_pb2.BufferWriteResponse()

    def read(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        _, copy = self.copies[request.buffer_id]
        yield from (buffer_pb2.BufferReadResponse(data=part) for part in _parts(bytes(copy)))

    def flush(self, request: Any, context: grpc.ServicerContext) -> Any:
        address, copy = self.copies[request.buffer_id]
        with self.board.lock:
            self.board.fabric.memory.buffers[address][:] = memoryview(copy)
        return buffer_pb2.FlushResponse()

    def invalidate(self, request: Any, context: grpc.ServicerContext) -> Any:
        address, copy = self.copies[request.buffer_id]
        with self.board.lock:
            copy[:] = self.board.fabric.memory.buffers[address].tobytes()
        return buffer_pb2.InvalidateResponse()

    def freebuffer(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self.board.lock:
            address, _ = self.copies.pop(request.buffer_id, (0, None))
            self.board.fabric.device.free(address)
        return buffer_pb2.FreeBufferResponse()

    def physical_address(self, request: Any, context: grpc.ServicerContext) -> Any:
        return buffer_pb2.AddressResponse(address=self.copies[request.buffer_id][0])

    def virtual_address(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self.physical_address(request, context)

    def cacheable(self, request: Any, context: grpc.ServicerContext) -> Any:
        return buffer_pb2.CacheableResponse(cacheable=True)


def _parts(data: bytes) -> Iterator[bytes]:
    yield from (data[k : k + _CHUNK_BYTES] for k in range(0, len(data), _CHUNK_BYTES))
