use std::time::Duration;

use crate::{Bound, Count, Counters, Figures, Format, SHORT, Span, Spans, Word, process};

#[test]
fn every_kind_of_figure_is_told() {
    let mut figures = Figures::new();
    let (count, span) = (Count::default(), Span::new(SHORT));
    let (counters, spans) = (Counters::new(["what", "how"]), Spans::new(["what"], SHORT));
    figures.count("a", "First", &count);
    figures.counters("b", "Second", &counters);
    figures.span("c", "Third", &span);
    figures.spans("d", "Fourth", &spans);
    figures.gauge("e", "Fifth", || Some(1.5));
    figures.gauge("f", "Sixth", || None);
    figures.totals("g", "Seventh", ["what"], || vec![([Word::from("x")], 2.0)]);
    figures.bound("rooms", || Bound { used: 3, limit: 4 });
    count.add(2);
    counters.one([Word::from("x"), Word::listed("/a/{id}")]);
    span.took(Duration::from_millis(2));
    spans.took([Word::from("y")], Duration::from_secs(60));
    let text = figures.text(Format::OpenMetrics);
    for line in [
        "# HELP a First",
        "# TYPE a counter",
        "a_total 2",
        "b_total{what=\"x\",how=\"/a/{id}\"} 1",
        "c_seconds_bucket{le=\"0.001\"} 0",
        "c_seconds_bucket{le=\"0.0025\"} 1",
        "c_seconds_count 1",
        "d_seconds_bucket{le=\"10.0\",what=\"y\"} 0",
        "d_seconds_bucket{le=\"+Inf\",what=\"y\"} 1",
        "# HELP e Fifth",
        "# TYPE e gauge",
        "e 1.5",
        "# TYPE f gauge",
        "g_total{what=\"x\"} 2.0",
        "genkan_bound_used{bound=\"rooms\"} 3.0",
        "genkan_bound_limit{bound=\"rooms\"} 4.0",
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert!(!text.lines().any(|line| line.starts_with("f ")), "what is not known is not told");
    let plain = figures.text(Format::Plain);
    for line in ["# TYPE a_total counter", "a_total 2", "c_seconds_count 1", "e 1.5"] {
        assert!(plain.lines().any(|found| found == line), "{line} is not in\n{plain}");
    }
}

/// On Linux each of them can be read, also without any right of the service's user.
#[test]
fn the_process_is_measured() {
    let mut figures = Figures::new();
    process(&mut figures, 1_000_000.0);
    let text = figures.text(Format::OpenMetrics);
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("a figure");
        line.trim().parse::<f64>().expect("a number")
    };
    assert!(value("process_resident_memory_bytes ") > 100_000.0);
    assert!(value("process_virtual_memory_bytes ") >= value("process_resident_memory_bytes "));
    assert!(value("process_open_fds ") >= 3.0);
    assert!(value("process_max_fds ") >= value("process_open_fds "));
    assert!(value("process_threads ") >= 1.0);
    assert!(value("process_cpu_seconds_total ") >= 0.0);
    assert!((value("process_start_time_seconds ") - 1_000_000.0).abs() < 1.0);
}
