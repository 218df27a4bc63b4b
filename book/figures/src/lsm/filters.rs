//! What filters save: data blocks that look-ups read.

use std::fmt::Write as _;
use std::sync::Arc;

use lsm::compaction::{Leveled, SizeTiered, Strategy};
use lsm::{Db, LsmError, WriteBatch};

use super::amplification::runs;
use super::work::{MemFs, Random, key, options, shuffled};
use crate::chart::grouped;
use crate::{Figure, FigureError};

const BITS: [u32; 4] = [0, 5, 10, 15];
/// Every second key is there.
const RECORDS: u64 = 8_000;
const VALUE: usize = 100;
const GETS: u64 = 2_000;

/// A row for each strategy and size of filter.
///
/// # Errors
///
/// [`FigureError::Lsm`].
pub fn table() -> Result<Figure, FigureError> {
    let mut table = String::from(
        "| | sorted runs | bits a key | blocks read, key is there | key is not there |\n\
         |---|--:|--:|--:|--:|\n",
    );
    let leveled = Leveled {
        level0_tables: 4,
        level1_bytes: 128 << 10,
        ratio: 5,
        table_bytes: 32 << 10,
    };
    let tiered = SizeTiered {
        table_bytes: 32 << 10,
        ..SizeTiered::default()
    };
    for bits in BITS {
        row(&mut table, "leveled", bits, leveled.clone())?;
    }
    for bits in BITS {
        row(&mut table, "size-tiered", bits, tiered.clone())?;
    }
    writeln!(
        table,
        "\nData blocks that a look-up reads, on average over {} of each kind, without a block cache; \
         {} records, in no order, and no compaction that was not due.",
        grouped(GETS as f64),
        grouped(RECORDS as f64),
    )
    .expect("a string grows");
    Ok(Figure {
        name: "lsm-filters.md".to_owned(),
        contents: table,
    })
}

fn row(
    table: &mut String,
    name: &str,
    bits: u32,
    strategy: impl Strategy + 'static,
) -> Result<(), LsmError> {
    let db = filled(bits, strategy)?;
    let mut random = Random(2);
    let mut blocks = |is_there: u64| -> Result<f64, LsmError> {
        let before = db.stats().tables_probed;
        for _ in 0..GETS {
            let number = 2 * random.below(RECORDS) + (1 - is_there);
            let found = db.get(&key(number))?.is_some();
            assert_eq!(
                found,
                is_there == 1,
                "even keys are there, odd ones are not"
            );
        }
        Ok((db.stats().tables_probed - before) as f64 / GETS as f64)
    };
    let (there, missing) = (blocks(1)?, blocks(0)?);
    let runs = runs(&db.stats());
    writeln!(
        table,
        "| {name} | {runs} | {bits} | {there:.2} | {missing:.3} |"
    )
    .expect("a string grows");
    Ok(())
}

/// A database of even keys, written in no order.
fn filled(bits: u32, strategy: impl Strategy + 'static) -> Result<Db, LsmError> {
    let options = options()
        .memtable_size(32 << 10)
        .bits_per_key(bits)
        .block_cache(0)
        .compaction(strategy);
    let db = Db::open_in(Arc::new(MemFs::default()), "/db", options)?;
    let mut random = Random(1);
    let order = shuffled(RECORDS);
    for numbers in order.chunks(100) {
        let mut batch = WriteBatch::new();
        for number in numbers {
            batch.put(&key(2 * number), &random.bytes(VALUE))?;
        }
        db.write(batch)?;
    }
    db.flush()?;
    Ok(db)
}
