//! Where the modules of a phase go: into the cells of a grid, as words go onto lines.
//!
//! The file's order is the order in which the modules are read, and it is kept as far as arrows
//! stay short: an arrow between neighbours is a straight line, one to the next row is a bend, and
//! any other has to go round boxes. So each module takes the free cell that costs least:
//!
//! ```text
//!   A → B → C → D        needs:  B A, C B, D C, E A
//!   E
//! ```
//!
//! A module is never in front of what it needs: that is further left in its row, or in a row above.

use crate::model::Module;

/// The boxes side by side.
pub const COLUMNS: usize = 4;

/// A place in the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// From the top.
    pub row: usize,
    /// From the left.
    pub column: usize,
}

/// The cell of each module; all are of one phase. A cycle of needs, which no roadmap should have,
/// is cut somewhere.
pub fn place(modules: &[&Module]) -> Vec<Cell> {
    let needs: Vec<Vec<usize>> = modules
        .iter()
        .map(|module| within(modules, module))
        .collect();
    let mut cells: Vec<Option<Cell>> = vec![None; modules.len()];
    for _ in modules {
        let open = || (0..modules.len()).filter(|&module| cells[module].is_none());
        let ready = |module: &usize| needs[*module].iter().all(|&need| cells[need].is_some());
        let Some(next) = open().find(ready).or_else(|| open().next()) else {
            break;
        };
        let before: Vec<Cell> = needs[next].iter().filter_map(|&need| cells[need]).collect();
        cells[next] = Some(best(&before, &cells));
    }
    cells.into_iter().flatten().collect()
}

/// The places, among `modules`, of what `module` needs.
pub fn within(modules: &[&Module], module: &Module) -> Vec<usize> {
    let place = |need: &String| modules.iter().position(|other| other.id == *need);
    module.needs.iter().filter_map(place).collect()
}

fn best(needs: &[Cell], taken: &[Option<Cell>]) -> Cell {
    let rows = taken
        .iter()
        .flatten()
        .map(|cell| cell.row + 1)
        .max()
        .unwrap_or(0);
    let all = (0..=rows).flat_map(|row| (0..COLUMNS).map(move |column| Cell { row, column }));
    let free = all.filter(|cell| !taken.contains(&Some(*cell)));
    let allowed = free.filter(|cell| needs.iter().all(|need| follows(*need, *cell)));
    allowed
        .min_by_key(|cell| {
            let arrows: usize = needs.iter().map(|need| cost(*need, *cell)).sum();
            let new_row = if cell.row == rows { 3 } else { 0 };
            (arrows + new_row + cell.row, cell.row, cell.column)
        })
        // The row after the last is free, and follows everything.
        .unwrap_or(Cell {
            row: rows,
            column: 0,
        })
}

/// Whether a module at `cell` may need one at `need`.
pub fn follows(need: Cell, cell: Cell) -> bool {
    cell.row > need.row || (cell.row == need.row && cell.column > need.column)
}

/// What an arrow costs the eye.
fn cost(need: Cell, cell: Cell) -> usize {
    let (down, across) = (cell.row - need.row, cell.column.abs_diff(need.column));
    match (down, across) {
        (0, 1) | (1, 0) => 0,
        (0, _) => 2 + across,
        (1, _) if cell.column == need.column + 1 => 1,
        _ => 2 * down + across,
    }
}
