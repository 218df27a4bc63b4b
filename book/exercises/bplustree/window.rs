use crate::feed::{Feed, Place};

// A feed of posts, the newest first, in pages. A post's place in it is the second in which it was
// posted and, as there may be many in a second, its number: (time, number). `Feed::range` gives the
// places in a range in ascending order, from either end, and counts each that it gives.

/// Page number `page`, counted from 0, of `size` posts each, as `LIMIT size OFFSET page * size` has
/// it: all the posts of the pages before are visited as well.
pub fn by_offset(feed: &Feed, page: usize, size: usize) -> Vec<Place> {
    todo!("from the newest on, skip and take")
}

/// A page, and how to go on.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// The newest first.
    pub posts: Vec<Place>,
    /// Where the next page begins: it is [`older`] than this. `None` if there are no older posts.
    pub next: Option<Place>,
}

/// Up to `size` posts that are older than `than`, or the newest ones if that is `None`: the newest
/// of them, the newest first. `size` is one at least.
///
/// Visits one post more than it returns, at most, however far back the page is. The post at `than`
/// may have been deleted meanwhile.
pub fn older(feed: &Feed, than: Option<Place>, size: usize) -> Page {
    todo!("how can one know that there is no next page without asking for it?")
}

/// Up to `size` posts that are newer than `than`: the oldest of them, for whoever goes back page by
/// page; but on the page, too, the newest is first. Visits no other posts.
pub fn newer(feed: &Feed, than: Place, size: usize) -> Vec<Place> {
    todo!("from which end must one read here?")
}
