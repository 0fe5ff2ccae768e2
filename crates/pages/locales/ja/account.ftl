# アカウント設定

account-title = アカウント設定

password-title = パスワードの変更
password-about = ログインに使うパスワード
password-lead = 変更すると、この端末を除くすべての端末がログアウトします。
new-password-label = 新しいパスワード
password-button = パスワードを変更

proof-title = パスワードの確認
proof-lead = 大切な設定を変更する前に、ご本人であることを確認しています。
current-password-label = 現在のパスワード
proof-button = 確認して続ける
proof-otherwise = ほかの方法で確認
proof-provider-title = ご本人の確認
proof-provider-lead = お使いのログイン方式で、もう一度お進みください。

activity-title = アカウントの履歴
activity-about = ログインや設定変更の記録
activity-lead = 新しいものから順に表示しています。時刻は{ $zone }です。
activity-none = まだ記録はありません。
activity-older = 以前の履歴
activity-newest = 最新の履歴に戻る
pager-label = 履歴のページ

# 起きたこと
activity-registration-attempted = このメールアドレスでのユーザー登録の試み
activity-address-attempted = このメールアドレスをほかのアカウントで使う試み
activity-registered = ユーザー登録
activity-signed-in = ログイン
activity-sign-in-failed = ログインの失敗
activity-sign-in-refused = ログインの失敗
activity-signed-out = ログアウト
activity-session-ended = 端末のログアウト
activity-sessions-ended = ほかの端末のログアウト
activity-device-forgotten = 端末を一覧から削除
activity-proved = ご本人の確認
activity-proof-failed = ご本人の確認の失敗
activity-reset-asked = パスワード再設定のコードの送信
activity-password-reset = パスワードのリセット
activity-password-changed = パスワードの変更
activity-email-changed = メールアドレスの変更
activity-method-added = ログイン方式の追加
activity-method-removed = ログイン方式の解除
activity-passkey-added = パスキーの追加
activity-passkey-removed = パスキーの解除
activity-passkey-renamed = パスキーの名前の変更
activity-passkey-refused = 複製のおそれがあるパスキーでのログインの拒否
activity-method-refused = ほかのアカウントのログイン方式を追加する試み
activity-contact-changed = 連絡先メールアドレスの変更
activity-provider-lost = ログイン方式を使えないときのお手続きの開始
activity-test-mail-sent = テストメールの送信
activity-by-operator = 運営者による操作
activity-exported = 登録内容のダウンロード
activity-withdrawn = 退会
activity-restored = 退会の取り消し
activity-not-me = 身に覚えのないログインの連絡
activity-undone = 変更の取り消し
activity-address-followed = ログイン方式のメールアドレスの変更
activity-method-held = ログイン方式の停止
activity-method-released = ログイン方式の停止の解除
activity-address-unreachable = メールが届かないことの確認
activity-address-reachable = メールがふたたび届くことの確認
activity-provider-found = ログイン方式を使えないときのお手続きの取り消し
activity-client-connected = サイトまたはアプリとの連携
activity-client-disconnected = サイトまたはアプリとの連携の解除
activity-client-doubted = 使用済みの鍵が提示されたための、サイトまたはアプリのログアウト
activity-profile-changed = 非公開プロフィールの変更
activity-terms-accepted = 利用規約への同意
activity-locked = アカウントのロック
activity-unlocked = ロックの解除
activity-suspended = アカウントの利用停止
activity-resumed = 利用停止の解除
