use std::ops::Bound::{Excluded, Unbounded};

use crate::feed::{Feed, Place};

/// Page number `page`, counted from 0, of `size` posts each, as `LIMIT size OFFSET page * size` has
/// it: all the posts of the pages before are visited as well.
pub fn by_offset(feed: &Feed, page: usize, size: usize) -> Vec<Place> {
    let newest_first = feed.range(..).rev();
    newest_first.skip(page * size).take(size).collect()
}

/// A page, and how to go on.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// The newest first.
    pub posts: Vec<Place>,
    /// Where the next page begins: it is [`older`] than this. `None` if there are no older posts.
    pub next: Option<Place>,
}

/// Up to `size` posts that are older than `than`, or the newest ones if that is `None`.
///
/// A place, not a number, says where the reader is: so nothing that is posted or deleted meanwhile
/// moves him. One search finds it again, in a leaf where the page lies side by side. The number in
/// it matters: by the time alone, posts of one second that two pages share would be lost or
/// repeated. (SQL: `WHERE (time, number) < (?, ?)`; Winand, *We need tool support for keyset
/// pagination*, use-the-index-luke.com/no-offset.)
pub fn older(feed: &Feed, than: Option<Place>, size: usize) -> Page {
    let end = than.map_or(Unbounded, Excluded);
    let mut older = feed.range((Unbounded, end)).rev();
    let posts: Vec<Place> = older.by_ref().take(size).collect();
    let next = older.next().and(posts.last().copied());
    Page { posts, next }
}

/// Up to `size` posts that are newer than `than`: the oldest of them, the newest first.
///
/// They begin at `than` and are read away from it, which is the wrong way round for the page.
pub fn newer(feed: &Feed, than: Place, size: usize) -> Vec<Place> {
    let newer = feed.range((Excluded(than), Unbounded));
    let mut posts: Vec<Place> = newer.take(size).collect();
    posts.reverse();
    posts
}
