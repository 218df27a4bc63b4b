use bplustree::disk::{ReadTx, Store, StoreError, TableDef, WriteTx};

const CUSTOMERS: TableDef<u64, str> = TableDef::new("customers");

/// Keys as [`index_key`] makes them.
const BY_TOWN: TableDef<[u8], ()> = TableDef::new("by town");

/// Customers by number, and a second way in: by town.
///
/// The zero byte behind a town sorts before every letter, so that no longer town comes between. The
/// number behind it makes keys unique. InnoDB's secondary indexes are like this one, with the
/// primary key at the end of each key; PostgreSQL's lead to a page and a slot.
///
/// Each change is one write transaction that first asks the *table* what the index has to lose.
/// Dropped on an error, it leaves both as they were.
pub struct Customers {
    pub store: Store,
}

impl Customers {
    /// Customer `number` lives in `town` from now on; before, there may have been no such customer.
    pub fn put(&self, number: u64, town: &str) -> Result<(), StoreError> {
        let mut tx = self.store.write()?;
        put(&mut tx, number, town)?;
        tx.commit()
    }

    /// Forgets customer `number`; returns whether there was one.
    pub fn remove(&self, number: u64) -> Result<bool, StoreError> {
        let mut tx = self.store.write()?;
        let was_there = remove(&mut tx, number)?;
        tx.commit()?;
        Ok(was_there)
    }

    /// All customers in `from` move to `to`; returns how many.
    ///
    /// No other writer comes between the snapshot and the transaction, as that is begun first; and
    /// a snapshot stands still while the index changes.
    pub fn rename(&self, from: &str, to: &str) -> Result<usize, StoreError> {
        let mut tx = self.store.write()?;
        let moving = self.in_town(&self.store.read(), from)?;
        for number in &moving {
            put(&mut tx, *number, to)?;
        }
        tx.commit()?;
        Ok(moving.len())
    }

    /// The town of customer `number`, as of a snapshot.
    pub fn town<'tx>(
        &self,
        snapshot: &'tx ReadTx,
        number: u64,
    ) -> Result<Option<&'tx str>, StoreError> {
        CUSTOMERS.read(snapshot)?.get(number)
    }

    /// The numbers of the customers in `town`, ascending, as of a snapshot: a range of the index
    /// that begins with the least number there can be, and ends with the greatest.
    pub fn in_town(&self, snapshot: &ReadTx, town: &str) -> Result<Vec<u64>, StoreError> {
        let (from, to) = (index_key(town, 0), index_key(town, u64::MAX));
        let keys = BY_TOWN.read(snapshot)?.range(&from[..]..=&to[..])?;
        keys.map(|entry| entry.map(|(key, ())| number_of(key)))
            .collect()
    }
}

fn put(tx: &mut WriteTx<'_>, number: u64, town: &str) -> Result<(), StoreError> {
    remove(tx, number)?;
    CUSTOMERS.write(tx)?.insert(number, town)?;
    BY_TOWN.write(tx)?.insert(&index_key(town, number), ())?;
    Ok(())
}

fn remove(tx: &mut WriteTx<'_>, number: u64) -> Result<bool, StoreError> {
    let mut customers = CUSTOMERS.write(tx)?;
    let Some(town) = customers.get(number)?.map(str::to_owned) else {
        return Ok(false);
    };
    customers.remove(number)?;
    BY_TOWN.write(tx)?.remove(&index_key(&town, number))?;
    Ok(true)
}

fn index_key(town: &str, number: u64) -> Vec<u8> {
    [town.as_bytes(), &[0], &number.to_be_bytes()].concat()
}

fn number_of(index_key: &[u8]) -> u64 {
    let number = index_key.last_chunk().expect("`index_key` ends with it");
    u64::from_be_bytes(*number)
}
