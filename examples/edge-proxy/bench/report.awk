# From the figures of all turns: medians, a table, and JSON in the manner of arena/results.
# First file: contestant, version. Second: case, contestant, round, and the measures below.

BEGIN {
    count = split("requests_per_second requests_per_cpu_second p50_us p99_us errors peak_memory_mib", measures, " ")
}

NR == FNR { version[$1] = $2; names[++contestants] = $1; next }

{
    if (!($1 in seen)) { seen[$1] = 1; cases[++n_cases] = $1 }
    for (m = 1; m <= count; m++) turn[$1, $2, m, $3] = $(m + 3)
    if ($3 > last_round) last_round = $3
}

function median(c, name, m,    values, r, i, swap, n) {
    for (r = 1; r <= last_round; r++) {
        values[r] = turn[c, name, m, r]
        for (i = r; i > 1 && values[i] < values[i - 1]; i--) {
            swap = values[i]; values[i] = values[i - 1]; values[i - 1] = swap
        }
    }
    n = last_round
    return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}

function quoted(text) { gsub(/["\\]/, "\\\\&", text); return "\"" text "\"" }
function ratio(a, b) { return b ? sprintf("%.3f", a / b) : "null" }
function field(name, value, end) { line("      " quoted(name) ": " value (end ? "" : ",")) }
function line(text) { if (json != "") print text > json }

END {
    about["1-worker"] = "1 worker on a core of its own; wrk and the servers on the other"
    about["2-workers"] = "2 workers, wrk and the servers, all on both cores"
    note[1] = "Each contestant forwards GET requests to the same three servers (nginx, return 200 with 128 bytes) over connections that are kept open, round robin. No access logs, no active checks."
    note[2] = sprintf("wrk with 1 thread and %d connections, %d s a turn after a warm-up; medians of %d rounds, the order turned each round.", connections, seconds, rounds)
    note[3] = "requests_per_cpu_second: by the user and system time of the proxy and its children. It holds also where wrk or the servers are the bottleneck."
    note[4] = "wrk sends the next request of a connection when the last was answered: the latencies are those at saturation, and a pause delays requests that are not counted. wrk2, which sends at a fixed rate, is not in Debian."
    note[5] = "vs_nginx: ratio of the medians; more than 1 is better for requests, less than 1 for latency."

    line("{")
    line("  \"schema\": 1,\n  \"race\": \"edge-proxy\",")
    line("  \"about\": \"reverse proxies: the book's against nginx and haproxy\",")
    line("  \"date\": " quoted(date) ",\n  \"command\": " quoted(command) ",")
    line("  \"rounds\": " rounds ",\n  \"quick\": " quick ",\n  \"seconds\": " seconds ",\n  \"connections\": " connections ",")
    line("  \"machine\": {")
    line("    \"cpu\": " quoted(cpu) ",\n    \"cores\": " cores ",\n    \"memory_bytes\": " memory ",")
    line("    \"os\": " quoted(os) ",\n    \"rustc\": " quoted(rustc) ",\n    \"load_before\": " load "\n  },")
    line("  \"notes\": [")
    for (i = 1; i <= 5; i++) line("    " quoted(note[i]) (i < 5 ? "," : ""))
    line("  ],\n  \"cases\": [")
    for (i = 1; i <= n_cases; i++)
        line("    { \"case\": " quoted(cases[i]) ", \"about\": " quoted(about[cases[i]]) " }" (i < n_cases ? "," : ""))
    line("  ],\n  \"rows\": [")

    printf "\n%-10s %-12s %10s %12s %8s %8s %7s %6s   %s\n", "case", "contestant", "req/s", "req/CPU s", "p50 us", "p99 us", "errors", "MiB", "vs nginx: req/s, req/CPU s, p99"
    for (i = 1; i <= n_cases; i++) for (j = 1; j <= contestants; j++) {
        c = cases[i]; name = names[j]
        for (m = 1; m <= count; m++) { mid[m] = median(c, name, m); nginx[m] = median(c, "nginx", m) }
        printf "%-10s %-12s %10d %12d %8d %8d %7d %6.1f   %s  %s  %s\n", c, name, mid[1], mid[2], mid[3], mid[4], mid[5], mid[6], ratio(mid[1], nginx[1]), ratio(mid[2], nginx[2]), ratio(mid[4], nginx[4])
        line("    {")
        field("case", quoted(c)); field("contestant", quoted(name)); field("version", quoted(version[name]))
        field("ours", name == "edge-proxy" ? "true" : "false")
        for (m = 1; m <= count; m++) {
            field(measures[m], mid[m])
            rounds_list = ""
            for (r = 1; r <= last_round; r++) rounds_list = rounds_list (r > 1 ? ", " : "") turn[c, name, m, r]
            if (m < 5) field(measures[m] "_rounds", "[" rounds_list "]")
        }
        field("requests_per_second_vs_nginx", ratio(mid[1], nginx[1]))
        field("requests_per_cpu_second_vs_nginx", ratio(mid[2], nginx[2]))
        field("p99_vs_nginx", ratio(mid[4], nginx[4]), 1)
        line("    }" (i < n_cases || j < contestants ? "," : ""))
    }
    line("  ]\n}")
}
