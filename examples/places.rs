//! A table of places with two secondary indexes, from tab-separated lines: number, name, country,
//! latitude, longitude, population, time zone.
//!
//! ```text
//! zcat cities500.tsv.gz | cargo run --release --example places -- places.store Tromsø
//! ```
//!
//! The *primary* table has the rows, by number. A secondary index has no rows, only keys: what one
//! looks for, and then the number that leads to the row. Both change in one transaction, so that no
//! reader ever finds one without the other. An index key is looked up as a range: all keys that
//! begin with what one looks for.

use std::error::Error;
use std::io::{self, BufRead};
use std::time::Instant;

use bplustree::disk::{ReadTx, Store, TableDef, WriteTx};

/// Rows, as they came, by number.
const PLACES: TableDef<u32, str> = TableDef::new("places");
/// By population, and then by number, so that two places may have one population.
const BY_POPULATION: TableDef<(u64, u32), ()> = TableDef::new("places by population");
/// By name, a zero byte, and the number: names are of different lengths, and none has a zero byte.
const BY_NAME: &str = "places by name";

fn name_key(name: &str, number: u32) -> Vec<u8> {
    [name.as_bytes(), b"\0", &number.to_be_bytes()].concat()
}

/// Puts a row, and its key into every index. A line that is no row is left out.
fn insert(tx: &mut WriteTx<'_>, line: &str) -> Result<bool, Box<dyn Error>> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [number, name, _, _, _, population, _] = fields[..] else {
        return Ok(false);
    };
    let (Ok(number), Ok(population)) = (number.parse(), population.parse()) else {
        return Ok(false);
    };
    PLACES.write(tx)?.insert(number, line)?;
    BY_POPULATION.write(tx)?.insert((population, number), ())?;
    tx.table(BY_NAME)?.insert(name_key(name, number), "")?;
    Ok(true)
}

/// The rows of all places with names that begin with `prefix`.
fn named<'tx>(tx: &'tx ReadTx, prefix: &str) -> Result<Vec<&'tx str>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for entry in tx.table(BY_NAME)?.range(prefix..)? {
        let (key, _) = entry?;
        if !key.starts_with(prefix.as_bytes()) {
            break;
        }
        if let Some((_, number)) = key.split_last_chunk() {
            rows.extend(PLACES.read(tx)?.get(u32::from_be_bytes(*number))?);
        }
    }
    Ok(rows)
}

fn largest(tx: &ReadTx, count: usize) -> Result<Vec<&str>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for entry in BY_POPULATION.read(tx)?.iter()?.rev().take(count) {
        let ((_, number), ()) = entry?;
        rows.extend(PLACES.read(tx)?.get(number)?);
    }
    Ok(rows)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .ok_or("usage: places FILE [NAME]  (rows come from stdin)")?;
    let name = arguments.next().unwrap_or_else(|| "Trondheim".to_owned());

    let store = Store::open(&path)?;
    let begin = Instant::now();
    let mut tx = store.write()?;
    let mut rows = 0;
    for line in io::stdin().lock().lines() {
        rows += u32::from(insert(&mut tx, &line?)?);
    }
    tx.commit()?;
    eprintln!(
        "{rows} rows and their index keys in {:.2?}",
        begin.elapsed()
    );

    let tx = store.read();
    println!("Largest:");
    largest(&tx, 3)?.iter().for_each(|row| println!("  {row}"));
    println!("Named {name}…:");
    named(&tx, &name)?
        .iter()
        .for_each(|row| println!("  {row}"));
    Ok(())
}
