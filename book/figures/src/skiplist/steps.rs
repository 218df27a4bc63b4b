//! A list at work, as it draws itself.

use skiplist::SkipList;
use skiplist::draw::Film;

use crate::Figure;

/// With this seed, the towers are of all heights from one to three.
const SEED: u64 = 29;

fn list() -> SkipList<u32, ()> {
    let mut list = SkipList::with_seed(SEED);
    for key in [30, 7, 19, 42, 12, 57, 3, 25, 64, 38] {
        list.insert(key, ());
    }
    list
}

/// A search, and an insertion.
pub fn search() -> Figure {
    let mut list = list();
    let mut film = Film::new("A skip list: a search, and an insertion");
    film.search("look up 42", &list, &42);
    film.search("where would 40 be?", &list, &40);
    list.insert(40, ());
    film.frame("insert 40", &list);
    Figure {
        name: "skiplist-steps.svg".to_owned(),
        contents: film.to_svg(),
    }
}

/// A search for a rank, which adds up spans.
pub fn ranks() -> Figure {
    let list = list();
    let mut film = Film::new("A skip list: the way to the entry of rank 6");
    film.rank("rank 6, the seventh entry", &list, 6);
    Figure {
        name: "skiplist-ranks.svg".to_owned(),
        contents: film.to_svg(),
    }
}
