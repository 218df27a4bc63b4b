//! A join of two sites' tables, for which one sends a filter and the other only the rows that pass.

use bloom::BloomError;

#[cfg_attr(feature = "yours", path = "../bloom/semijoin.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/bloom/semijoin.rs")]
mod exercise;

use exercise::Row;

const ROW_BYTES: usize = 108;

/// Rows with these keys, each with a text of a hundred bytes.
fn table(name: &str, keys: impl Iterator<Item = u64>) -> Vec<Row> {
    keys.enumerate()
        .map(|(row, key)| (key, format!("{:<100}", format!("{name} {row}"))))
        .collect()
}

/// A thousand rows of the one, twenty thousand of the other; some keys come twice, and a few are in
/// both.
fn tables() -> (Vec<Row>, Vec<Row>) {
    let mine = (0..1_000).map(|row| row % 900 * 10);
    let theirs = (0..20_000).map(|row| (row / 2) * 9 + 100);
    (table("mine", mine), table("theirs", theirs))
}

fn bytes(rows: &[Row]) -> usize {
    rows.iter().map(|(_, text)| 8 + text.len()).sum()
}

fn run(mine: &[Row], theirs: &[Row]) -> Result<(usize, Vec<Row>), BloomError> {
    let request = exercise::request(mine, theirs.len(), ROW_BYTES)?;
    let answer = exercise::answer(&request, theirs)?;
    Ok((request.len(), answer))
}

#[test]
fn the_join_is_exact() {
    let (mine, theirs) = tables();
    let (_, answer) = run(&mine, &theirs).unwrap();
    let mut joined = exercise::join(&mine, &answer);
    joined.sort();

    let mut expected = Vec::new();
    for (key, text) in &mine {
        for (other, theirs) in &theirs {
            if key == other {
                expected.push((*key, text.clone(), theirs.clone()));
            }
        }
    }
    expected.sort();
    assert!(expected.len() > 100, "the tables have something in common");
    assert_eq!(
        joined.len(),
        expected.len(),
        "pairs of rows with the same key"
    );
    assert_eq!(joined, expected);
}

#[test]
fn few_bytes_are_sent_in_vain() {
    let (mine, theirs) = tables();
    let (request, answer) = run(&mine, &theirs).unwrap();
    let needed: Vec<Row> = theirs
        .iter()
        .filter(|(key, _)| mine.iter().any(|(other, _)| other == key))
        .cloned()
        .collect();
    let wrong = bytes(&answer) - bytes(&needed);
    let all = bytes(&theirs);
    assert!(
        request + wrong < all / 400,
        "the filter has {request} bytes, and rows of {wrong} bytes passed by mistake; the whole \
         table has {all}. A bit more a key costs {} bytes: what does it save?",
        mine.len() / 8
    );
}

#[test]
fn nothing_in_common_and_nothing_at_all() {
    let mine = table("mine", 0..100);
    let theirs = table("theirs", 1_000..2_000);
    let (_, answer) = run(&mine, &theirs).unwrap();
    assert_eq!(exercise::join(&mine, &answer), []);
    let (_, answer) = run(&[], &theirs).unwrap();
    assert_eq!(exercise::join(&[], &answer), []);
    let (_, answer) = run(&mine, &[]).unwrap();
    assert_eq!(exercise::join(&mine, &answer), []);
}

#[test]
fn a_damaged_request_is_an_error() {
    let (mine, theirs) = tables();
    let request = exercise::request(&mine, theirs.len(), ROW_BYTES).unwrap();
    for at in [0, request.len() / 2, request.len() - 1] {
        let mut damaged = request.clone();
        damaged[at] ^= 1;
        assert!(
            exercise::answer(&damaged, &theirs).is_err(),
            "byte {at} of {} was changed, and rows would be missing",
            request.len()
        );
    }
    assert!(
        exercise::answer(&request[..request.len() / 2], &theirs).is_err(),
        "half of the request is missing"
    );
}
