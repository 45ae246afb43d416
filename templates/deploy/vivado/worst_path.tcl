# The path that misses by most, on the screen and nine more in a report. kind: max for setup, min for hold.
proc tell_worst_path {kind report} {
    report_timing -delay_type $kind -max_paths 10 -file $report
    set path [lindex [get_timing_paths -delay_type $kind -max_paths 1] 0]
    puts "  from [get_property STARTPOINT_PIN $path]"
    puts "  to   [get_property ENDPOINT_PIN $path]"
    puts "  [get_property DATAPATH_DELAY $path] ns, [get_property LOGIC_LEVELS $path] levels of logic; see $report"
}
