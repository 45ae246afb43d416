"""The parser of printed LLVM IR, one construct at a time."""

from __future__ import annotations

import pytest

from hlsgen.core.errors import Place, UserError
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.layout import field_offsets, inside, leaves, size_bytes
from hlsgen.hls.llvm.parse import parse_module, source_name

I8, I18, I32, PTR = ir.IntType(8), ir.IntType(18), ir.IntType(32), ir.PtrType()


def body(lines: str, head: str = "define void @f(ptr %p, i18 %x)", rest: str = "") -> list[ir.Instruction]:
    module = parse_module(f"{rest}\n{head} {{\nentry:\n  {lines}\n  ret void\n}}\n").module
    return list(module.functions["f"].blocks[0].instructions[:-1])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("%a = add nuw nsw i18 %x, -3", ir.Instruction(
            "add", "a", I18, (ir.Local("x", I18), ir.Const(I18, -3)), flags=frozenset(("nuw", "nsw")))),
        ("%a = or disjoint i18 %x, 1, !dbg !4", ir.Instruction(
            "or", "a", I18, (ir.Local("x", I18), ir.Const(I18, 1)), flags=frozenset(("disjoint",)))),
        ("%a = trunc nuw i18 %x to i8", ir.Instruction(
            "trunc", "a", I8, (ir.Local("x", I18),), flags=frozenset(("nuw",)))),
        ("%a = icmp samesign ult i18 %x, 131071", ir.Instruction(
            "icmp", "a", ir.IntType(1), (ir.Local("x", I18), ir.Const(I18, 131071)), "ult", frozenset(("samesign",)))),
        ("%a = select i1 true, i18 %x, i18 poison", ir.Instruction(
            "select", "a", I18, (ir.Const(ir.IntType(1), -1), ir.Local("x", I18), ir.Undef(I18)))),
        ("%a = load volatile i32, ptr %p, align 4", ir.Instruction(
            "load", "a", I32, (ir.Local("p", PTR),), flags=frozenset(("volatile",)), source_type=I32)),
        ("store i8 255, ptr %p, align 1", ir.Instruction(
            "store", None, ir.VoidType(), (ir.Const(I8, -1), ir.Local("p", PTR)), source_type=I8)),
        ('%"a b" = alloca [2 x { i8, <{ i32 }> }], align 16', ir.Instruction(
            "alloca", "a b", PTR,
            source_type=ir.ArrayType(2, ir.StructType((I8, ir.StructType((I32,), True)))))),
        ("%a = getelementptr inbounds nuw %struct.s, ptr %p, i64 0, i32 1", ir.Instruction(
            "getelementptr", "a", PTR,
            (ir.Local("p", PTR), ir.Const(ir.IntType(64), 0), ir.Const(I32, 1)),
            flags=frozenset(("inbounds", "nuw")), source_type=ir.StructType((I8, I32)))),
        ("%a = tail call noundef range(i18 0, 9) i18 @llvm.smax.i18(i18 noundef %x, i18 0) #3", ir.Instruction(
            "call", "a", I18, (ir.Local("x", I18), ir.Const(I18, 0)), callee="llvm.smax.i18")),
        ("call void (ptr, i32, ...) @v(ptr noundef nonnull align 8 dereferenceable(24) %p, i32 7)", ir.Instruction(
            "call", None, ir.VoidType(), (ir.Local("p", PTR), ir.Const(I32, 7)), callee="v")),
        ("%a = extractvalue { i8, [2 x i32] } %y, 1, 0", ir.Instruction(
            "extractvalue", "a", I32,
            (ir.Local("y", ir.StructType((I8, ir.ArrayType(2, I32)))), ir.Const(I32, 1), ir.Const(I32, 0)))),
        ("%a = insertvalue { i8, i32 } undef, i8 4, 0", ir.Instruction(
            "insertvalue", "a", ir.StructType((I8, I32)),
            (ir.Undef(ir.StructType((I8, I32))), ir.Const(I8, 4), ir.Const(I32, 0)))),
        ("%a = freeze i18 %x", ir.Instruction("freeze", "a", I18, (ir.Local("x", I18),))),
    ],
)  # fmt: skip
def test_instruction(line, expected):
    assert body(line, rest="%struct.s = type { i8, i32 }") == [expected]


def test_control_flow_and_phis():
    function = parse_module("""
define i32 @f(i32 %n) {
  switch i32 %n, label %out [
    i32 1, label %one
    i32 -2, label %"two three"
  ]

one:                                              ; preds = %0
  br i1 false, label %out, label %one, !llvm.loop !7

"two three":                                      ; preds = %0
  br label %out

out:
  %r = phi i32 [ %n, %0 ], [ 4, %one ], [ undef, %"two three" ]
  ret i32 %r
}
""").module.functions["f"]
    entry, one, _, out = function.blocks
    assert [block.label for block in function.blocks] == ["0", "one", "two three", "out"]
    assert entry.terminator.labels == ("out", "one", "two three")
    assert [o.value for o in entry.terminator.operands[1:]] == [1, -2]
    assert one.terminator.operands == (ir.Const(ir.IntType(1), 0),)
    assert out.instructions[0].labels == ("0", "one", "two three")
    assert out.terminator.operands == (ir.Local("r", I32),) and function.result == I32


def test_constant_addresses_become_instructions():
    address, load = body("%a = load i8, ptr getelementptr inbounds (i8, ptr @t, i64 2), align 1")
    assert address.opcode == "getelementptr" and address.operands[0] == ir.GlobalRef("t", PTR)
    assert load.operands == (ir.Local(address.result, PTR),)


def test_constant_addresses_of_phis_go_to_the_incoming_block():
    blocks = (
        parse_module("""
define void @f(i1 %c) {
entry:
  br i1 %c, label %out, label %other

other:
  br label %out

out:
  %p = phi ptr [ @t, %entry ], [ getelementptr (i8, ptr @t, i64 4), %other ]
  ret void
}
""")
        .module.functions["f"]
        .blocks
    )
    assert [i.opcode for i in blocks[1].instructions] == ["getelementptr", "br"]
    assert blocks[2].instructions[0].operands[1] == ir.Local(blocks[1].instructions[0].result, PTR)


def test_globals():
    variables = parse_module(r"""
%struct.n = type { i32 }
@_ZL1w = internal unnamed_addr constant [3 x [2 x i8]] [[2 x i8] c"\01\FF", [2 x i8] c"\\\5C", [2 x i8] zeroinitializer]
@_ZZ3topvE5state = internal global %struct.n { i32 -7 }, align 4
@later = external global i32
@free = global [3 x i8] undef
@packed = constant <{ i8, [1 x i32] }> <{ i8 3, [1 x i32] [i32 9] }>
@name = alias i32, ptr @later
""").module.globals
    assert variables["_ZL1w"].initializer == ((1, -1), (92, 92), (0, 0)) and variables["_ZL1w"].constant
    assert variables["_ZZ3topvE5state"].initializer == (-7,) and variables["_ZZ3topvE5state"].pretty == "state"
    assert variables["later"].initializer is None and variables["free"].initializer is None
    assert variables["packed"].initializer == (3, (9,)) and "name" not in variables


def test_places_follow_scopes_files_and_inlining():
    parsed = parse_module(
        """
define void @_Z3topv() !dbg !3 {
entry:
  call void @llvm.a(), !dbg !5
  call void @llvm.b(), !dbg !6
  ret void
}
!1 = !DIFile(filename: "top.cpp", directory: "/proj")
!2 = !DIFile(filename: "/lib/ap_int.h", directory: "/proj")
!3 = distinct !DISubprogram(name: "top<3>", scope: !1, file: !1, line: 4)
!4 = distinct !DISubprogram(name: "get", scope: !2, file: !2, line: 8)
!5 = !DILocation(line: 9, column: 2, scope: !7)
!6 = !DILocation(line: 88, scope: !4, inlinedAt: !5)
!7 = distinct !DILexicalBlock(scope: !3, line: 9)
""",
        header_dir="/lib",
    )
    function = parsed.module.functions["_Z3topv"]
    assert function.pretty == "top" and function.loc == Place("/proj/top.cpp", 4)
    assert [i.loc for i in function.blocks[0].instructions[:2]] == [Place("/proj/top.cpp", 9)] * 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("%a = add <4 x i32> %v, %v", "vector values are not supported; use arrays of scalars"),
        ("%a = va_arg ptr %p, i32", "the LLVM instruction 'va_arg' is not supported"),
        ("%a = load i32, ptr inttoptr (i64 4 to ptr)", "constant expression 'inttoptr' is not supported"),
        ("%a = load x86_amx, ptr %p", "values of LLVM type 'x86_amx' are not supported"),
        ("call void %p(i32 1)", "a call through a function pointer (or inline assembly) is not supported; "
         "call functions by name"),
    ],
)  # fmt: skip
def test_what_is_refused(line, message):
    with pytest.raises(UserError) as error:
        body(line)
    assert str(error.value) == message


def test_addresses_of_globals_as_numbers():
    number, sub, *_ = body("%a = sub i64 %x, ptrtoint (ptr @table to i64)")
    assert (number.opcode, str(number.operands[0])) == ("ptrtoint", "ptr @table")
    assert sub.operands[1].name == number.result


def test_printed_form():
    add, store = body("%a = add nsw i18 %x, 5\n  store i18 %a, ptr %p")
    assert str(add) == "%a = add nsw i18 %x, i18 5 -> i18"
    assert str(store) == "store i18 %a, ptr %p"


@pytest.mark.parametrize(
    ("mangled", "name"),
    [
        ("_ZL7weights", "weights"),
        ("_ZZ3topRiE4line", "line"),
        ("_ZN2ns1aE", "a"),
        ("_ZN12_GLOBAL__N_15tableE", "table"),
        ("_ZN1AILi8EE5tableE", "table"),
        ("_ZZ3topvE3a1b_0", "a1b"),
        ("_ZZ3topvENKUlvE_clEvE1k", "k"),
        ("_ZZL1pRN3hls6streamI8ap_fixedILi2ELi5EL9ap_q_mode5EL9ap_o_mode2ELi0EELi0EEERbE4st10", "st10"),
        ("_ZN2ns6tableaIiLi0EEE", "tablea"),
        ("_ZL3w10RaP8ap_fixedILi10ELi5EERA8_6ap_intILi8EE", "w10"),
        ("_ZN2ns3fooERA8_6ap_intILi8EE", "foo"),
        ("_ZN2ns3barEP5point", "bar"),
        ("_Z3fooP5point", "foo"),
        ("plain", "plain"),
        (".str.1", "str_1"),
    ],
)
def test_source_names(mangled, name):
    assert source_name(mangled) == name


def test_layout():
    inner = ir.StructType((I8, I32))
    struct = ir.StructType((I8, ir.ArrayType(3, ir.IntType(16)), inner, ir.IntType(81)))
    assert field_offsets(struct) == [0, 2, 8, 16, 32] and size_bytes(ir.ArrayType(2, struct)) == 64
    assert leaves(inner, 8) == [(8, I8), (12, I32)] and len(leaves(struct)) == 7
    assert inside(ir.ArrayType(2, struct), 32 + 8) == inner and inside(struct, 12) == I32
    assert inside(struct, 1) is None and inside(I32, 4) is None
    assert field_offsets(ir.StructType((I8, I32), packed=True)) == [0, 1, 5]
    assert size_bytes(ir.FloatType("double")) == size_bytes(PTR) == 8
