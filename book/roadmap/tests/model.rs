//! Random sequences of what a reader can do, each through the file, against a map.

use std::collections::BTreeMap;
use std::fs;

use book_roadmap::{Day, Error, Kind, Module, Progress, Roadmap, State, edit};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Start(usize),
    Done(usize, bool),
    Again(usize),
    Reset(usize),
    Note(usize, String),
    Hours(usize, f64),
    Measure(usize, i32),
    Add(usize, Vec<usize>),
    Replace(usize, usize, Vec<usize>),
    Remove(usize),
    /// The reader writes a comment by hand.
    Comment(String),
}

/// The book's modules, the reader's, and one that is never there.
const IDS: [&str; 7] = ["numbers", "lru", "lsm", "later", "own-a", "own-b", "none"];
const KEYS: [&str; 3] = ["lru.ns", "lru.hit-ratio", "none"];

fn step() -> impl Strategy<Value = Step> {
    let id = || 0..IDS.len();
    let ids = || prop::collection::vec(id(), 0..3);
    prop_oneof![
        id().prop_map(Step::Start),
        (id(), any::<bool>()).prop_map(|(id, verified)| Step::Done(id, verified)),
        id().prop_map(Step::Again),
        id().prop_map(Step::Reset),
        (id(), ".{0,12}|[\"'#\\\\\n\t\\]=]{0,6}").prop_map(|(id, text)| Step::Note(id, text)),
        (id(), -1.0..100.0f64).prop_map(|(id, hours)| Step::Hours(id, hours)),
        (0..KEYS.len(), any::<i32>()).prop_map(|(key, value)| Step::Measure(key, value)),
        (id(), ids()).prop_map(|(id, needs)| Step::Add(id, needs)),
        (id(), id(), ids()).prop_map(|(old, id, needs)| Step::Replace(old, id, needs)),
        id().prop_map(Step::Remove),
        "[a-z\"'\\]=]{0,9}".prop_map(Step::Comment),
    ]
}

fn own(model: &Module, id: usize, needs: &[usize]) -> Module {
    Module {
        id: IDS[id].to_owned(),
        kind: Kind::Challenge,
        needs: needs.iter().map(|&need| IDS[need].to_owned()).collect(),
        ..model.clone()
    }
}

/// What is remembered of a module: so simple that it is unlikely to be wrong.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    state: State,
    hours: f64,
    verified: bool,
    notes: Vec<String>,
    measured: BTreeMap<String, String>,
}

#[derive(Default)]
struct Oracle {
    seen: BTreeMap<&'static str, Seen>,
    own: Vec<(&'static str, Vec<&'static str>)>,
}

impl Oracle {
    fn is_own(&self, id: &str) -> bool {
        self.own.iter().any(|(own, _)| *own == id)
    }

    fn exists(&self, id: &str) -> bool {
        IDS[..4].contains(&id) || self.is_own(id)
    }

    /// Whether the reader's own modules could be these.
    fn fits(&self, own: &[(&'static str, Vec<&'static str>)]) -> bool {
        let exists = |id: &str| IDS[..4].contains(&id) || own.iter().any(|(own, _)| *own == id);
        let sound = own.iter().all(|(id, needs)| {
            let twice = needs.len() == 2 && needs[0] == needs[1];
            !twice && needs.iter().all(|need| exists(need) && need != id)
        });
        let needs = |a: &str, b: &str| own.iter().any(|(id, needs)| *id == a && needs.contains(&b));
        sound && !(needs("own-a", "own-b") && needs("own-b", "own-a"))
    }

    /// Does the step; whether it can be done.
    fn take(&mut self, step: &Step) -> bool {
        let name = |id: &usize| IDS[*id];
        let names = |ids: &[usize]| ids.iter().map(|&id| IDS[id]).collect::<Vec<_>>();
        match step {
            Step::Start(id)
            | Step::Done(id, _)
            | Step::Again(id)
            | Step::Reset(id)
            | Step::Note(id, _)
            | Step::Hours(id, _)
                if !self.exists(name(id)) =>
            {
                return false;
            }
            Step::Start(id) => {
                let seen = self.seen.entry(name(id)).or_default();
                if seen.state.was_done() {
                    return false;
                }
                seen.state = State::InProgress;
            }
            Step::Done(id, verified) => {
                let seen = self.seen.entry(name(id)).or_default();
                (seen.state, seen.verified) = (State::Done, *verified);
            }
            Step::Again(id) => {
                let seen = self.seen.entry(name(id)).or_default();
                if !seen.state.was_done() {
                    return false;
                }
                seen.state = State::Review;
            }
            Step::Reset(id) => {
                let seen = self.seen.entry(name(id)).or_default();
                let (notes, measured) = (seen.notes.clone(), seen.measured.clone());
                *seen = Seen {
                    notes,
                    measured,
                    ..Seen::default()
                };
            }
            Step::Note(id, text) => {
                if text.trim().is_empty() {
                    return false;
                }
                let note = format!("2026-11-21: {}", text.trim());
                self.seen.entry(name(id)).or_default().notes.push(note);
            }
            Step::Hours(id, hours) => {
                if *hours < 0.0 {
                    return false;
                }
                self.seen.entry(name(id)).or_default().hours = *hours;
            }
            Step::Measure(2, _) => return false,
            Step::Measure(key, value) => {
                let measured = &mut self.seen.entry("lru").or_default().measured;
                measured.insert(KEYS[*key].to_owned(), value.to_string());
            }
            Step::Add(id, needs) => {
                let mut own = self.own.clone();
                own.push((name(id), names(needs)));
                if self.exists(name(id)) || !self.fits(&own) {
                    return false;
                }
                self.own = own;
            }
            Step::Replace(old, id, needs) => {
                let Some(place) = self.own.iter().position(|(own, _)| own == &name(old)) else {
                    return false;
                };
                let mut own = self.own.clone();
                own[place] = (name(id), names(needs));
                if (old != id && self.exists(name(id))) || !self.fits(&own) {
                    return false;
                }
                self.own = own;
                if let Some(seen) = self.seen.remove(name(old)) {
                    self.seen.insert(name(id), seen);
                }
            }
            Step::Remove(id) => {
                let needed = self.own.iter().any(|(_, needs)| needs.contains(&name(id)));
                if !self.is_own(name(id)) || needed {
                    return false;
                }
                self.own.retain(|(own, _)| own != &name(id));
                self.seen.remove(name(id));
            }
            Step::Comment(_) => {}
        }
        true
    }
}

fn take(progress: &mut Progress, roadmap: &Roadmap, step: &Step) -> Result<(), Error> {
    let today = Day::parse("2026-11-21")?;
    let model = &roadmap.modules[0];
    match step {
        Step::Start(id) => progress.start(roadmap, IDS[*id], today).map(drop),
        Step::Done(id, verified) => progress.done(roadmap, IDS[*id], today, *verified).map(drop),
        Step::Again(id) => progress.again(roadmap, IDS[*id]),
        Step::Reset(id) => progress.reset(roadmap, IDS[*id]),
        Step::Note(id, text) => progress.note(roadmap, IDS[*id], today, text),
        Step::Hours(id, hours) => progress.set_hours(roadmap, IDS[*id], *hours),
        Step::Measure(key, value) => progress
            .measure(roadmap, KEYS[*key], &value.to_string(), today)
            .map(drop),
        Step::Add(id, needs) => progress.add(roadmap, own(model, *id, needs)),
        Step::Replace(old, id, needs) => {
            progress.replace(roadmap, IDS[*old], own(model, *id, needs))
        }
        Step::Remove(id) => progress.remove(roadmap, IDS[*id]),
        Step::Comment(_) => Ok(()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_file_says_what_the_map_says(steps in prop::collection::vec(step(), 1..30)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress.toml");
        let roadmap = Roadmap::parse(include_str!("small.toml")).unwrap();
        let (mut oracle, mut comments) = (Oracle::default(), Vec::new());
        for step in &steps {
            let before = fs::read_to_string(&path).unwrap_or_default();
            let done = edit(&path, &roadmap, |progress| take(progress, &roadmap, step));
            prop_assert_eq!(done.is_ok(), oracle.take(step), "{:?}: {:?}", step, done);
            if done.is_err() {
                prop_assert_eq!(&fs::read_to_string(&path).unwrap_or_default(), &before);
            }
            if let Step::Comment(text) = step {
                comments.push(format!("# {} {text}", comments.len()));
                fs::write(&path, format!("{}\n{before}", comments[comments.len() - 1])).unwrap();
            }
            let progress = Progress::load(&path).unwrap();
            for id in IDS {
                let record = progress.records.get(id).cloned().unwrap_or_default();
                let measured = record.measured.into_iter().map(|(key, it)| (key, it.value));
                let found = Seen {
                    state: record.state,
                    hours: record.hours,
                    verified: record.verified,
                    notes: record.notes,
                    measured: measured.collect(),
                };
                prop_assert_eq!(found, oracle.seen.get(id).cloned().unwrap_or_default(), "{}", id);
            }
            let own: Vec<_> = progress.own.iter().map(|it| (it.id.as_str(), it.needs.clone())).collect();
            prop_assert_eq!(own.len(), oracle.own.len());
            for ((id, needs), (expected, expected_needs)) in own.iter().zip(&oracle.own) {
                prop_assert_eq!(id, expected);
                prop_assert_eq!(needs, expected_needs);
            }
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        for comment in &comments {
            prop_assert!(text.contains(comment.as_str()), "{}\n{}", comment, text);
        }
    }
}
