//! Plans of PostgreSQL, in a town of some thousand members, analysed.
//!
//! A text is planned as the program has it planned: with the values that are bound. What a plan is depends on them, so
//! three are looked at: nothing is due, half of all is, all is.

use std::collections::BTreeSet;

use serde_json::Value;
use store::{Kind, Statement};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Error, NoTls, SimpleQueryMessage};

use super::{Fault, MANY, is_small, value};
use crate::town::NOW;

pub(crate) struct Plans {
    client: Client,
    driving: JoinHandle<Result<(), Error>>,
}

/// Instants at which nothing, half of all, and all is due.
const INSTANTS: [i64; 3] = [0, NOW, 2 * NOW];

impl Plans {
    pub(crate) async fn of(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        let plans = Self { client, driving: tokio::spawn(connection) };
        // An unnamed statement, which all of the program's are, is planned for its values each time.
        plans.run("set plan_cache_mode = force_custom_plan").await;
        plans
    }

    pub(crate) async fn leave(self) {
        drop(self.client);
        self.driving.await.unwrap().unwrap();
    }

    pub(crate) async fn run(&self, sql: &str) {
        self.client.batch_execute(sql).await.unwrap();
    }

    pub(crate) async fn tables(&self) -> BTreeSet<String> {
        let sql = "select tablename, '' from pg_tables where schemaname = 'public' union select 'pg_class', ''";
        self.names(sql).await.into_iter().map(|(name, _)| name).collect()
    }

    /// All but the keys.
    pub(crate) async fn indexes(&self) -> Vec<(String, String)> {
        let sql = "select i.indexrelid::regclass::text, i.indrelid::regclass::text from pg_index i \
                   join pg_class c on c.oid = i.indexrelid \
                   where c.relnamespace = 'public'::regnamespace and not i.indisprimary order by 1";
        self.names(sql).await
    }

    async fn names(&self, sql: &str) -> Vec<(String, String)> {
        let rows = self.client.query(sql, &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    pub(crate) async fn faults(&self, text: &str, kinds: &[Kind]) -> Vec<Fault> {
        self.prepare(text, kinds).await;
        let mut faults = Vec::new();
        for at in INSTANTS {
            let execute = execute(text, kinds, at);
            walk(&self.plan("", &execute).await, Bound::None, &mut faults);
        }
        self.run("deallocate looked_at").await;
        faults.sort();
        faults.dedup();
        faults
    }

    /// How many rows it comes by on the way to its answer, those included that it passes over.
    pub(crate) async fn visited(&self, statement: &Statement, at: i64) -> f64 {
        self.prepare(statement.postgres, statement.params).await;
        let execute = execute(statement.postgres, statement.params, at);
        let plan = self.plan("analyze, ", &execute).await;
        self.run("deallocate looked_at").await;
        rows(&plan)
    }

    async fn prepare(&self, text: &str, kinds: &[Kind]) {
        let name = |kind: &Kind| match kind {
            Kind::Int => "bigint",
            Kind::Text => "text",
            Kind::Bytes => "bytea",
        };
        let names = list(kinds.iter().map(|kind| name(kind).to_owned()));
        self.run(&format!("prepare looked_at{names} as {text}")).await;
    }

    async fn plan(&self, how: &str, execute: &str) -> Value {
        let explain = format!("explain ({how}format json) {execute}");
        let answer = self.client.simple_query(&explain).await.unwrap();
        let text = answer.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        let plan = serde_json::from_str::<Value>(text.unwrap()).unwrap();
        plan[0]["Plan"].clone()
    }
}

fn execute(text: &str, kinds: &[Kind], at: i64) -> String {
    let values = kinds.iter().enumerate().map(|(n, kind)| value(text, n + 1, *kind, at));
    format!("execute looked_at{}", list(values))
}

fn list(words: impl Iterator<Item = String>) -> String {
    let words = words.collect::<Vec<_>>().join(", ");
    if words.is_empty() { words } else { format!("({words})") }
}

/// The rows that were found in tables and indexes, used or not.
fn rows(node: &Value) -> f64 {
    let number = |name: &str| node[name].as_f64().unwrap_or(0.0);
    let kind = node["Node Type"].as_str().unwrap();
    let found = number("Actual Rows") + number("Rows Removed by Filter");
    let own = if kind.contains("Scan") { found * number("Actual Loops") } else { 0.0 };
    own + node["Plans"].as_array().into_iter().flatten().map(rows).sum::<f64>()
}

/// Whether a limit above ends a search early.
#[derive(Clone, Copy, PartialEq)]
enum Bound {
    None,
    Limit,
}

fn walk(node: &Value, bound: Bound, faults: &mut Vec<Fault>) {
    let kind = node["Node Type"].as_str().unwrap();
    let relation = node["Relation Name"].as_str().unwrap_or_default();
    let told = || {
        let by = node["Index Name"].as_str().unwrap_or_default();
        format!("{kind} {relation} {by} {} rows", node["Plan Rows"])
    };
    let rows = node["Plan Rows"].as_f64().unwrap();
    match kind {
        "Seq Scan" if !is_small(relation) => faults.push(Fault::Scan(told())),
        "Index Scan" | "Index Only Scan" | "Bitmap Index Scan" => {
            let searches = node.get("Index Cond").is_some();
            let passes_over = node.get("Filter").is_some();
            if !searches || (rows > MANY && (bound == Bound::None || passes_over)) {
                faults.push(Fault::Scan(told()));
            } else if rows > MANY {
                faults.push(Fault::Queue(told()));
            }
        }
        "Sort" | "Incremental Sort" if rows > MANY => faults.push(Fault::Sort(told())),
        _ => {}
    }
    let below = match kind {
        "Limit" => Bound::Limit,
        // These read all that is below before they give the first row.
        "Sort" | "Hash" | "Aggregate" | "Bitmap Heap Scan" => Bound::None,
        _ => bound,
    };
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk(child, below, faults);
    }
}
