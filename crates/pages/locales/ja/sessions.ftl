# ログイン中の端末

sessions-title = ログイン中の端末
sessions-about = 端末の確認とログアウト
session-this = この端末
session-others = ほかの端末
session-none = ほかにログイン中の端末はありません。
session-started = ログイン日時
session-used = 最終利用
session-end-others = ほかのすべての端末をログアウト
session-kind-app = アプリ
session-strange = 身に覚えのない端末がある場合は、すぐにパスワードを変更してください。
known-heading = 使ったことのある端末
known-about = ほかの人が誤ったパスワードを入力してアカウントがロックされても、ここにある端末からはログインできます。使わなくなった端末は、一覧から外してください。
known-forget = 一覧から外す
