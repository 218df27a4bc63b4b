use bplustree::disk::{ReadTx, Store, StoreError};

/// Customers by number, and a second way in: by town.
///
/// The table `customers` has the town of each number. The index `by town` has, for every customer,
/// one entry: its key is made of town and number, in such a way that the customers of a town lie
/// side by side, in the order of their numbers; its value is empty. Towns have any length, and no
/// zero byte; "Oslo" is not "Oslofjord". There may be an empty one.
///
/// Table and index agree in every snapshot, and after a crash at any moment: each call is one
/// transaction, or none.
pub struct Customers {
    pub store: Store,
}

impl Customers {
    /// Customer `number` lives in `town` from now on; before, there may have been no such customer.
    pub fn put(&self, number: u64, town: &str) -> Result<(), StoreError> {
        todo!("what was in the index before? which table must be asked for that?")
    }

    /// Forgets customer `number`; returns whether there was one.
    pub fn remove(&self, number: u64) -> Result<bool, StoreError> {
        todo!("which entry of the index is it?")
    }

    /// All customers in `from` move to `to`; returns how many. One transaction, so that nobody sees
    /// half of them on the way.
    pub fn rename(&self, from: &str, to: &str) -> Result<usize, StoreError> {
        todo!("may one change an index while reading it? and if the two towns are the same?")
    }

    /// The town of customer `number`, as of a snapshot. Asks the table.
    pub fn town<'tx>(
        &self,
        snapshot: &'tx ReadTx,
        number: u64,
    ) -> Result<Option<&'tx str>, StoreError> {
        todo!("numbers are kept so that they sort: big-endian")
    }

    /// The numbers of the customers in `town`, ascending, as of a snapshot. Asks the index, for a
    /// range in which there is nothing else.
    pub fn in_town(&self, snapshot: &ReadTx, town: &str) -> Result<Vec<u64>, StoreError> {
        todo!("where do a town's keys begin, where do they end?")
    }
}
