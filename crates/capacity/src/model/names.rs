//! Short names for inputs: `photos` for `objects.post.with.photo.share`.
//!
//! A name fits a path if its parts are parts of the path, in order, and both end alike; a plural's s
//! is no difference. A name that fits without a gap is preferred to one that does not, and one that
//! fits several inputs is refused with all of them.

use super::{Input, ModelError, Source};

impl Source {
    pub(super) fn resolve(&self, name: &str) -> Result<String, ModelError> {
        let inputs = self.inputs();
        let mut fitting: Vec<&str> = inputs
            .iter()
            .map(|input| input.path.as_str())
            .filter(|path| means(name, path))
            .collect();
        // What is named without a gap is meant before what is not: `post.size` is no photo's.
        let whole = |path: &&str| name.split('.').count() == overlap(name, path);
        if fitting.iter().filter(|path| whole(path)).count() == 1 {
            fitting.retain(whole);
        }
        if let [only] = fitting[..] {
            return Ok(only.to_owned());
        }
        if fitting.is_empty() {
            if let Some(path) = self.new_field(name) {
                return Ok(path);
            }
            let last = |path: &str| path.rsplit('.').next().map(str::to_owned);
            let near = |input: &&Input| last(&input.path) == last(name);
            let candidates = inputs.iter().filter(near).map(|input| input.path.clone());
            return Err(ModelError::NoSuchInput {
                name: name.to_owned(),
                candidates: candidates.collect(),
            });
        }
        Err(ModelError::NoSuchInput {
            name: name.to_owned(),
            candidates: fitting.into_iter().map(str::to_owned).collect(),
        })
    }

    /// A field that the file leaves out, in a table that it has.
    fn new_field(&self, name: &str) -> Option<String> {
        let (table, field) = name.rsplit_once('.')?;
        let mut tables = self.lines.keys().filter(|path| means(table, path));
        let only = tables.next()?;
        (tables.next().is_none() && self.table_at(only).is_some())
            .then(|| format!("{only}.{field}"))
    }

    /// What is meant by the name of a table alone.
    pub(super) fn principal(&self, name: &str) -> Option<String> {
        if name.contains('.') {
            return None;
        }
        let inputs = self.inputs();
        let wanted = |path: &str| {
            let (table, field) = path.rsplit_once('.').unwrap_or(("", path));
            let last = table.rsplit('.').next().unwrap_or(table);
            same(name, last)
                && match table.split('.').collect::<Vec<_>>()[..] {
                    ["users"] => field == "daily",
                    ["objects", _] => field == "writes",
                    ["objects", _, "with", _] => field == "share",
                    _ => false,
                }
        };
        let mut fitting = inputs
            .into_iter()
            .map(|i| i.path)
            .filter(|path| wanted(path));
        let only = fitting.next()?;
        fitting.next().is_none().then_some(only)
    }
}

/// Whether the parts of `name` are parts of `path`, in its order, the last of both being the same.
fn means(name: &str, path: &str) -> bool {
    let mut parts = path.rsplit('.');
    let mut names = name.rsplit('.');
    let last = names.next().zip(parts.next());
    last.is_some_and(|(name, part)| same(name, part))
        && names.all(|name| parts.any(|part| same(name, part)))
}

/// How many parts at the ends of both are the same.
fn overlap(name: &str, path: &str) -> usize {
    let pairs = name.rsplit('.').zip(path.rsplit('.'));
    pairs.take_while(|(name, part)| same(name, part)).count()
}

/// The same but for the s of a plural.
fn same(a: &str, b: &str) -> bool {
    a.trim_end_matches('s') == b.trim_end_matches('s')
}
