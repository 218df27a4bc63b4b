//! Random operations, crashes and faults, against a list of records.

use crate::common::*;
use proptest::prelude::*;
use vfs::{Plan, SimFs};
use wal::{Lsn, Options, SyncPolicy};

#[derive(Clone, Debug)]
enum Op {
    Append(usize),
    Batch(Vec<usize>),
    Sync,
    Before(u64),
    After(u64),
    Reopen,
    Crash,
    Fault(u64),
}

fn op() -> impl Strategy<Value = Op> {
    // Few lengths, so that old frames and new ones end at the same places.
    let len = || prop_oneof![Just(10_usize), Just(31), Just(0)];
    prop_oneof![
        6 => len().prop_map(Op::Append),
        2 => proptest::collection::vec(len(), 0..4).prop_map(Op::Batch),
        1 => Just(Op::Sync),
        1 => (0..12_u64).prop_map(Op::Before),
        1 => (0..12_u64).prop_map(Op::After),
        1 => Just(Op::Reopen),
        1 => Just(Op::Crash),
        1 => (0..12_u64).prop_map(Op::Fault),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn the_log_is_a_list(
        seed in any::<u64>(),
        policy in prop_oneof![Just(SyncPolicy::EveryWrite), Just(SyncPolicy::Os)],
        ops in proptest::collection::vec(op(), 1..80),
    ) {
        let options = || -> Options { small().sync(policy) };
        let mut fs = SimFs::new(seed);
        let mut wal = open(&fs, options()).unwrap();
        // Record `n` is at place n - 1; each has contents that no other ever had.
        let mut model: Vec<Vec<u8>> = Vec::new();
        let mut made = 0_u8;
        let mut make = |len: usize| {
            made = made.wrapping_add(1);
            vec![made; len]
        };
        for op in ops {
            let mut crashed = false;
            // What may be there after a crash, at least: a cut that was begun may be done or not.
            let mut least = wal.durable_lsn().0;
            let result = match op {
                Op::Append(len) => {
                    model.push(make(len));
                    wal.append(&model[model.len() - 1]).map(drop)
                }
                Op::Batch(lens) => {
                    let records: Vec<_> = lens.into_iter().map(&mut make).collect();
                    let parts: Vec<&[u8]> = records.iter().map(|r| &r[..]).collect();
                    let result = wal.append_batch(&parts).map(drop);
                    model.extend(records);
                    result
                }
                Op::Sync => wal.sync(),
                Op::Before(back) => wal.truncate_before(Lsn(wal.last_lsn().0.saturating_sub(back))),
                Op::After(back) => {
                    let cut = wal.last_lsn().0.saturating_sub(back);
                    let result = wal.truncate_after(Lsn(cut));
                    least = least.min(cut.max(wal.first_lsn().0 - 1));
                    if result.is_ok() && cut < model.len() as u64 {
                        model.truncate(cut.max(wal.first_lsn().0 - 1) as usize);
                        prop_assert_eq!(wal.durable_lsn(), wal.last_lsn());
                    }
                    result
                }
                Op::Reopen => {
                    fs.set_plan(Plan::Fine);
                    drop(wal);
                    wal = open(&fs, options()).unwrap();
                    prop_assert_eq!(wal.last_lsn().0, model.len() as u64);
                    Ok(())
                }
                Op::Crash => {
                    crashed = true;
                    Ok(())
                }
                Op::Fault(at) => {
                    fs.set_plan(Plan::FailAt(at));
                    Ok(())
                }
            };
            if result.is_err() || crashed {
                if result.is_ok() {
                    least = wal.durable_lsn().0;
                }
                fs = fs.crash();
                wal = open(&fs, options()).unwrap();
                let last = wal.last_lsn().0;
                prop_assert!(least <= last && last <= model.len() as u64);
                model.truncate(last as usize);
            }
            let first = wal.first_lsn().0 as usize;
            prop_assert_eq!(&records(&wal).unwrap()[..], &model[first - 1..]);
        }
    }
}
