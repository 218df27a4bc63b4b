//! A report as tables for the terminal.

use std::collections::BTreeSet;

use comfy_table::{CellAlignment, Table, presets};

use crate::report::{CaseNote, Report, Row};

/// All cases of `report`, each as a table under its description.
pub fn render(report: &Report) -> String {
    let tables: Vec<String> = report
        .cases
        .iter()
        .map(|case| one_case(report, case))
        .collect();
    tables.join("\n")
}

fn one_case(report: &Report, case: &CaseNote) -> String {
    let rows: Vec<&Row> = report
        .rows
        .iter()
        .filter(|row| row.case == case.case)
        .collect();
    let measures: BTreeSet<&String> = rows.iter().flat_map(|row| row.measures.keys()).collect();
    let timed = rows.iter().any(|row| row.ns_per_op.is_some());

    let mut header = vec!["contestant".to_owned(), "version".to_owned()];
    if timed {
        header.extend(["ns/op", "ratio", "quartiles"].map(str::to_owned));
    }
    header.extend(measures.iter().map(|name| name.replace('_', " ")));

    let mut table = Table::new();
    table
        .load_style(presets::UTF8_BORDERS_ONLY)
        .set_header(header);
    for row in rows {
        let mut cells = vec![row.contestant.clone(), row.version.clone()];
        if timed {
            cells.extend([number(row.ns_per_op), number(row.ratio), quartiles(row)]);
        }
        cells.extend(
            measures
                .iter()
                .map(|&name| number(row.measures.get(name).copied())),
        );
        table.add_row(cells);
    }
    table.column_iter_mut().skip(2).for_each(|column| {
        column.set_cell_alignment(CellAlignment::Right);
    });
    format!("{}: {}\n{table}\n", case.case, case.about)
}

fn quartiles(row: &Row) -> String {
    format!("{} – {}", number(row.ratio_lo), number(row.ratio_hi))
}

/// Three significant digits or so.
fn number(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value.abs() >= 100.0 => format!("{value:.0}"),
        Some(value) if value.abs() >= 10.0 => format!("{value:.1}"),
        Some(value) if value.abs() >= 1.0 => format!("{value:.2}"),
        Some(value) => format!("{value:.3}"),
    }
}
