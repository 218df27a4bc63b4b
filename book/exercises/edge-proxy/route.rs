/// Routes by host and path.
///
/// A host is exact (`api.example.com`), a wildcard (`*.example.com`, which is every name below
/// `example.com` and not that name itself), or none: any host. A path stands for itself and all
/// that is below it, in whole segments.
pub struct Routes<R> {
    routes: Vec<R>,
}

impl<R> Routes<R> {
    /// A table of routes. Hosts are in lower case; no two routes have the same host and path.
    pub fn new(routes: Vec<(Option<&str>, &str, R)>) -> Self {
        todo!("what order makes looking up easy?")
    }

    /// The route of a request. Of those that match, the one with the most exact host wins, and then
    /// the one with the longest path. `host` is as the client wrote it: in any case, perhaps with a
    /// port, perhaps with a dot at its end.
    pub fn find(&self, host: &str, path: &str) -> Option<&R> {
        todo!("is /apis below /api? what if the exact host has no path that matches?")
    }
}
