use std::collections::HashMap;

/// Routes by host and path.
///
/// A host is exact (`api.example.com`), a wildcard (`*.example.com`, which is every name below
/// `example.com` and not that name itself), or none: any host. A path stands for itself and all
/// that is below it, in whole segments.
pub struct Routes<R> {
    hosts: HashMap<String, Vec<(String, R)>>,
}

impl<R> Routes<R> {
    /// A table of routes. Hosts are in lower case; no two routes have the same host and path.
    pub fn new(routes: Vec<(Option<&str>, &str, R)>) -> Self {
        let mut hosts: HashMap<String, Vec<(String, R)>> = HashMap::new();
        for (host, path, route) in routes {
            let paths = hosts
                .entry(host.unwrap_or_default().to_owned())
                .or_default();
            paths.push((path.trim_end_matches('/').to_owned(), route));
        }
        for paths in hosts.values_mut() {
            paths.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        }
        Routes { hosts }
    }

    /// The route of a request. Of those that match, the one with the most exact host wins, and then
    /// the one with the longest path. `host` is as the client wrote it: in any case, perhaps with a
    /// port, perhaps with a dot at its end.
    pub fn find(&self, host: &str, path: &str) -> Option<&R> {
        let host = normalised(host);
        let exact = Some(host.clone());
        // a.b.c is below *.b.c, then below *.c.
        let dots = host
            .match_indices('.')
            .map(|(at, _)| format!("*{}", &host[at..]));
        let mut hosts = exact.into_iter().chain(dots).chain([String::new()]);
        hosts.find_map(|host| {
            let mut paths = self.hosts.get(&host)?.iter();
            paths
                .find(|(prefix, _)| is_below(path, prefix))
                .map(|(_, route)| route)
        })
    }
}

/// Of an IPv6 address in brackets, only what follows the bracket is a port.
fn normalised(host: &str) -> String {
    let port = host.rfind(':').filter(|at| !host[*at..].contains(']'));
    let name = host[..port.unwrap_or(host.len())].to_ascii_lowercase();
    name.strip_suffix('.').unwrap_or(&name).to_owned()
}

fn is_below(path: &str, prefix: &str) -> bool {
    let rest = path.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
