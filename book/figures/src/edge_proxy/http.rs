//! A client of HTTP/1.1 on a blocking socket, that does nothing by itself: no retry, no redirect.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A connection that is kept open.
pub struct Connection(BufReader<TcpStream>);

/// What came back.
pub struct Reply {
    pub status: u16,
    /// Whether the server takes no more requests on this connection.
    pub closes: bool,
    pub body: String,
}

impl Connection {
    pub fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        Ok(Connection(BufReader::new(stream)))
    }

    pub fn send(&mut self, method: &str, path: &str) -> io::Result<Reply> {
        let length = if method == "POST" {
            "content-length: 0\r\n"
        } else {
            ""
        };
        let request = format!("{method} {path} HTTP/1.1\r\nhost: demo\r\n{length}\r\n");
        self.0.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|word| word.parse().ok());
        let mut reply = Reply {
            status: status.ok_or(io::ErrorKind::InvalidData)?,
            closes: false,
            body: String::new(),
        };
        let mut length = None;
        loop {
            let line = self.line()?.to_ascii_lowercase();
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            match (name, value.trim()) {
                ("content-length", value) => length = value.parse().ok(),
                ("connection", "close") => reply.closes = true,
                _ => {}
            }
        }
        let mut body = vec![0; length.ok_or(io::ErrorKind::InvalidData)?];
        self.0.read_exact(&mut body)?;
        reply.body = String::from_utf8_lossy(&body).into_owned();
        Ok(reply)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.0.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }
}

/// One GET on a connection of its own.
pub fn get(address: &str, path: &str) -> io::Result<Reply> {
    Connection::open(address)?.send("GET", path)
}
