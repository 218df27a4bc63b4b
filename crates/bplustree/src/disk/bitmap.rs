//! A set of page numbers, a bit each.

use super::page::PageNo;

/// Grows as needed; 32 KiB for a file of a gigabyte in pages of 4 KiB.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bitmap {
    words: Vec<u64>,
    /// How many bits are set.
    len: usize,
}

impl Bitmap {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn contains(&self, page: PageNo) -> bool {
        let word = self.words.get(page as usize / 64);
        word.is_some_and(|word| word & 1 << (page % 64) != 0)
    }

    /// Returns whether it was not in the set.
    pub(crate) fn insert(&mut self, page: PageNo) -> bool {
        let word = page as usize / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let bit = 1 << (page % 64);
        let new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        self.len += usize::from(new);
        new
    }

    /// Returns whether it was in the set.
    pub(crate) fn remove(&mut self, page: PageNo) -> bool {
        let found = self.contains(page);
        if found {
            self.words[page as usize / 64] &= !(1 << (page % 64));
            self.len -= 1;
        }
        found
    }

    /// The first member that is at least `from`.
    pub(crate) fn next(&self, from: PageNo) -> Option<PageNo> {
        let mut index = from as usize / 64;
        let mut word = self.words.get(index)? & (u64::MAX << (from % 64));
        while word == 0 {
            index += 1;
            word = *self.words.get(index)?;
        }
        Some(index as PageNo * 64 + word.trailing_zeros())
    }

    /// The first of `count` members in a row.
    pub(crate) fn next_run(&self, count: u32) -> Option<PageNo> {
        let mut start = self.next(0)?;
        let mut end = start;
        while end - start < count {
            if self.contains(end) {
                end += 1;
            } else {
                start = self.next(end)?;
                end = start;
            }
        }
        Some(start)
    }

    /// Bytes `at` to `at + len` of the set, zeros where it has no words.
    pub(crate) fn bytes(&self, at: usize, len: usize) -> impl Iterator<Item = u8> {
        let word = |at: usize| self.words.get(at / 8).copied().unwrap_or(0);
        (at..at + len).map(move |at| word(at).to_le_bytes()[at % 8])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_members_and_runs_of_them() {
        let mut set = Bitmap::default();
        for page in [3, 64, 65, 66, 200] {
            assert!(set.insert(page));
        }
        assert!(!set.insert(64));
        assert_eq!(
            (set.next(0), set.next(4), set.next(67)),
            (Some(3), Some(64), Some(200))
        );
        assert_eq!(
            (set.next_run(1), set.next_run(3), set.next_run(4)),
            (Some(3), Some(64), None)
        );
        assert!(set.remove(65) && !set.remove(65));
        assert_eq!(
            (set.len(), set.next_run(2), set.next(67)),
            (4, None, Some(200))
        );
        assert_eq!(
            set.bytes(0, 9).collect::<Vec<_>>(),
            [8, 0, 0, 0, 0, 0, 0, 0, 5]
        );
    }
}
