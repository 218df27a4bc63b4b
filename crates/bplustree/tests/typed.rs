//! Tables of types: their bytes sort as they do, and other bytes are an error, not a wrong value.

use bplustree::disk::sim::SimDisk;
use bplustree::disk::{Codec, Options, Store, StoreError, TableDef};

fn bytes<T: Codec + ?Sized>(item: T::Item<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    T::encode(item, &mut bytes);
    bytes
}

fn store() -> Store {
    Options::new().open_storage(SimDisk::new(1)).unwrap()
}

#[test]
fn bytes_sort_as_their_numbers_do() {
    let signed = [i64::MIN, -256, -1, 0, 1, 255, 256, i64::MAX];
    assert!(signed.map(bytes::<i64>).is_sorted());
    assert_eq!(
        signed.map(|n| i64::decode(&bytes::<i64>(n))),
        signed.map(Some)
    );
    let unsigned = [0, 1, 255, 256, 65_536, u32::MAX];
    assert!(unsigned.map(bytes::<u32>).is_sorted());
    let pairs = [(-1, "z"), (0, ""), (0, "a"), (0, "b"), (7, "")];
    assert!(pairs.map(bytes::<(i16, str)>).is_sorted());
    let codes = [(*b"CH", 9), (*b"NO", 0), (*b"NO", 1)];
    assert!(codes.map(bytes::<([u8; 2], u32)>).is_sorted());
    let nested = [((0, 9), 9), ((1, 0), 0), ((1, 1), 0)];
    assert!(nested.map(bytes::<((u8, u8), u64)>).is_sorted());
}

#[test]
fn a_typed_table_gives_what_was_put_in() {
    const TABLE: TableDef<(i32, str), [u8]> = TableDef::new("table");
    let store = store();
    let mut tx = store.write().unwrap();
    let mut table = TABLE.write(&mut tx).unwrap();
    for n in -5..5 {
        assert!(table.insert((n, "name"), &[n as u8]).unwrap());
    }
    assert!(table.remove((3, "name")).unwrap());
    assert_eq!(table.get((-5, "name")).unwrap(), Some(&[251][..]));
    tx.commit().unwrap();

    let tx = store.read();
    let table = TABLE.read(&tx).unwrap();
    let range = table.range((-2, "")..(4, "")).unwrap();
    let keys = range.map(|entry| entry.unwrap().0.0).collect::<Vec<_>>();
    assert_eq!(keys, [-2, -1, 0, 1, 2]);
    let last = table.iter().unwrap().next_back().unwrap().unwrap();
    assert_eq!(last, ((4, "name"), &[4][..]));
    assert_eq!(table.bytes().len(), 9);
}

#[test]
fn bytes_of_another_type_are_an_error() {
    let store = store();
    let mut tx = store.write().unwrap();
    let mut table = tx.table("table").unwrap();
    table.insert(b"\xff", b"1234567").unwrap();
    tx.commit().unwrap();
    let tx = store.read();
    let numbers = TableDef::<[u8], u64>::new("table").read(&tx).unwrap();
    assert!(matches!(
        numbers.get(b"\xff"),
        Err(StoreError::Decode { wanted: "u64" })
    ));
    let names = TableDef::<str, [u8]>::new("table").read(&tx).unwrap();
    let first = names.iter().unwrap().next().unwrap();
    assert!(matches!(first, Err(StoreError::Decode { wanted: "str" })));
    let pairs = TableDef::<(u64, str), [u8]>::new("table")
        .read(&tx)
        .unwrap();
    assert!(pairs.iter().unwrap().next().unwrap().is_err());
}

#[test]
fn a_cursor_goes_both_ways_and_stands_between_entries() {
    let store = store();
    let mut tx = store.write().unwrap();
    for key in ["b", "d", "f"] {
        tx.table("table").unwrap().insert(key, key).unwrap();
    }
    let table = tx.table("table").unwrap();
    let mut cursor = table.cursor().unwrap();
    let key = |pair: Option<(&[u8], &[u8])>| pair.map(|(key, _)| key[0] as char);
    assert_eq!(key(cursor.prev().unwrap()), None);
    cursor.seek(b"c").unwrap();
    assert_eq!(key(cursor.peek_next().unwrap()), Some('d'));
    assert_eq!(key(cursor.next().unwrap()), Some('d'));
    assert_eq!(key(cursor.prev().unwrap()), Some('d'));
    assert_eq!(key(cursor.prev().unwrap()), Some('b'));
    cursor.seek_last().unwrap();
    assert_eq!(key(cursor.next().unwrap()), None);
    assert_eq!(key(cursor.prev().unwrap()), Some('f'));
    cursor.seek(b"x").unwrap();
    assert_eq!(key(cursor.prev().unwrap()), Some('f'));
}
