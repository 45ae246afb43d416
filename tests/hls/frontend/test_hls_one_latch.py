"""Loops with several latches get one: the same IR otherwise, and one loop of the source for each of LLVM's."""

from __future__ import annotations

import llvmlite.binding as llvm

from hlsgen.hls.frontend.one_latch import join_latches
from hlsgen.hls.llvm.loops import natural_loops
from hlsgen.hls.llvm.parse import parse_module

SOURCE = """
define i32 @f(i32 %n, i1 %a, i1 %b) {
entry:
  br label %head

head:
  %i = phi i32 [ 0, %entry ], [ %next, %one ], [ %next, %"two (2)" ], [ 7, %three ]
  %s = phi i64 [ 5, %entry ], [ %s, %one ], [ 9, %"two (2)" ], [ %s2, %three ]
  %next = add i32 %i, 1
  %go = icmp slt i32 %next, %n
  br i1 %go, label %one, label %head2

head2:
  br label %end

one:
  br i1 %a, label %head, label %"two (2)"

"two (2)":
  br i1 %b, label %three, label %head, !llvm.loop !0

three:
  %k = phi i64 [ %s, %"two (2)" ], [ %s2, %three ]
  %s2 = mul i64 %k, 3
  %enough = icmp ugt i64 %s2, 99
  br i1 %enough, label %head, label %three, !llvm.loop !0

end:
  %r = trunc i64 %s to i32
  ret i32 %r
}

!0 = distinct !{!0, !1}
!1 = !{!"hlsgen.loop", i32 4}
"""


def test_one_latch():
    parsed = parse_module(SOURCE)
    assert join_latches(parsed)
    text = str(parsed.text)
    module = llvm.parse_assembly(text)
    module.verify()
    joined = parse_module(text)
    loop, inner = natural_loops(joined.module.functions["f"])
    assert loop.header == "head" and len(loop.latches) == 1 and inner.header == "three"
    assert joined.loops["f"][loop.latches[0]] == "!0" and text.count("!llvm.loop !0") == 1
    assert "label %head2" in text
    assert not join_latches(joined)


def test_a_loop_without_loops_stays():
    alone = SOURCE.replace("br i1 %enough, label %head, label %three", "br label %head").replace(
        ", [ %s2, %three ]\n  %s2 =", "\n  %s2 ="
    )
    llvm.parse_assembly(alone).verify()
    assert not join_latches(parse_module(alone))
