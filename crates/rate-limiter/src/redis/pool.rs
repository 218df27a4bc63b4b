//! Connections that wait for the next request.
//!
//! A connection carries one question at a time, so each thread that asks takes one out of the pool,
//! and brings it back when it was answered. One that failed is not brought back: after a timeout
//! the answer may still come, and would be taken for the next question's.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::{Client, Connection, RedisResult};

use super::config::RedisConfig;

pub(super) struct Pool {
    client: Client,
    connect_timeout: Duration,
    call_timeout: Duration,
    idle: Mutex<Vec<Connection>>,
    most_idle: usize,
}

impl Pool {
    pub(super) fn new(client: Client, config: &RedisConfig) -> Self {
        Pool {
            client,
            connect_timeout: config.connect_timeout,
            call_timeout: config.call_timeout,
            idle: Mutex::new(Vec::new()),
            most_idle: config.idle_connections,
        }
    }

    /// One that waits, or else a new one. The lock is held to take it, not to make it.
    pub(super) fn take(&self) -> RedisResult<Connection> {
        let idle = self.idle().pop();
        if let Some(connection) = idle {
            return Ok(connection);
        }
        let connection = self
            .client
            .get_connection_with_timeout(self.connect_timeout)?;
        connection.set_read_timeout(Some(self.call_timeout))?;
        connection.set_write_timeout(Some(self.call_timeout))?;
        Ok(connection)
    }

    /// Back for the next one.
    pub(super) fn put(&self, connection: Connection) {
        let mut idle = self.idle();
        if idle.len() < self.most_idle {
            idle.push(connection);
        }
    }

    /// Closes those that wait: when one is lost, the others are to the same server that is gone.
    pub(super) fn clear(&self) {
        let idle = std::mem::take(&mut *self.idle());
        drop(idle); // closed without the lock
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
