//! The replacement of the file, on a disk that fails and loses power at every call.

use std::path::Path;

use book_roadmap::store::replace;
use vfs::{FileSystem, Plan, SimFs};

const OLD: &[u8] = b"[module.lru]\nstate = \"done\"\n";

/// A disk on which the old file is durable.
fn disk(seed: u64) -> SimFs {
    let fs = SimFs::new(seed);
    fs.create_dir_all(Path::new("/home")).unwrap();
    replace(&fs, path(), OLD).unwrap();
    fs
}

fn path() -> &'static Path {
    Path::new("/home/progress.toml")
}

/// More than a sector, so that it can be torn.
fn new() -> Vec<u8> {
    OLD.repeat(100)
}

#[test]
fn after_a_crash_at_any_call_there_is_the_old_file_or_the_new_one() {
    let calls = {
        let fs = disk(0);
        fs.set_plan(Plan::Fine);
        replace(&fs, path(), &new()).unwrap();
        fs.calls()
    };
    assert_eq!(calls, 5, "create, write, sync, rename, sync the folder");
    let (mut old, mut newer) = (0, 0);
    for seed in 0..200 {
        for call in 0..=calls {
            let fs = disk(seed);
            fs.set_plan(Plan::PowerOffAt(call));
            let written = replace(&fs, path(), &new());
            let found = fs.crash().contents(path()).expect("there is always a file");
            match found {
                found if found == OLD => {
                    assert!(written.is_err(), "what was acknowledged is kept");
                    old += 1;
                }
                found if found == new() => newer += 1,
                torn => panic!("seed {seed}, call {call}: {} bytes", torn.len()),
            }
        }
    }
    assert!(old > 0 && newer > 0, "both happen: {old} {newer}");
}

#[test]
fn after_an_error_of_any_call_the_file_is_whole_and_the_next_replacement_succeeds() {
    for call in 0..5 {
        let fs = disk(call);
        fs.set_plan(Plan::FailAt(call));
        replace(&fs, path(), &new()).unwrap_err();
        let found = fs.contents(path()).unwrap();
        // Only the last step, which makes the new name durable, comes after the rename.
        let expected = if call == 4 { new() } else { OLD.to_vec() };
        assert!(found == expected, "call {call}");
        fs.set_plan(Plan::Fine);
        assert_eq!(fs.list(Path::new("/home")).unwrap(), ["progress.toml"]);
        replace(&fs, path(), &new()).unwrap();
        assert!(fs.crash().contents(path()) == Some(new()), "call {call}");
    }
}
