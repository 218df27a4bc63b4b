//! The database as a whole, against a model, on a file system that fails in every way it may.

mod corpus;
mod crash;
mod damage;
mod disk;
mod full;
mod kill;
mod model;
mod random;
mod setup;
mod stress;
mod threads;
