//! Where nothing fails, the simulated file system and the real one cannot be told apart.

use std::io;
use std::path::Path;

use proptest::prelude::*;
use vfs::{FileSystem, SimFs, StdFs};

#[derive(Clone, Debug)]
enum Op {
    Create(usize),
    CreateNew(usize),
    CreateDir(usize),
    Rename(usize, usize),
    Remove(usize),
    HardLink(usize, usize),
    Write(usize, u64, Vec<u8>),
    SetLen(usize, u64),
    Allocate(usize, u64),
    Read(usize, u64, usize),
    List(usize),
    LockTwice(usize),
    Sync(usize),
}

/// The second is inside the first where that is a directory.
const NAMES: [&str; 5] = ["a", "a/x", "b", "c/y", "c/z"];

fn op() -> impl Strategy<Value = Op> {
    let name = || 0..NAMES.len();
    let bytes = proptest::collection::vec(any::<u8>(), 0..700);
    prop_oneof![
        name().prop_map(Op::Create),
        name().prop_map(Op::CreateNew),
        name().prop_map(Op::CreateDir),
        (name(), name()).prop_map(|(from, to)| Op::Rename(from, to)),
        name().prop_map(Op::Remove),
        (name(), name()).prop_map(|(from, to)| Op::HardLink(from, to)),
        (name(), 0..1000_u64, bytes).prop_map(|(name, at, bytes)| Op::Write(name, at, bytes)),
        (name(), 0..1000_u64).prop_map(|(name, len)| Op::SetLen(name, len)),
        (name(), 0..1000_u64).prop_map(|(name, len)| Op::Allocate(name, len)),
        (name(), 0..1500_u64, 0..500_usize).prop_map(|(name, at, len)| Op::Read(name, at, len)),
        name().prop_map(Op::List),
        name().prop_map(Op::LockTwice),
        name().prop_map(Op::Sync),
    ]
}

fn run(fs: &dyn FileSystem, root: &Path, op: &Op) -> io::Result<String> {
    let path = |name: &usize| root.join(NAMES[*name]);
    match op {
        Op::Create(name) => drop(fs.create(&path(name))?),
        Op::CreateNew(name) => drop(fs.create_new(&path(name))?),
        Op::CreateDir(name) => fs.create_dir_all(&path(name))?,
        Op::Rename(from, to) => fs.rename(&path(from), &path(to))?,
        Op::Remove(name) => fs.remove(&path(name))?,
        Op::HardLink(from, to) => fs.hard_link(&path(from), &path(to))?,
        Op::Write(name, at, bytes) => fs.open(&path(name))?.write_at(*at, bytes)?,
        Op::SetLen(name, len) => fs.open(&path(name))?.set_len(*len)?,
        Op::Allocate(name, len) => fs.open(&path(name))?.allocate(*len)?,
        Op::Read(name, at, len) => {
            let mut bytes = vec![0; *len];
            let file = fs.open(&path(name))?;
            let read = file.read_at(*at, &mut bytes)?;
            return Ok(format!("{} {read} {bytes:?}", file.len()?));
        }
        Op::List(name) => return Ok(format!("{:?}", fs.list(&path(name))?)),
        Op::LockTwice(name) => {
            let held = fs.lock(&path(name))?;
            let second = fs.lock(&path(name)).unwrap_err().kind();
            drop(held);
            fs.lock(&path(name))?;
            return Ok(format!("{second}"));
        }
        Op::Sync(name) => {
            fs.open(&path(name))?.sync_data()?;
            fs.sync_dir(root)?;
        }
    }
    Ok(format!("{:?}", fs.list(root)?))
}

proptest! {
    #[test]
    fn both_do_the_same(ops in proptest::collection::vec(op(), 1..60)) {
        let dir = tempfile::tempdir().unwrap();
        let sim = SimFs::new(1);
        let root = Path::new("/root");
        sim.create_dir_all(root).unwrap();
        for op in &ops {
            // Directories are not renamed: the contract leaves them out.
            if matches!(op, Op::Rename(from, _) if dir.path().join(NAMES[*from]).is_dir()) {
                continue;
            }
            let real = run(&StdFs, dir.path(), op);
            let simulated = run(&sim, root, op);
            // Which error it is depends on the system; what the contract names must agree.
            match (&real, &simulated) {
                (Err(real), Err(simulated)) => {
                    let named = [io::ErrorKind::AlreadyExists, io::ErrorKind::WouldBlock];
                    if named.contains(&real.kind()) {
                        prop_assert_eq!(real.kind(), simulated.kind(), "{:?}", op);
                    }
                }
                _ => prop_assert_eq!(real.as_ref().ok(), simulated.as_ref().ok(), "{:?}", op),
            }
        }
    }
}
