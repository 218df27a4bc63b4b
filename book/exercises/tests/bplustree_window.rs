//! Pages of a feed by number and by place: what they visit, and what they show while the feed
//! changes.

use std::collections::BTreeSet;

#[cfg_attr(feature = "yours", path = "../bplustree/window.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/bplustree/window.rs")]
mod exercise;

use exercise::{Page, by_offset, newer, older};
use feed::{Feed, Place};

/// The posts, of which every one that is visited is counted.
mod feed {
    use std::cell::Cell;
    use std::ops::RangeBounds;

    use bplustree::BPlusTreeMap;

    /// The second in which it was posted, and its number.
    pub type Place = (u64, u64);

    #[derive(Default)]
    pub struct Feed {
        posts: BPlusTreeMap<Place, ()>,
        visited: Cell<usize>,
    }

    impl Feed {
        /// The places in a range, in ascending order, from either end.
        pub fn range(
            &self,
            places: impl RangeBounds<Place>,
        ) -> impl DoubleEndedIterator<Item = Place> {
            let posts = self.posts.range(places);
            posts.map(|(place, ())| {
                self.visited.set(self.visited.get() + 1);
                *place
            })
        }

        pub fn post(&mut self, place: Place) {
            self.posts.insert(place, ());
        }

        pub fn delete(&mut self, place: Place) {
            self.posts.remove(&place);
        }

        /// How many were visited since this was last asked.
        pub fn visited(&self) -> usize {
            self.visited.take()
        }
    }
}

/// So many posts, three in a second, their numbers ascending.
fn feed(posts: u64) -> Feed {
    let mut feed = Feed::default();
    for number in 0..posts {
        feed.post((number / 3, number));
    }
    feed
}

fn places(numbers: impl IntoIterator<Item = u64>) -> Vec<Place> {
    let numbers = numbers.into_iter();
    numbers.map(|number| (number / 3, number)).collect()
}

#[test]
fn by_offset_visits_all_pages_before() {
    let feed = feed(1_000);
    assert_eq!(by_offset(&feed, 0, 4), places([999, 998, 997, 996]));
    assert_eq!(feed.visited(), 4, "posts visited for the first page");
    assert_eq!(by_offset(&feed, 200, 4), places([199, 198, 197, 196]));
    assert_eq!(feed.visited(), 804, "posts visited for page 200 of 4");
    assert_eq!(by_offset(&feed, 300, 4), [], "there is no such page");
}

#[test]
fn by_place_visits_one_post_more_than_it_shows() {
    let feed = feed(1_000);
    for (than, first) in [(None, 999), (Some(200), 199), (Some(5), 4)] {
        let page = older(&feed, than.map(|number| (number / 3, number)), 4);
        assert_eq!(
            page.posts,
            places((first - 3..=first).rev()),
            "the page that is older than post {than:?}"
        );
        let visited = feed.visited();
        assert!(
            visited <= 5,
            "{visited} posts were visited for a page of 4, older than post {than:?}"
        );
    }
}

#[test]
fn the_pages_together_are_the_feed() {
    for posts in [0, 1, 3, 4, 5, 8, 100, 101] {
        let feed = feed(posts);
        let (mut seen, mut than) = (Vec::new(), None);
        loop {
            let page = older(&feed, than, 4);
            assert!(
                !page.posts.is_empty() || posts == 0,
                "of {posts} posts in pages of 4, the last page has none: the page before should \
                 have said that it is the last"
            );
            seen.extend(page.posts);
            let Some(next) = page.next else { break };
            assert!(
                Some(next) != than && seen.len() < 200,
                "there is always a next page"
            );
            than = Some(next);
        }
        assert_eq!(
            seen,
            places((0..posts).rev()),
            "all pages of {posts} posts, three of which are of one second"
        );
    }
}

#[test]
fn the_page_before_is_the_page_that_was_shown() {
    let feed = feed(100);
    let first = older(&feed, None, 4);
    let second = older(&feed, first.next, 4);
    let third = older(&feed, second.next, 4);
    feed.visited();
    assert_eq!(
        newer(&feed, third.posts[0], 4),
        second.posts,
        "back from the third page to the second"
    );
    assert_eq!(feed.visited(), 4, "posts visited for a page of 4");
    assert_eq!(newer(&feed, second.posts[0], 9), first.posts);
    assert_eq!(
        newer(&feed, first.posts[0], 4),
        [],
        "nothing is newer than the newest"
    );
}

#[test]
fn posting_and_deleting_do_not_move_the_reader() {
    let mut feed = feed(60);
    let mut deleted = BTreeSet::new();
    let (mut seen, mut than) = (Vec::new(), None);
    for round in 0.. {
        let Page { posts, next } = older(&feed, than, 7);
        seen.extend(posts);
        if next.is_none() || round > 100 {
            break;
        }
        than = next;
        // Seven posts come, and the one where the page ended goes.
        for number in 0..7 {
            feed.post((1_000 + round, 1_000 + 7 * round + number));
        }
        if let Some(place) = next {
            feed.delete(place);
            deleted.insert(place);
        }
    }
    assert_eq!(
        seen,
        places((0..60).rev()),
        "each post that was there at the beginning is seen once ({deleted:?} were deleted after \
         they had been seen)"
    );
}

#[test]
fn by_offset_shows_the_same_page_again() {
    let mut feed = feed(60);
    let first = by_offset(&feed, 0, 7);
    for number in 60..67 {
        feed.post((100, number));
    }
    assert_eq!(
        by_offset(&feed, 1, 7),
        first,
        "seven posts later, the second page by number is what the first one was"
    );
}
