//! After `101 Switching Protocols`: bytes both ways, whatever they mean.
//!
//! A client asks to speak another protocol on its connection (WebSocket, most often). The proxy
//! asks the upstream the same, on a connection of its own; if the upstream agrees, neither
//! connection carries HTTP any longer, and the proxy passes bytes on until both sides have ended.

use std::rc::Rc;

use bytes::Bytes;
use tokio::io::copy_bidirectional;

use crate::client::Client;
use crate::link::Link;
use crate::socket::Wire;
use crate::upstream::Claim;

/// The upstream's end of a tunnel.
pub struct Tunnel {
    link: Box<Link>,
    claim: Claim,
}

impl Tunnel {
    /// A tunnel to the server that has agreed on `link`.
    pub fn new(link: Box<Link>, claim: Claim) -> Self {
        Tunnel { link, claim }
    }

    /// Passes bytes on until both sides have ended; `early` is what the client had sent already.
    ///
    /// It has no timeout: only the two ends know how long they may be silent. When the proxy
    /// drains, it lasts until the drain's timeout at most.
    pub async fn run(self, client: &Client, early: Bytes) {
        let (socket, rest) = self.link.into_socket();
        let mut server = Wire::new(socket, rest.into());
        let mut client = Wire::new(Rc::clone(&client.socket), early.into());
        match copy_bidirectional(&mut client, &mut server).await {
            Ok(_) => self.claim.finished(),
            // Which of the two broke off is not known.
            Err(_) => drop(self.claim),
        }
    }
}
