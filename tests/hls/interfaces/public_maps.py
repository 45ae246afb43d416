"""Register maps of public designs, as Vitis HLS printed them in their driver headers: the rule has to give these.

Each line of a map: name, bits, direction (in, out, inout, return) or the depth of an array, then every offset that the
header gives: data words, then the valid register; for both directions those read, those written, the valid register.
The arguments stand in the order of C as far as it is public ("transform": an order that explains it). From headers of
Vitis HLS 2020.1 to 2025.2, with 32 bits of AXI4-Lite data.
"""

MAPS: dict[str, list[tuple]] = {
    "three pointers and a count": [
        ("a", 64, "in", 0x10, 0x14), ("b", 64, "in", 0x1C, 0x20), ("c", 64, "in", 0x28, 0x2C), ("n", 32, "in", 0x34),
    ],
    "three pointers and a wide count": [
        ("a", 64, "in", 0x10, 0x14), ("b", 64, "in", 0x1C, 0x20), ("c", 64, "in", 0x28, 0x2C),
        ("n", 64, "in", 0x34, 0x38),
    ],
    "matrix product": [
        ("m1", 64, "in", 0x10, 0x14), ("m2", 64, "in", 0x1C, 0x20), ("m3", 64, "in", 0x28, 0x2C),
        ("N1", 32, "in", 0x34), ("N2", 32, "in", 0x3C), ("N3", 32, "in", 0x44),
    ],
    "matrix product, longer names": [
        ("A_input", 64, "in", 0x10, 0x14), ("B_input", 64, "in", 0x1C, 0x20), ("C_output", 64, "in", 0x28, 0x2C),
        ("A_rows", 32, "in", 0x34), ("B_rows", 32, "in", 0x3C),
    ],
    "three pointers": [("A", 64, "in", 0x10, 0x14), ("L", 64, "in", 0x1C, 0x20), ("U", 64, "in", 0x28, 0x2C)],
    "sparse matrix": [
        ("size", 32, "in", 0x10), ("xval", 64, "in", 0x18, 0x1C), ("xcols", 64, "in", 0x24, 0x28),
        ("xrowDelimiters", 64, "in", 0x30, 0x34), ("xvec", 64, "in", 0x3C, 0x40),
    ],
    "convolution": [
        ("ptr_data", 64, "in", 0x10, 0x14), ("H", 32, "in", 0x1C), ("W", 32, "in", 0x24), ("rows", 32, "in", 0x2C),
        ("I", 32, "in", 0x34), ("O", 32, "in", 0x3C), ("I_ITER", 32, "in", 0x44), ("o_iter_first", 32, "in", 0x4C),
        ("o_iter_last", 32, "in", 0x54),
    ],
    "image sizes": [
        ("in_rows", 32, "in", 0x10), ("in_cols", 32, "in", 0x18), ("out_rows", 32, "in", 0x20),
        ("out_cols", 32, "in", 0x28),
    ],
    "message": [("Message", 64, "in", 0x10, 0x14), ("PEControl", 32, "in", 0x1C)],
    "short scalars and an output": [
        ("seed", 32, "in", 0x10), ("variant", 3, "in", 0x18), ("checksum", 32, "out", 0x20, 0x24),
    ],
    "statistics": [
        ("width_img", 32, "in", 0x10), ("base_addr", 32, "in", 0x18), ("statistics", 32, "out", 0x20, 0x24),
    ],
    "overload": [
        ("iCurrentRange", 32, "in", 0x10), ("iOverloadCount", 32, "out", 0x18, 0x1C), ("next", 32, "in", 0x28),
    ],
    "two outputs, many inputs": [
        ("y_add", 8, "out", 0x10, 0x14), ("y_sqrt", 8, "out", 0x20, 0x24),
        *((f"x_{k}", 8, "in", 0x30 + 8 * k) for k in range(32)),
    ],
    "processor": [
        ("ip_num", 32, "in", 0x10), ("start_pc", 32, "in", 0x18), ("ip_code_ram", 32, 8192, 0x8000),
        ("data_ram", 64, "in", 0x20, 0x24), ("nb_instruction", 32, "out", 0x2C, 0x30),
        ("nb_cycle", 32, "out", 0x3C, 0x40),
    ],
    "three small arrays": [("a", 32, 10, 0x40), ("b", 32, 10, 0x80), ("result", 32, 10, 0xC0)],
    "inference": [("ap_return", 32, "return", 0x10), ("in_r", 32, 1200, 0x2000)],
    "inference with a reference": [("Data_In", 32, 768, 0x1000), ("Pred_out", 32, "out", 0x10, 0x14)],
    "halves": [
        ("no_of_vectors", 32, "in", 0x10), ("row_size", 32, "in", 0x18), ("col_size", 32, "in", 0x20),
        *((f"A_{k}", 16, 1024, 0x800 * (k + 1)) for k in range(4)),
    ],
    "partitioned": [
        ("C", 32, "out", 0x10, 0x14), *((f"A_{k}", 32, 64, 0x100 * (k + 1)) for k in range(13)),
    ],
    "partitioned, small": [(f"A_{k}", 32, 16, 0x40 * (k + 1)) for k in range(12)],
    "graph": [
        ("nodes", 128, 256, 0x1000), ("edges", 64, 4096, 0x8000), ("starting_node", 64, "in", 0x10, 0x14),
        ("level", 8, 256, 0x100), ("level_counts", 64, 10, 0x80),
    ],
    "transform": [
        ("DataIn", 32, 4096, 0x4000), ("NTTTwiddleIn", 32, 2048, 0x2000), ("INTTTwiddleIn", 32, 2048, 0x8000),
        ("RAMSel", 32, "in", 0x10), ("OP", 32, "in", 0x18), ("ModIndex", 32, "in", 0x20),
    ],
    "one array of halves": [("input_r", 16, 43, 0x80)],
}  # fmt: skip
