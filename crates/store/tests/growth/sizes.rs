//! What an account weighs: every table and index, in bytes for each account.
//!
//! SQLite is asked how many pages of its file each of them has (`dbstat`), PostgreSQL how large its files are. Pages are
//! counted whole, with what is free in them. All rows are counted, those that pass as well, but the sums name their tables.

use std::collections::BTreeMap;

use store::Engine;

use super::place::House;

/// What an account cannot be without: itself, its address, its password.
const CORE: [&str; 3] = ["accounts", "emails", "passwords"];
/// And the rest of what belongs to it and stays: a session and a device, for one in five a passkey, for one in three a
/// link, and the activity list.
const OF_ACCOUNTS: [&str; 8] =
    ["accounts", "emails", "passwords", "sessions", "devices", "passkeys", "identities", "activity"];

const SQLITE: &str = "select s.tbl_name, d.name, d.pgsize from dbstat d join sqlite_schema s on s.name = d.name \
                      where d.aggregate = true";
/// A table with what is stored beside it, and each of its indexes.
const POSTGRES: &str = "select relname::text, relname::text, pg_table_size(oid) from pg_class \
     where relkind = 'r' and relnamespace = 'public'::regnamespace \
     union all \
     select i.indrelid::regclass::text, c.relname::text, pg_relation_size(c.oid) from pg_index i \
     join pg_class c on c.oid = i.indexrelid where c.relnamespace = 'public'::regnamespace";

/// What each account weighs of a table or an index.
pub(crate) struct Weight {
    table: String,
    name: String,
    bytes: f64,
}

/// All tables and indexes of a house.
pub(crate) async fn weights(house: &House) -> Vec<Weight> {
    let sql = match house.engine() {
        Engine::Sqlite => SQLITE,
        Engine::Postgres => POSTGRES,
    };
    let each = |(table, name, size)| Weight { table, name, bytes: size as f64 / house.accounts as f64 };
    house.ask(sql).await.into_iter().map(each).collect()
}

/// The sum of those whose table is named.
pub(crate) fn sum(weights: &[Weight], named: &dyn Fn(&str) -> bool) -> f64 {
    weights.iter().filter(|weight| named(&weight.table)).map(|weight| weight.bytes).sum()
}

/// Whether a table is of what an account cannot be without.
pub(crate) fn is_core(table: &str) -> bool {
    CORE.contains(&table)
}

pub(crate) async fn told(houses: &[House]) {
    let mut all = Vec::new();
    for house in houses {
        all.push(weights(house).await);
    }
    // By table, then by name; the table itself comes first.
    let mut bytes = BTreeMap::<(&str, bool, &str), Vec<f64>>::new();
    for (n, weight) in all.iter().enumerate().flat_map(|(n, all)| all.iter().map(move |one| (n, one))) {
        let Weight { table, name, bytes: size } = weight;
        let each = bytes.entry((table, table != name, name)).or_insert_with(|| vec![0.0; houses.len()]);
        each[n] = *size;
    }
    let show = |name: &str, each: &[f64]| {
        let each = each.iter().map(|bytes| format!("{bytes:>9.0}")).collect::<String>();
        println!("  {name:<46}{each}");
    };
    let sums = |named: &dyn Fn(&str) -> bool| {
        all.iter().map(|weights| sum(weights, named)).collect::<Vec<_>>()
    };
    let sizes = houses.iter().map(|house| format!("{:>9}", house.accounts)).collect::<String>();
    println!("  {:<46}{sizes}", "bytes an account, accounts:");
    for ((table, index, name), each) in &bytes {
        if OF_ACCOUNTS.contains(table) {
            show(&format!("{}{name}", if *index { "    " } else { "  " }), each);
        }
    }
    show(&format!("core ({})", CORE.join(", ")), &sums(&is_core));
    show("whole account", &sums(&|table| OF_ACCOUNTS.contains(&table)));
    show(
        "  without the activity list",
        &sums(&|table| OF_ACCOUNTS.contains(&table) && table != "activity"),
    );
    show("everything", &sums(&|_| true));
}
