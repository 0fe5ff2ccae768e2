# ログイン中の端末

sessions-title = ログイン中の端末
sessions-about = 端末・サイト・アプリの確認とログアウト
session-this = この端末
session-others = ほかの端末
session-none = ほかにログイン中の端末はありません。
session-started = ログイン日時
session-used = 最終利用
session-end-others = ほかのすべての端末をログアウト
session-kind-app = アプリ
session-strange = 身に覚えのない端末がある場合は、すぐにパスワードを変更してください。
connected-heading = サイトとアプリ
connected-about = このアカウントでログインしているサイトとアプリです。解除すると、次に使うときにもう一度ログインが必要になります。
connected-since = はじめてのログイン
connected-reads = お伝えしている情報
connected-reads-name = 表示名
connected-reads-email = メールアドレス
connected-and = {"・"}
connected-end = 解除する
known-heading = 使ったことのある端末
known-about = ほかの人が誤ったパスワードを入力してアカウントがロックされても、ここにある端末からはログインできます。使わなくなった端末は、一覧から外してください。
known-forget = 一覧から外す
