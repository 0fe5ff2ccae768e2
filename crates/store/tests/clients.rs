//! Clients that operators add: a name once, a change to what was read or none, on both engines.

mod rows;
mod support;

use rows::both_with_rows;

#[tokio::test]
async fn a_name_is_given_once_and_a_change_is_made_to_what_was_read() {
    for rows in both_with_rows().await {
        let store = &rows.store;
        assert!(store.add_client("novel-site", "{}", &[[1; 32], [0xfe; 32]]).await.unwrap());
        assert!(!store.add_client("novel-site", "{\"label\":\"x\"}", &[]).await.unwrap());
        assert!(store.add_client("app", "{}", &[]).await.unwrap());
        let all = store.clients().await.unwrap();
        assert_eq!(all.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["app", "novel-site"]);
        let mut read = all[1].clone();
        assert_eq!(read.secrets, [[1; 32], [0xfe; 32]]);
        read.settings = "{\"label\":\"Novels\"}".to_owned();
        read.secrets = vec![[2; 32]];
        assert!(store.change_client(&read).await.unwrap());
        // Whoever read it before that changes nothing.
        assert!(!store.change_client(&all[1]).await.unwrap());
        let now = store.clients().await.unwrap();
        assert_eq!((&now[1].settings, &now[1].secrets), (&read.settings, &read.secrets));
        assert!(now[1].changed_at > all[1].changed_at);
        assert!(store.remove_client("novel-site").await.unwrap());
        assert!(!store.remove_client("novel-site").await.unwrap());
        assert!(!store.change_client(&now[1]).await.unwrap());
        assert_eq!(store.clients().await.unwrap().len(), 1);
    }
}
