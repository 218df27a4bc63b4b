//! Values apart from their keys: none is lost, none comes back, and what is dead is given back,
//! wherever the power fails.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vfs::{FileSystem, Plan, SimFs};

#[cfg_attr(feature = "yours", path = "../lsm/values.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lsm/values.rs")]
mod exercise;

use exercise::{SEGMENT, Values};

/// What stands for an LSM tree: a map that is written as a whole, to a new file each time.
mod tree {
    use std::collections::BTreeMap;
    use std::io;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use vfs::FileSystem;

    use crate::exercise::checksum;

    /// Where a value is. What the numbers mean is up to you.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Place {
        pub segment: u64,
        pub offset: u64,
        pub len: u64,
    }

    pub struct Tree {
        fs: Arc<dyn FileSystem>,
        dir: PathBuf,
        places: BTreeMap<Vec<u8>, Place>,
        /// The number of the newest file.
        file: u64,
    }

    impl Tree {
        pub fn open(fs: Arc<dyn FileSystem>, dir: &Path) -> io::Result<Self> {
            fs.create_dir_all(dir)?;
            let mut tree = Tree {
                fs,
                dir: dir.to_path_buf(),
                places: BTreeMap::new(),
                file: 0,
            };
            let names = tree.fs.list(dir)?;
            let mut numbers: Vec<u64> = names.iter().filter_map(|it| it.parse().ok()).collect();
            numbers.sort_unstable();
            for number in numbers {
                tree.file = number;
                if let Some(places) = from_bytes(&read(&*tree.fs, &tree.path(number))?) {
                    tree.places = places;
                }
            }
            // What was found may not be durable, and another sync would not make it so.
            tree.save(&names)?;
            Ok(tree)
        }

        pub fn get(&self, key: &[u8]) -> Option<Place> {
            self.places.get(key).copied()
        }

        /// All keys and their places.
        pub fn entries(&self) -> Vec<(Vec<u8>, Place)> {
            let entries = self.places.iter();
            entries.map(|(key, place)| (key.clone(), *place)).collect()
        }

        /// Sets the places of these keys; `None` takes the key away. All of them or, if it fails,
        /// all or none. Durable when it returns `Ok`.
        pub fn write(&mut self, changes: &[(Vec<u8>, Option<Place>)]) -> io::Result<()> {
            for (key, place) in changes {
                match place {
                    Some(place) => self.places.insert(key.clone(), *place),
                    None => self.places.remove(key),
                };
            }
            let before = self.file.to_string();
            self.save(&[before])
        }

        /// Writes a new file in the place of these.
        fn save(&mut self, before: &[String]) -> io::Result<()> {
            self.file += 1;
            let file = self.fs.create_new(&self.path(self.file))?;
            file.write_at(0, &to_bytes(&self.places))?;
            file.sync_data()?;
            self.fs.sync_dir(&self.dir)?;
            for name in before {
                self.fs.remove(&self.dir.join(name))?;
            }
            Ok(())
        }

        fn path(&self, number: u64) -> PathBuf {
            self.dir.join(number.to_string())
        }
    }

    fn read(fs: &dyn FileSystem, path: &Path) -> io::Result<Vec<u8>> {
        let file = fs.open(path)?;
        let mut bytes = vec![0; file.len()? as usize];
        file.read_exact_at(0, &mut bytes)?;
        Ok(bytes)
    }

    fn to_bytes(places: &BTreeMap<Vec<u8>, Place>) -> Vec<u8> {
        let mut body = Vec::new();
        for (key, place) in places {
            for number in [key.len() as u64, place.segment, place.offset, place.len] {
                body.extend_from_slice(&number.to_le_bytes());
            }
            body.extend_from_slice(key);
        }
        [&checksum(&body).to_le_bytes()[..], &body].concat()
    }

    /// The map, if the file is whole.
    fn from_bytes(bytes: &[u8]) -> Option<BTreeMap<Vec<u8>, Place>> {
        let (sum, mut body) = bytes.split_first_chunk()?;
        if checksum(body) != u64::from_le_bytes(*sum) {
            return None;
        }
        let mut places = BTreeMap::new();
        while let Some((header, rest)) = body.split_first_chunk::<32>() {
            let (numbers, _) = header.as_chunks();
            let [len, segment, offset, len_of_value] =
                [0, 1, 2, 3].map(|at: usize| u64::from_le_bytes(numbers[at]));
            let (key, rest) = rest.split_at_checked(len as usize)?;
            let place = Place {
                segment,
                offset,
                len: len_of_value,
            };
            places.insert(key.to_vec(), place);
            body = rest;
        }
        Some(places)
    }
}

const DIR: &str = "/db";

type Model = BTreeMap<u8, Vec<u8>>;

fn new_fs(seed: u64) -> SimFs {
    let fs = SimFs::new(seed);
    fs.create_dir_all(Path::new(DIR)).expect("a good disk");
    fs
}

fn try_open(fs: &SimFs) -> io::Result<Values> {
    Values::open(Arc::new(fs.clone()), Path::new(DIR))
}

fn open(fs: &SimFs, when: &str) -> Values {
    try_open(fs).unwrap_or_else(|error| panic!("{when}: it does not open: {error}"))
}

fn key(number: u8) -> Vec<u8> {
    // Of different lengths; one is empty.
    vec![number; usize::from(number % 5).max(usize::from(number > 0))]
}

/// All values that can be read, or what is wrong.
fn found(values: &Values, when: &str) -> Model {
    let value = |number: u8| match values.get(&key(number)) {
        Ok(value) => value.map(|value| (number, value)),
        Err(error) => panic!("{when}: the value of key {number} cannot be read: {error}"),
    };
    (0..KEYS).filter_map(value).collect()
}

const KEYS: u8 = 12;

/// Which writes the values are of; they begin with the number of their write.
fn describe(model: &Model) -> String {
    let write = |value: &Vec<u8>| match value.first_chunk() {
        Some(number) => u32::from_le_bytes(*number).to_string(),
        None => "no write".to_owned(),
    };
    let entries = model
        .iter()
        .map(|(key, value)| format!("{key}: {}", write(value)));
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}

fn value(write: u32, len: usize) -> Vec<u8> {
    let mut bytes = vec![write as u8; len.max(4)];
    bytes[..4].copy_from_slice(&write.to_le_bytes());
    bytes
}

/// The segments, and how many bytes each has.
fn segments(fs: &SimFs) -> Vec<(String, u64)> {
    let names = fs.list(Path::new(DIR)).expect("the directory is there");
    let segments = names.into_iter().filter(|name| name.ends_with(".val"));
    segments
        .map(|name| {
            let contents = fs.contents(&path(&name)).expect("it was listed");
            (name, contents.len() as u64)
        })
        .collect()
}

fn path(name: &str) -> PathBuf {
    Path::new(DIR).join(name)
}

#[derive(Clone, Debug)]
enum Change {
    /// Key, number of the write, bytes.
    Put(u8, u32, usize),
    Delete(u8),
    Collect,
    /// The program ends, and begins anew.
    Reopen,
}

impl Change {
    fn make(&self, values: &mut Option<Values>, fs: &SimFs) -> io::Result<()> {
        let open = values.as_mut().expect("it is open");
        match self {
            Change::Put(number, write, len) => open.put(&key(*number), &value(*write, *len)),
            Change::Delete(number) => open.delete(&key(*number)),
            Change::Collect => open.collect().map(|_| ()),
            Change::Reopen => {
                *values = None; // it has a lock
                *values = Some(try_open(fs)?);
                Ok(())
            }
        }
    }

    fn model(&self, model: &mut Model) {
        match self {
            Change::Put(number, write, len) => {
                model.insert(*number, value(*write, *len));
            }
            Change::Delete(number) => {
                model.remove(number);
            }
            Change::Collect | Change::Reopen => {}
        }
    }
}

fn changes(count: u32, seed: u64) -> Vec<Change> {
    let mut state = seed;
    let mut draw = |below: u32| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32 % below
    };
    let mut change = |write| match draw(10) {
        0 => Change::Delete(draw(KEYS.into()) as u8),
        1..3 => Change::Collect,
        3 => Change::Reopen,
        _ => {
            let len = [0, 500, 1_500, 5_000][draw(4) as usize];
            Change::Put(draw(KEYS.into()) as u8, write, draw(len + 1) as usize)
        }
    };
    (1..=count).map(&mut change).collect()
}

#[test]
fn what_was_put_is_there_and_what_was_deleted_is_not() {
    let fs = new_fs(1);
    let (mut values, mut model) = (Some(open(&fs, "new")), Model::new());
    for change in changes(300, 5) {
        change.make(&mut values, &fs).expect("a good disk");
        change.model(&mut model);
        let open = values.as_ref().expect("it is open");
        let after = found(open, &format!("after {change:?}"));
        assert!(
            after == model,
            "after {change:?}, the values of these writes are there: {}; it should be {}",
            describe(&after),
            describe(&model)
        );
    }
}

#[test]
fn values_are_in_segments_of_bounded_size() {
    let fs = new_fs(1);
    let mut values = open(&fs, "new");
    for number in 0..KEYS {
        values.put(&key(number), &value(7, 1_000)).expect("put");
    }
    let segments = segments(&fs);
    let bytes: u64 = segments.iter().map(|(_, len)| len).sum();
    assert!(
        bytes >= 12_000,
        "12 values of 1 000 bytes, and segments of {bytes}: where are they?"
    );
    assert!(
        segments.iter().all(|(_, len)| *len <= SEGMENT),
        "segments have at most {SEGMENT} bytes: {segments:?}"
    );
    assert!(segments.len() <= 4, "four segments will do: {segments:?}");
}

fn collect_all(values: &mut Values) {
    for _ in 0..1_000 {
        if !values.collect().expect("a good disk") {
            return;
        }
    }
    panic!("there is always something to collect");
}

#[test]
fn what_is_dead_is_given_back() {
    let fs = new_fs(1);
    let mut values = open(&fs, "new");
    for write in 0..600 {
        let number = (write * 5 % u32::from(KEYS)) as u8;
        values.put(&key(number), &value(write, 700)).expect("put");
        if write % 4 == 0 {
            values.collect().expect("a good disk");
        }
    }
    collect_all(&mut values);
    let bytes: u64 = segments(&fs).iter().map(|(_, len)| len).sum();
    let live = u64::from(KEYS) * 700;
    assert!(
        bytes <= live + live / 2 + SEGMENT,
        "{live} bytes live, and the segments have {bytes}, though `collect` says that there is \
         nothing to collect: {:?}",
        segments(&fs)
    );
    for number in 0..KEYS {
        values.delete(&key(number)).expect("delete");
    }
    drop(values);
    let mut values = open(&fs, "all deleted");
    collect_all(&mut values);
    let left = segments(&fs);
    assert!(
        left.iter().all(|(_, len)| *len == 0),
        "nothing lives, and nothing is being written: {left:?}"
    );
}

#[test]
fn a_segment_that_lives_is_left_alone() {
    let fs = new_fs(1);
    let mut values = open(&fs, "new");
    for number in 0..4 {
        values.put(&key(number), &value(1, 1_000)).expect("put");
    }
    let cold = segments(&fs)[0].clone();
    for write in 0..100 {
        let number = 4 + (write % 4) as u8;
        values.put(&key(number), &value(write, 1_000)).expect("put");
        values.collect().expect("a good disk");
    }
    assert!(
        segments(&fs).contains(&cold),
        "in {cold:?}, everything lives; to move it is of no use to anybody. There are {:?}",
        segments(&fs)
    );
    // Now one in four is dead there, and all in the others.
    values.delete(&key(0)).expect("delete");
    for number in 4..8 {
        values.delete(&key(number)).expect("delete");
    }
    for number in 8..KEYS {
        values.put(&key(number), &value(1, 1_000)).expect("put");
    }
    values.collect().expect("a good disk");
    assert!(
        segments(&fs).contains(&cold),
        "there was a segment in which less lives than in {cold:?}: {:?}",
        segments(&fs)
    );
}

/// Makes changes until one fails; returns the model before that one, and after, and how many calls
/// there were.
fn run(fs: &SimFs, plan: Plan, changes: &[Change], when: &str) -> (Model, Model, u64) {
    fs.set_plan(plan);
    let (mut before, mut model) = (Model::new(), Model::new());
    let mut make_all = || {
        let mut values = Some(try_open(fs)?);
        for change in changes {
            before.clone_from(&model);
            change.model(&mut model);
            change.make(&mut values, fs)?;
        }
        io::Result::Ok(())
    };
    let is_done = make_all().is_ok();
    let calls = fs.calls();
    fs.set_plan(Plan::Fine);
    if is_done {
        check(fs, &model, &model, &format!("{when}, which nobody noticed"));
        before.clone_from(&model);
    }
    (before, model, calls)
}

fn check(fs: &SimFs, before: &Model, after: &Model, when: &str) -> Model {
    let found = found(&open(fs, when), when);
    assert!(
        found == *before || found == *after,
        "{when}: the values of these writes are there: {}; it should be {}, or after the change \
         that was interrupted {}",
        describe(&found),
        describe(before),
        describe(after)
    );
    found
}

#[test]
fn a_power_failure_at_any_call_loses_nothing_and_brings_nothing_back() {
    for seed in 0..6 {
        let changes = changes(40, seed);
        for call in 0.. {
            let fs = new_fs(seed);
            let when = format!("seed {seed}, the power failed at call {call}");
            let (before, after, calls) = run(&fs, Plan::PowerOffAt(call), &changes, &when);
            if calls <= call {
                assert!(calls > 60, "{calls} calls cannot be all");
                break;
            }
            let crashed = fs.crash();
            let now = check(&crashed, &before, &after, &when);
            if call % 5 > 0 {
                continue;
            }
            // And again, while the next program clears up. All that `crashed` has is durable, so
            // that this is a copy of it.
            for second in 0..12 {
                let fs = crashed.crash();
                fs.set_plan(Plan::PowerOffAt(second));
                let when = format!("{when}, and at call {second} of open and collect");
                if let Ok(mut values) = try_open(&fs) {
                    // At most as often as it could be needed.
                    let _ = (0..100).try_for_each(|_| values.collect().map(|_| ()));
                }
                check(&fs.crash(), &now, &now, &when);
            }
        }
    }
}

#[test]
fn after_a_call_that_failed_the_next_program_goes_on() {
    for seed in 0..6 {
        let changes = changes(40, seed);
        for call in 0.. {
            let fs = new_fs(seed);
            let when = format!("seed {seed}, call {call} failed");
            let (before, after, calls) = run(&fs, Plan::FailAt(call), &changes, &when);
            if calls <= call {
                break;
            }
            let mut now = check(&fs, &before, &after, &format!("{when}, opened anew"));
            // The next program writes, collects, and then the power fails.
            let mut values = open(&fs, &when);
            values.put(&key(3), &value(999, 300)).expect("a good disk");
            values.put(&key(4), &value(1_000, 30)).expect("a good disk");
            values.collect().expect("a good disk");
            drop(values);
            now.insert(3, value(999, 300));
            now.insert(4, value(1_000, 30));
            check(
                &fs.crash(),
                &now,
                &now,
                &format!("{when}, the next program wrote keys 3 and 4, and the power failed"),
            );
        }
    }
}

#[test]
fn a_value_that_was_damaged_is_told_and_not_collected() {
    let fs = new_fs(1);
    let mut values = open(&fs, "new");
    for number in 0..KEYS {
        let write = 100 + u32::from(number);
        values.put(&key(number), &value(write, 600)).expect("put");
    }
    // Something dead in the first segment, and a bit that falls over in key 2's value there.
    values.delete(&key(1)).expect("delete");
    let (name, _) = segments(&fs)[0].clone();
    let bytes = fs.contents(&path(&name)).expect("it was listed");
    let sought = value(102, 600);
    let at = bytes.windows(600).position(|bytes| bytes == sought);
    let at = at.expect("the third value is in the first segment, as it was given") + 300;
    let file = fs.open(&path(&name)).expect("a good disk");
    file.write_at(at as u64, &[bytes[at] ^ 4]).expect("written");
    drop(file);

    assert!(
        values.get(&key(2)).is_err(),
        "a bit of key 2's value has fallen over, and `get` gives it out as if nothing had happened"
    );
    let _ = values.collect();
    let _ = values.collect();
    assert!(
        segments(&fs).iter().any(|(it, _)| *it == name),
        "{name} is gone, and with it what could have been saved of key 2"
    );
    drop(values);
    let values = open(&fs, "one value damaged");
    assert!(values.get(&key(2)).is_err(), "it was damaged before");
    for number in (0..KEYS).filter(|number| ![1, 2].contains(number)) {
        let write = 100 + u32::from(number);
        let found = values.get(&key(number)).expect("this one is not damaged");
        assert_eq!(found, Some(value(write, 600)), "key {number}");
    }
}
