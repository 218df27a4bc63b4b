//! The server of examples/memcached: its parts in this process, and all of it as another one.

#[path = "../../examples/memcached/conversation.rs"]
mod conversation;
#[path = "../../examples/memcached/item.rs"]
mod item;
#[path = "../../examples/memcached/protocol.rs"]
mod protocol;
#[path = "../../examples/memcached/store.rs"]
mod store;

mod client;
mod items;
mod pieces;
mod process;
