/// Who may be looking at which page, and so which may be written: the free list of a store that
/// never writes over a page that somebody can still come to.
///
/// Commits are numbered; before the first, the newest is number 0, with no pages, and durable. A
/// page is *taken* by the transaction under way, which will be the next commit, and *freed* by a
/// later one, when that has a copy to put in its place. Between the two it is part of the store.
/// Some can come to it after it was freed:
///
/// - a reader, who sees the commit that was the newest when he began, until he ends;
/// - whoever opens the file after a crash: he finds the last durable commit. Not every commit is;
/// - the transaction under way, should it be aborted: all is as before it.
pub struct FreeList {
    // What must be known of a page, besides that it was freed?
}

impl FreeList {
    pub fn new() -> Self {
        todo!("which commit is the newest, and which the last durable one?")
    }

    /// Begins to read the newest commit; returns its number.
    pub fn begin_read(&mut self) -> u64 {
        todo!("several may read the same commit")
    }

    /// One who reads this commit ends.
    pub fn end_read(&mut self, commit: u64) {
        todo!("who is left?")
    }

    /// A page to write to, for the transaction under way: the lowest that nobody can come to, or,
    /// if there is none, a new one at the end of the file. Pages are numbered from 0.
    ///
    /// One long reader must not make the file grow: what was taken *after* the commit that he sees
    /// he does not see, and when it is freed, he does not hold it back.
    pub fn take(&mut self) -> u32 {
        todo!("from which commit on, and up to which, is a page seen?")
    }

    /// The transaction under way needs a page no more: one of the newest commit, or one that it
    /// took itself.
    pub fn free(&mut self, page: u32) {
        todo!("who has seen a page that was taken by the same transaction?")
    }

    /// Ends the transaction under way: it is the newest commit now, and `durable` or not. A durable
    /// commit makes those before it durable, too; but after a crash, nobody comes to those.
    pub fn commit(&mut self, durable: bool) {
        todo!("what is the last durable commit now?")
    }

    /// Ends the transaction under way as if it had never been. What it added to the file stays, and
    /// is free.
    pub fn abort(&mut self) {
        todo!("what did it take, and what did it free?")
    }

    /// How many pages the file has.
    pub fn pages(&self) -> u32 {
        todo!("one for each that was ever taken at the end")
    }
}
