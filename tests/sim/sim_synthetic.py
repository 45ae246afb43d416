"""A synthetic design of realistic size, in the style of generated RTL: a chain of stalling multiply-add pipelines."""

from __future__ import annotations

import random


def filter_outputs(weights: list[list[int]], samples: list[list[int]], stages: int) -> list[list[int]]:
    """What `filter_verilog` computes, from integers alone: per stage and lane, the dot product over the lanes."""
    results = []
    for sample in samples:
        values = sample
        for stage in range(stages):
            rotated = weights[stage:] + weights[:stage]
            values = [sum(w * v for w, v in zip(row, values, strict=True)) >> 6 & 0xFF for row in rotated]
            values = [value - 256 if value > 127 else value for value in values]
        results.append(values)
    return results


def filter_weights(lanes: int, seed: int = 1) -> list[list[int]]:
    source = random.Random(seed)
    return [[source.randrange(-128, 128) for _ in range(lanes)] for _ in range(lanes)]


def filter_verilog(name: str, weights: list[list[int]], stages: int) -> str:
    """Verilog of `stages` processes joined by FIFOs; each multiplies a vector of `lanes` bytes by a matrix from a ROM
    (one row a cycle, weights rotated by one row per stage) with a pipelined adder tree."""
    lanes = len(weights)
    width = 8 * lanes
    text = []
    for stage in range(stages):
        text.append(_process(f"{name}_stage{stage}", weights[stage:] + weights[:stage]))
    links = "\n".join(
        f"  wire [{width - 1}:0] d{i}, q{i};\n  wire dv{i}, dr{i}, qv{i}, qr{i};" for i in range(stages + 1)
    )
    body = []
    for i in range(stages + 1):
        body.append(
            f"  hlsgen_fifo #(.WIDTH({width}), .DEPTH(2)) link{i}_fifo (.clk(ap_clk), .rst_n(ap_rst_n), .wr_data(d{i}),"
            f" .wr_valid(dv{i}), .wr_ready(dr{i}), .rd_data(q{i}), .rd_valid(qv{i}), .rd_ready(qr{i}));"
        )
    for i in range(stages):
        body.append(
            f"  {name}_stage{i} u{i} (.clk(ap_clk), .rst_n(ap_rst_n), .x(q{i}), .x_valid(qv{i}), .x_ready(qr{i}),"
            f" .y(d{i + 1}), .y_valid(dv{i + 1}), .y_ready(dr{i + 1}));"
        )
    text.append(
        f"""module {name} (
  input ap_clk, input ap_rst_n,
  input [{width - 1}:0] in_stream_TDATA, input in_stream_TVALID, output in_stream_TREADY, input in_stream_TLAST,
  output [{width - 1}:0] out_stream_TDATA, output out_stream_TVALID, input out_stream_TREADY, output out_stream_TLAST);
{links}
  assign d0 = in_stream_TDATA;
  assign dv0 = in_stream_TVALID;
  assign in_stream_TREADY = dr0;
  assign out_stream_TDATA = q{stages};
  assign out_stream_TVALID = qv{stages};
  assign qr{stages} = out_stream_TREADY;
  assign out_stream_TLAST = 1'b1;
{chr(10).join(body)}
endmodule
"""
    )
    return "\n".join(text)


def _process(name: str, weights: list[list[int]]) -> str:
    lanes = len(weights)
    width = 8 * lanes
    rows = "\n".join(
        f"    rom[{i}] = {width}'h{sum((w & 0xFF) << 8 * k for k, w in enumerate(row)):x};"
        for i, row in enumerate(weights)
    )
    count_bits = lanes.bit_length()
    lines = []
    values = []
    for k in range(lanes):
        lines.append(f"  wire signed [7:0] w{k} = row[{8 * k} +: 8];\n  wire signed [7:0] a{k} = x_held[{8 * k} +: 8];")
        lines.append(f"  reg signed [15:0] p{k};\n  always @(posedge clk) if (step) p{k} <= w{k} * a{k};")
        values.append((f"p{k}", 16))
    depth = 0
    while len(values) > 1:
        depth += 1
        reduced = []
        for k in range(0, len(values) - 1, 2):
            bits = values[k][1] + 1
            lines.append(f"  reg signed [{bits - 1}:0] s{depth}_{k};")
            lines.append(f"  always @(posedge clk) if (step) s{depth}_{k} <= {values[k][0]} + {values[k + 1][0]};")
            reduced.append((f"s{depth}_{k}", bits))
        values = reduced
    latency = depth + 2
    return f"""module {name} (
  input clk, input rst_n, input [{width - 1}:0] x, input x_valid, output x_ready,
  output [{width - 1}:0] y, output y_valid, input y_ready);
  reg [{width - 1}:0] rom [0:{lanes - 1}];
  initial begin
{rows}
  end
  reg [{width - 1}:0] row, x_held, gathered;
  reg [{count_bits - 1}:0] issue, collect;
  reg [{latency - 1}:0] valid;
  reg full;
  wire step = !(full && !y_ready);
  wire issuing = issue != {count_bits}'d{lanes};
  assign x_ready = step && !issuing;
  assign y = gathered;
  assign y_valid = full;
  always @(posedge clk) begin
    if (step) row <= rom[issue[{count_bits - 2}:0]];
    if (!rst_n) begin
      issue <= {count_bits}'d{lanes};
      collect <= 0;
      valid <= 0;
      full <= 1'b0;
    end else if (step) begin
      valid <= {{valid[{latency - 2}:0], issuing}};
      if (issuing) issue <= issue + 1;
      else if (x_valid) begin
        issue <= 0;
        x_held <= x;
      end
      full <= valid[{latency - 1}] && collect == {lanes - 1};
      if (valid[{latency - 1}]) begin
        gathered <= {{{values[0][0]}[13:6], gathered[{width - 1}:8]}};
        collect <= collect == {lanes - 1} ? 0 : collect + 1;
      end
    end
  end
{chr(10).join(lines)}
endmodule
"""
