"""Names from models and files are data: checked once, here, before they reach C++, Verilog, Tcl or a shell."""

from __future__ import annotations

import re

from .errors import Place, UserError

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}\Z")
RESERVED = frozenset(
    """alignas alignof always and asm assign auto automatic begin bit bool break buf byte case catch cell char class
    compl const constexpr continue deassign decltype default defparam delete design disable do double edge else end
    endcase endfunction endmodule enum event explicit export extern false final float for force forever fork friend
    function generate genvar goto if import in include initial inline inout input int integer interface join large
    library localparam logic long module mutable namespace nand negedge new noexcept nor not null nullptr operator or
    output packed parameter posedge private program protected public pulldown pullup pure real ref reg register
    release repeat return scalared short signed sizeof small specify static std strength string struct supply super
    switch table task template this thread_local throw time tri true try type typedef typeid typename union
    unsigned using vectored virtual void volatile wait wand wchar_t while wire wor xnor xor hls""".split()
)


def check_identifier(name: str, kind: str, where: Place | str = "") -> str:
    """`name` itself when it is a plain identifier in C++, Verilog and Tcl alike; a `UserError` otherwise."""
    if not isinstance(name, str) or not _IDENTIFIER.match(name):
        raise UserError(
            f"{kind} name {name!r} is not an identifier",
            where=where,
            do="use a letter, then letters, digits or underscores, at most 64",
        )
    if name in RESERVED or "__" in name:
        raise UserError(f"{kind} name {name!r} is reserved in C++ or Verilog", where=where, do="choose another name")
    return name
